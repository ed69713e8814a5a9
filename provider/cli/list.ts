/** `logto-sso list`: lists the connectors of the tenant. */
import type { ApiConnector } from "../connector/apiConnector";
import { idpHealthOf, unreadableNote } from "./idpHealth";
import { print } from "./output";
import { withProgress } from "./progress";
import { managedOf, resourceNameOf } from "./stateResource";
import { byName, json as jsonOf, table } from "./text";
import { clientOf, findWorkspace } from "./workspace";

export interface ListOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

/** A connector as `--json` prints it. */
interface Listed {
  readonly id: string;
  readonly connectorName: string;
  readonly providerName: string;
  readonly domains: readonly string[];
  readonly usable: boolean;
  readonly identityProviderReachable: boolean;
  /** When the last signing certificate of a SAML identity provider expires, as far as Logto reports it: ISO 8601. */
  readonly certificateExpiresAt: string | null;
  /** The resource that manages the connector. */
  readonly urn: string | null;
}

export async function listConnectors({ stack, json }: ListOptions): Promise<void> {
  const { rows, unreadable, resources, inStack } = await withProgress("Reading the tenant", async () => {
    const workspace = await findWorkspace(stack);
    const [{ rows, unreadable }, resources] = await Promise.all([
      clientOf(workspace).listReadableConnectors(),
      workspace?.pulumi.resources() ?? [],
    ]);
    return { rows, unreadable, resources, inStack: workspace !== undefined };
  });
  const urns = new Map(managedOf(resources, "ssoConnector").map(({ id = "", urn }) => [id, urn]));
  const connectors = rows.map((live) => listed(live, urns.get(live.id))).sort(byName);
  const lines = [...tableOf(connectors, inStack), unreadableNote(unreadable)];
  print(json ? jsonOf({ version: 1, unreadable, connectors }) : lines.join("\n").trimEnd());
}

function listed(live: ApiConnector, urn: string | undefined): Listed {
  const { id, connectorName, providerName, domains } = live;
  const { usable, reachable, certificates } = idpHealthOf(live, Date.now());
  const expiresAt = certificates?.expiresAt;
  return {
    id,
    connectorName,
    providerName,
    domains: Array.isArray(domains) ? domains.map(String) : [],
    usable,
    identityProviderReachable: reachable,
    certificateExpiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    urn: urn ?? null,
  };
}

const columns = ["NAME", "ID", "PROVIDER", "DOMAINS", "USABLE", "IDP", "CERTIFICATE"];

function tableOf(connectors: readonly Listed[], inStack: boolean): string[] {
  if (connectors.length === 0) return ["There are no SSO connectors in the tenant."];
  const lines = connectors.map((one) => [
    truncate(one.connectorName),
    truncate(one.id),
    truncate(one.providerName),
    truncate(one.domains.join(", ")),
    one.usable ? "yes" : "no config",
    one.usable ? (one.identityProviderReachable ? "reached" : "not reached") : "",
    one.certificateExpiresAt === null ? "" : `until ${one.certificateExpiresAt.slice(0, 10)}`,
    ...(inStack ? [one.urn === null ? "" : resourceNameOf(one.urn)] : []),
  ]);
  return table([inStack ? [...columns, "IN STACK AS"] : columns, ...lines]);
}

/** `--json` prints the full text. */
function truncate(text: string): string {
  const characters = Array.from(text);
  return characters.length > 40 ? `${characters.slice(0, 39).join("")}…` : text;
}
