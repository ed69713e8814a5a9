/** The declared side: what the state of a stack says that its connectors are. Pure. */
import { type Connector, connectorOf, isGroup, normalise, type Values } from "../../connector/connector";
import { secretMark } from "../../lifecycle/host";
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
}

/** Connectors of one tenant. */
export interface ManagedTenant {
  /** Settings by `logto:name` of an explicit provider; `undefined` for the tenant of the stack's config. */
  readonly settings: Readonly<Record<string, string>> | undefined;
  /** Connectors first, then configs that are resources of their own. */
  readonly connectors: readonly Managed[];
}

/**
 * By tenant; the one of the stack's config is always among them.
 *
 * @param resources of an export with secrets in clear
 * @throws CommandError where they are not
 */
export function managedTenants(resources: readonly StateResource[]): ManagedTenant[] {
  const providers = new Map(
    resources
      .filter(({ type }) => type === "pulumi:providers:pulumi-nodejs")
      .map(({ urn, id = "", inputs = {} }) => [`${urn}::${id}`, inputs]),
  );
  const tenants = new Map<string | undefined, ManagedTenant & { connectors: Managed[] }>();
  tenants.set(undefined, { settings: undefined, connectors: [] });
  for (const resource of [...managedConnectors(resources), ...managedConfigs(resources)]) {
    const explicit = inClear(providers.get(resource.provider ?? "") ?? {}) as Readonly<
      Record<string, string>
    >;
    const key = "logto:clientSecret" in explicit ? isExplicit(resource.provider) : undefined;
    const tenant = tenants.get(key) ?? { settings: explicit, connectors: [] };
    tenants.set(key, tenant);
    tenant.connectors.push(managed(resource));
  }
  return [...tenants.values()];
}

/** The default provider holds the stack's config, too. */
function isExplicit(provider = ""): string | undefined {
  return /::default(_[^:]*)?::/.test(provider) ? undefined : provider;
}

function managed({ type, urn, id = "", inputs = {}, sourcePosition }: StateResource): Managed {
  const connector = normalise({ ...connectorOf(inClear(inputs) as Values) });
  const [, file, line] = /^project:\/\/\/(.+)#(\d+)/.exec(sourcePosition ?? "") ?? [];
  return {
    resourceName: urn.split("::").at(-1) ?? urn,
    urn,
    id,
    connector: type === tokens.ssoConnectorConfig.type ? configOf(connector) : connector,
    source: file === undefined || file.includes("..") ? undefined : { file, line: Number(line) },
  };
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
