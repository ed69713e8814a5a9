/** The connectors that a stack declares, as its state records them. Pure. */
import { connectorOf } from "../../connector/apiConnector";
import { canonical, type Connector, isObject, pick, type Values } from "../../connector/canonical";
import { connectorInputs } from "../../connector/resources";
import { secretMark } from "../../engine/values";
import { canonicalUrl } from "../../logto/addresses";
import { typeTokenOf } from "../../dynamic/tokens";
import { CommandError } from "../errors";
import { managedOf, resourceNameOf, type StateResource } from "../stateResource";

/** A connector that a stack manages, or only the config of one. */
export interface ManagedConnector {
  readonly resourceName: string;
  readonly urn: string;
  /** The connector's ID in Logto. */
  readonly id: string;
  /** The declared fields. */
  readonly connector: Partial<Connector>;
  /** Where the program declares it, relative to the project. */
  readonly source: { readonly file: string; readonly line: number } | undefined;
  /** Where the state last saw it, as far as it is recorded. */
  readonly lastSeen: { readonly endpoint: string | undefined; readonly tenantId: string | undefined };
}

/** What a stack manages with one provider. */
export interface ManagedByProvider {
  /** A `logto.Provider` with its settings by `logto:name`; `undefined` for the stack's own settings. */
  readonly provider: { readonly name: string; readonly settings: Values } | undefined;
  /** Connectors first, then configs that are resources of their own. */
  readonly managed: readonly ManagedConnector[];
}

/**
 * Groups managed connectors by provider. The stack's own settings come first, even if nothing uses them.
 *
 * @param resources resources of a state with secrets in plain text
 * @throws CommandError if its secrets are encrypted
 */
export function managedByProvider(resources: readonly StateResource[]): ManagedByProvider[] {
  const providers = new Map(
    resources
      .filter(({ type }) => type === "pulumi:providers:pulumi-nodejs")
      .map((provider) => [`${provider.urn}::${provider.id ?? ""}`, provider]),
  );
  const groups = new Map<StateResource | undefined, ManagedConnector[]>([[undefined, []]]);
  for (const resource of [
    ...managedOf(resources, "ssoConnector"),
    ...managedOf(resources, "ssoConnectorConfig"),
  ]) {
    const provider = providers.get(resource.provider ?? "");
    const key = provider && isExplicit(provider) ? provider : undefined;
    groups.set(key, [...(groups.get(key) ?? []), managedConnector(resource, provider)]);
  }
  return [...groups].map(([provider, managed]) => ({
    provider: provider && { name: resourceNameOf(provider.urn), settings: plainValues(provider.inputs) },
    managed,
  }));
}

/**
 * Whether a provider is a `logto.Provider`. The name does not decide: the engine's own is called `default`, but so may be
 * one of the program. The engine's has no parent, while every resource of a program has one (seen in states of CLI 3.259).
 */
function isExplicit({ urn, parent, inputs = {} }: StateResource): boolean {
  const isDefault = parent === undefined && /::default(_[^:]*)?$/.test(urn);
  // Other providers of the dynamic host leave the settings to the environment.
  return !isDefault && "logto:clientSecret" in inputs;
}

function managedConnector(
  { type, urn, id = "", inputs, outputs = {}, sourcePosition }: StateResource,
  provider: StateResource | undefined,
): ManagedConnector {
  const connector = connectorOf(canonical(connectorInputs, plainValues(inputs)));
  const [, file, line] = /^project:\/\/\/(.+)#(\d+)/.exec(sourcePosition ?? "") ?? [];
  return {
    resourceName: resourceNameOf(urn),
    urn,
    id,
    connector: type === typeTokenOf("ssoConnectorConfig") ? pick({ ...connector }, ["config"]) : connector,
    source:
      file === undefined || file.includes("..") ? undefined : { file: decoded(file), line: Number(line) },
    lastSeen: {
      // States of 0.1.0 do not record the endpoint, but the provider's inputs contain that of the stack.
      endpoint: endpointOf(outputs.endpoint) ?? endpointOf(provider?.inputs?.["logto:endpoint"]),
      tenantId: typeof outputs.tenantId === "string" ? outputs.tenantId : undefined,
    },
  };
}

function endpointOf(value: unknown): string | undefined {
  return typeof value === "string" && URL.canParse(value) ? canonicalUrl(value) : undefined;
}

/** Decodes the path of a source position, which is a URL. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const [secretKey = ""] = Object.keys(secretMark);

function plainValues(values: Readonly<Values> = {}): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, plainValue(value)]));
}

/** Unwraps secrets, which an export marks. */
function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (!isObject(value)) return value;
  if (!(secretKey in value)) return plainValues(value);
  if (typeof value.plaintext === "string") return JSON.parse(value.plaintext) as unknown;
  throw new CommandError(
    "The secrets in the state are encrypted, so they cannot be compared. Export it with `pulumi stack export --show-secrets`.",
  );
}
