/** `logto-sso list`: lists the connectors of the tenant. */
import { createColors } from "picocolors";
import type { ApiConnector } from "../../connector/apiConnector";
import { withoutExposed } from "../../connector/exposedSecret";
import { resourceNameOf } from "../../engine/urn";
import { readOwnTenant } from "../tenant/ownTenant";
import { defaultExpiryDays, expiresSoon } from "../health/expiry";
import { idpHealthOf, unreadableNote } from "../health/idpHealth";
import { print, printColored } from "../io/output";
import { withProgress } from "../io/progress";
import { managedOf } from "../stack/stateResource";
import { type Terminal, terminalOf } from "../io/terminal";
import { byName, type Cell, json as jsonOf, table, wrapped } from "../io/layout";
import { findWorkspace } from "../stack/workspace";

export interface ListOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

/** A connector as `--json` prints it. */
interface ListedConnector {
  readonly id: string;
  readonly connectorName: string;
  readonly providerName: string;
  readonly domains: readonly string[];
  readonly usable: boolean;
  readonly identityProviderReachable: boolean;
  /** When the last signing certificate of a SAML identity provider expires, as far as Logto reports it: ISO 8601. */
  readonly certificateExpiresAt: string | null;
  /** Whether any of these certificates is valid now; `null` where there are none, or they are not known. */
  readonly certificateIsValid: boolean | null;
  /** The resource that manages the connector. */
  readonly urn: string | null;
}

export async function listConnectors({ stack, json }: ListOptions): Promise<void> {
  const { tenant, resources, managed, inStack } = await withProgress("Reading the tenant", async () => {
    const workspace = await findWorkspace(stack);
    return { ...(await readOwnTenant(workspace)), inStack: workspace !== undefined };
  });
  const { unreadable } = tenant;
  const isConnector = new Set(managedOf(resources, "ssoConnector").map(({ urn }) => urn));
  const urns = new Map(managed.flatMap(({ id, urn }) => (isConnector.has(urn) ? [[id, urn]] : [])));
  const connectors = tenant.connectors
    .map((connector) => listedConnector(connector, urns.get(connector.id)))
    .sort(byName);
  if (json) {
    print(jsonOf({ version: 1, unreadable, connectors }));
    return;
  }
  const terminal = await terminalOf(process.stdout);
  const note = wrapped(unreadableNote(unreadable), terminal);
  printColored([...tableOf(connectors, inStack, terminal), ...note].join("\n").trimEnd());
}

function listedConnector(connector: ApiConnector, urn: string | undefined): ListedConnector {
  const { id, connectorName, providerName, domains } = connector;
  const { usable, reachable, certificates } = idpHealthOf(connector, Date.now());
  const expiresAt = certificates?.expiresAt;
  return {
    id,
    connectorName: withoutExposed(connectorName),
    providerName,
    domains: Array.isArray(domains) ? domains.map((domain) => withoutExposed(String(domain))) : [],
    usable,
    identityProviderReachable: reachable,
    certificateExpiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    certificateIsValid: certificates?.isValid ?? null,
    urn: urn ?? null,
  };
}

/** The columns that may be shortened: an ID is copied, and the others have few values. */
const flexible = [0, 3, 5];

function tableOf(connectors: readonly ListedConnector[], inStack: boolean, terminal: Terminal): string[] {
  if (connectors.length === 0) return ["There are no SSO connectors in the tenant."];
  const { bold } = createColors(terminal.colors);
  const head = ["NAME", "ID", "PROVIDER", "DOMAINS", "STATUS", ...(inStack ? ["RESOURCE"] : [])];
  const rows = connectors.map((connector) => {
    const { connectorName, id, providerName, domains, urn } = connector;
    const status = statusOf(connector, terminal.colors);
    const resource = inStack ? [urn === null ? "" : resourceNameOf(urn)] : [];
    return [connectorName, id, providerName, domains.join(", "), status, ...resource];
  });
  const titles = head.map((title) => [title, bold] as const);
  return table([titles, ...rows], terminal, { flexible: flexible.filter((column) => column < head.length) });
}

/** The status that matters most: what keeps the connector's users from signing in, or when that will be. */
function statusOf(
  { usable, domains, identityProviderReachable, certificateExpiresAt, certificateIsValid }: ListedConnector,
  colors: boolean,
): Cell {
  const { red, yellow } = createColors(colors);
  if (!usable) return ["no config", red];
  if (domains.length === 0) return ["no domains", red];
  if (!identityProviderReachable) return ["not reached", yellow];
  if (certificateExpiresAt === null) return "reached";
  const day = certificateExpiresAt.slice(0, 10);
  const [expiresAt, now] = [Date.parse(certificateExpiresAt), Date.now()];
  if (expiresAt <= now) return [`expired ${day}`, yellow];
  if (certificateIsValid === false) return ["not valid yet", yellow];
  return expiresSoon(expiresAt, now, defaultExpiryDays) ? [`until ${day}`, yellow] : `until ${day}`;
}
