/** The connectors and other resources that a stack manages, as its state records them. Pure. */
import { isPending } from "../../lifecycle/pendingCreate";
import { connectorOf } from "../../connector/apiConnector";
import { canonical, type Connector, propertiesOf } from "../../connector/canonical";
import { isObject, pick, type Values } from "../../values";
import {
  connectorInputs,
  type ResourceKey,
  resourceKeys,
  resources as tables,
} from "../../connector/resources";
import { isUrl } from "../../connector/url";
import { explicitProviderKey } from "../../dynamic/tokens";
import { isDefaultProviderName, packageName } from "../../engine/pluginTokens";
import { resourceNameOf } from "../../engine/urn";
import { secretMark } from "../../engine/engineValues";
import { canonicalUrl } from "../../logto/addresses";
import { configKeyOf, settingNames } from "../../logto/settingTable";
import { CommandError } from "../io/commandError";
import { isOf, managedOf, type StateResource } from "./stateResource";

const dynamicType = "pulumi:providers:pulumi-nodejs";
const pluginType = `pulumi:providers:${packageName}`;

interface ManagedResource {
  readonly resourceName: string;
  readonly urn: string;
  readonly id: string;
  /** Where in the inputs the state has secrets, such as `customData.key`; of one in a list, where the list is. */
  readonly secretPaths: readonly string[];
  /** Where the program declares it, relative to the project. */
  readonly source: { readonly file: string; readonly line: number } | undefined;
}

/** A connector that a stack manages, or only the config of one. Its ID is the connector's in Logto. */
export interface ManagedConnector extends ManagedResource {
  /** The declared fields. */
  readonly declared: Partial<Connector>;
  /** The certificate of the key with which Logto signed the connector's requests when the state was written. */
  readonly signingCertificate: string | undefined;
  /** Where the state last saw it, as far as it is recorded. */
  readonly lastSeen: { readonly endpoint: string | undefined; readonly tenantId: string | undefined };
}

const connectorKinds = ["ssoConnector", "ssoConnectorConfig"] as const;

type OtherKind = Exclude<ResourceKey, (typeof connectorKinds)[number]>;
const otherKinds = resourceKeys.filter(
  (kind): kind is OtherKind => !connectorKinds.some((connectorKind) => connectorKind === kind),
);

/** A resource of a stack that Logto's list of connectors does not contain. Its ID is that in the state. */
export interface OtherResource extends ManagedResource {
  readonly kind: OtherKind;
  /** The declared fields. */
  readonly declared: Readonly<Values>;
}

/** A `logto.Provider` as the state has it. */
export interface ExplicitProvider {
  readonly name: string;
  /** Its inputs, by the names of the settings. */
  readonly inputs: Values;
  /** Whether the state may lack the `signInEndpoint` that the program has, since version 0.1.0 did not record it. */
  readonly mayLackSignInEndpoint: boolean;
}

/** The resources that a stack manages with one provider. */
export interface ManagedByProvider {
  /** An explicit provider; `undefined` for the stack's own settings. */
  readonly provider: ExplicitProvider | undefined;
  /** Connectors first, then configs that are resources of their own. */
  readonly managed: readonly ManagedConnector[];
  readonly others: readonly OtherResource[];
}

/**
 * Groups managed resources by provider. The stack's own settings come first, even if nothing uses them.
 *
 * @param resources resources of a state with secrets in plain text
 * @throws CommandError if its secrets are encrypted
 */
export function managedByProvider(resources: readonly StateResource[]): ManagedByProvider[] {
  const providers = new Map(
    resources
      .filter(({ type }) => type === dynamicType || type === pluginType)
      .map((provider) => [`${provider.urn}::${provider.id ?? ""}`, provider]),
  );
  const groups = new Map<
    StateResource | undefined,
    { managed: ManagedConnector[]; others: OtherResource[] }
  >();
  const groupOf = (provider: StateResource | undefined) => {
    const key = provider && isExplicit(provider) ? provider : undefined;
    const group = groups.get(key) ?? { managed: [], others: [] };
    groups.set(key, group);
    return group;
  };
  groupOf(undefined);
  const providerOf = (resource: StateResource) => providers.get(resource.provider ?? "");
  for (const kind of connectorKinds) {
    for (const resource of managedOf(resources, kind)) {
      const provider = providerOf(resource);
      groupOf(provider).managed.push(managedConnector(resource, provider));
    }
  }
  for (const kind of otherKinds) {
    for (const resource of managedOf(resources, kind)) {
      groupOf(providerOf(resource)).others.push(otherResource(kind, resource));
    }
  }
  return [...groups].map(([provider, group]) => ({
    provider: provider && explicitProvider(provider),
    ...group,
  }));
}

/** Whether the answer to the create of a connector was lost, so that the state has no ID of Logto for it. */
export function isUnconfirmed({ id }: ManagedConnector): boolean {
  return isPending(id);
}

/**
 * Returns what ends the doubt about such an object. Without the refresh, it would be replaced, by one with another ID.
 *
 * @param noun what the object is
 */
export function unconfirmedRemedy(noun: string): string {
  return `Run \`pulumi up --refresh\`: it finds the ${noun} in Logto and keeps its ID, or creates it.`;
}

/** Returns connectors by their IDs. Where a connector and its config are two resources, the connector is the one that counts. */
export function managedById<Resource extends ManagedConnector>(
  managed: readonly Resource[],
): ReadonlyMap<string, Resource> {
  const byId = new Map<string, Resource>();
  for (const resource of managed) if (!byId.has(resource.id)) byId.set(resource.id, resource);
  return byId;
}

/** Whether the stack's own settings are those of no resource, so that they need not exist. */
export function isUnused(
  { provider, managed, others }: ManagedByProvider,
  groups: readonly ManagedByProvider[],
): boolean {
  return provider === undefined && managed.length + others.length === 0 && groups.length > 1;
}

/**
 * Whether a provider is a `logto.Provider`. The name does not decide: the engine's own is called `default`, but so may be
 * one of the program. The engine's has no parent, while every resource of a program has one (seen in states of
 * Pulumi CLI 3.259).
 */
function isExplicit({ type, urn, parent, inputs = {} }: StateResource): boolean {
  const isDefault = parent === undefined && isDefaultProviderName(resourceNameOf(urn));
  // Others than those of this package use the dynamic host too. States of version 0.1.0 lack the mark.
  return (
    !isDefault &&
    (type === pluginType || explicitProviderKey in inputs || configKeyOf("clientSecret") in inputs)
  );
}

function explicitProvider({ type, urn, inputs }: StateResource): ExplicitProvider {
  const settings = plainValues(inputs);
  const isPlugin = type === pluginType;
  return {
    name: resourceNameOf(urn),
    // The class has them under the keys of the stack config.
    inputs: isPlugin
      ? settings
      : Object.fromEntries(settingNames.map((name) => [name, settings[configKeyOf(name)]])),
    mayLackSignInEndpoint:
      !isPlugin &&
      settings[explicitProviderKey] === undefined &&
      settings[configKeyOf("signInEndpoint")] === undefined,
  };
}

function managedConnector(resource: StateResource, provider: StateResource | undefined): ManagedConnector {
  const { type, inputs, outputs = {} } = resource;
  const connector = connectorOf(canonical(connectorInputs, plainValues(inputs)));
  return {
    ...managedResource(resource),
    declared: isOf(type, "ssoConnectorConfig") ? pick({ ...connector }, ["config"]) : connector,
    signingCertificate: textOf(outputs.signingCertificate),
    lastSeen: {
      // States of 0.1.0 do not record the endpoint, but the provider's inputs contain that of the stack.
      endpoint: endpointOf(outputs.endpoint) ?? endpointOf(provider?.inputs?.[configKeyOf("endpoint")]),
      tenantId: textOf(outputs.tenantId),
    },
  };
}

function otherResource(kind: OtherKind, resource: StateResource): OtherResource {
  const fields = tables[kind].inputs;
  const declared = propertiesOf(fields, canonical(fields, plainValues(resource.inputs)));
  return { ...managedResource(resource), kind, declared };
}

function managedResource({ urn, id = "", inputs, sourcePosition }: StateResource): ManagedResource {
  const [, file, line] = /^project:\/\/\/(.+)#(\d+)/.exec(sourcePosition ?? "") ?? [];
  return {
    resourceName: resourceNameOf(urn),
    urn,
    id,
    secretPaths: secretPathsOf(inputs),
    source:
      file === undefined || file.includes("..") ? undefined : { file: decoded(file), line: Number(line) },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function endpointOf(value: unknown): string | undefined {
  return typeof value === "string" && isUrl(value) ? canonicalUrl(value) : undefined;
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

function secretPathsOf(value: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) {
    return value.some((item) => secretPathsOf(item).length > 0) ? [path.join(".")] : [];
  }
  if (!isObject(value)) return [];
  if (secretKey in value) return [path.join(".")];
  return Object.entries(value).flatMap(([key, inner]) => secretPathsOf(inner, [...path, key]));
}
