/** The declared side: what the state of a stack says that its connectors are. Pure. */
import { type Connector, connectorOf, isGroup, normalise, type Values } from "../../connector/connector";
import { secretMark } from "../../dynamic/host";
import { tokens } from "../../program/tokens";
import { CommandError } from "../errors";
import { managedConfigs, managedConnectors, type StateResource } from "../pulumi";

/** A connector that a stack manages, or only its config. */
export interface Managed {
  readonly resourceName: string;
  readonly urn: string;
  /** In Logto. */
  readonly id: string;
  /** What is declared of it. */
  readonly connector: Partial<Connector>;
  /** Where the program declares it, relative to the project. */
  readonly source: { readonly file: string; readonly line: number } | undefined;
  /** Where it was last seen, as far as the state says. */
  readonly lastSeen: { readonly endpoint: string | undefined; readonly tenantId: string | undefined };
}

/** What a stack manages by one provider resource of Pulumi's. */
export interface ManagedByProvider {
  /** Settings by `logto:name` of an explicit provider; `undefined` for the stack's config. */
  readonly settings: Readonly<Record<string, string>> | undefined;
  /** Connectors first, then configs that are resources of their own. */
  readonly connectors: readonly Managed[];
}

/**
 * By provider; that of the stack's config is the first, and always there.
 *
 * @param resources of an export with secrets in clear
 * @throws CommandError where they are not
 */
export function managedByProvider(resources: readonly StateResource[]): ManagedByProvider[] {
  const providers = new Map(
    resources
      .filter(({ type }) => type === "pulumi:providers:pulumi-nodejs")
      .map((provider) => [`${provider.urn}::${provider.id ?? ""}`, provider]),
  );
  const ofStack: Managed[] = [];
  const explicit = new Map<StateResource, Managed[]>();
  for (const resource of [...managedConnectors(resources), ...managedConfigs(resources)]) {
    const provider = providers.get(resource.provider ?? "");
    const one = managed(resource, provider);
    if (provider === undefined || !isExplicit(provider)) ofStack.push(one);
    else explicit.set(provider, [...(explicit.get(provider) ?? []), one]);
  }
  return [
    { settings: undefined, connectors: ofStack },
    ...[...explicit].map(([{ inputs }, connectors]) => ({
      settings: inClear(inputs) as Readonly<Record<string, string>>,
      connectors,
    })),
  ];
}

/**
 * Whether it is a `logto.Provider`. Its name does not tell: the engine's own is `default`, and somebody's can be. But the
 * engine's has no parent, while each resource of a program has one, the stack at least (seen in states of CLI 3.259).
 */
function isExplicit({ urn, parent, inputs = {} }: StateResource): boolean {
  const isDefault = parent === undefined && /::default(_[^:]*)?$/.test(urn);
  // Any other provider of this package leaves the settings to the environment.
  return !isDefault && "logto:clientSecret" in inputs;
}

function managed(
  { type, urn, id = "", inputs = {}, outputs = {}, sourcePosition }: StateResource,
  provider: StateResource | undefined,
): Managed {
  const connector = normalise({ ...connectorOf(inClear(inputs) as Values) });
  const [, file, line] = /^project:\/\/\/(.+)#(\d+)/.exec(sourcePosition ?? "") ?? [];
  return {
    resourceName: urn.split("::").at(-1) ?? urn,
    urn,
    id,
    connector: type === tokens.ssoConnectorConfig.type ? configOf(connector) : connector,
    source:
      file === undefined || file.includes("..") ? undefined : { file: decoded(file), line: Number(line) },
    lastSeen: {
      // States of 0.1.0 have none in the outputs, but the provider was given the stack's.
      endpoint: textOf(outputs.endpoint) ?? textOf(provider?.inputs?.["logto:endpoint"]),
      tenantId: textOf(outputs.tenantId),
    },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Positions are URLs. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function configOf({ config }: Connector): Partial<Connector> {
  return config === undefined ? {} : { config };
}

const [mark = ""] = Object.keys(secretMark);

/** Values without the marks that secrets have in an export. */
function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (!isGroup(value)) return value;
  if (!(mark in value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inClear(inner)]));
  if (typeof value.plaintext === "string") return JSON.parse(value.plaintext) as unknown;
  throw new CommandError(
    "The secrets in the state are encrypted, so they can't be compared: make the file by `pulumi stack export --show-secrets`.",
  );
}
