/** `logto-sso list`: lists the connectors of the tenant. */
import { createColors } from "picocolors";
import type { ApiConnector } from "../../connector/apiConnector";
import { withoutExposed } from "../../connector/exposedSecret";
import { resourceNameOf } from "../../engine/urn";
import { readSettings } from "../../logto/settings";
import { ClientCache, managedIn, readTenant } from "../tenant/tenants";
import { targetsOf } from "../tenant/targets";
import { defaultExpiryDays, expiresSoon, idpHealthOf, unreadableNote } from "../health/idpHealth";
import { print, printColored } from "../io/output";
import { withProgress } from "../io/progress";
import { managedOf } from "../stack/stateResource";
import { type Terminal, terminalOf } from "../io/terminal";
import { byName, type Cell, json as jsonOf, table, wrapped } from "../io/layout";
import { findWorkspace, settingsSourceOf } from "../stack/workspace";

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
  const { live, unreadable, urns, inStack } = await withProgress("Reading the tenant", async () => {
    const workspace = await findWorkspace(stack);
    const settings = readSettings(settingsSourceOf(workspace));
    const clients = new ClientCache();
    const [tenant, resources = []] = await Promise.all([
      readTenant(clients, { settings, managed: [], others: [] }),
      workspace?.pulumi.resources("in plain text"),
    ]);
    const managed = await managedIn(tenant, targetsOf(resources, workspace), clients);
    const isConnector = new Set(managedOf(resources, "ssoConnector").map(({ urn }) => urn));
    const urns = new Map(managed.flatMap(({ id, urn }) => (isConnector.has(urn) ? [[id, urn]] : [])));
    return { ...tenant, urns, inStack: workspace !== undefined };
  });
  const connectors = live.map((connector) => listed(connector, urns.get(connector.id))).sort(byName);
  if (json) {
    print(jsonOf({ version: 1, unreadable, connectors }));
    return;
  }
  const terminal = await terminalOf(process.stdout);
  const note = wrapped(unreadableNote(unreadable), terminal);
  printColored([...tableOf(connectors, inStack, terminal), ...note].join("\n").trimEnd());
}

function listed(live: ApiConnector, urn: string | undefined): Listed {
  const { id, connectorName, providerName, domains } = live;
  const { usable, reachable, certificates } = idpHealthOf(live, Date.now());
  const expiresAt = certificates?.expiresAt;
  return {
    id,
    connectorName: withoutExposed(connectorName),
    providerName,
    domains: Array.isArray(domains) ? domains.map((domain) => withoutExposed(String(domain))) : [],
    usable,
    identityProviderReachable: reachable,
    certificateExpiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    urn: urn ?? null,
  };
}

/** The columns that may be shortened: an ID is copied, and the others have few values. */
const flexible = [0, 3, 5];

function tableOf(connectors: readonly Listed[], inStack: boolean, terminal: Terminal): string[] {
  if (connectors.length === 0) return ["There are no SSO connectors in the tenant."];
  const { bold } = createColors(terminal.colors);
  const head = ["NAME", "ID", "PROVIDER", "DOMAINS", "STATUS", ...(inStack ? ["RESOURCE"] : [])];
  const rows = connectors.map((one) => [
    one.connectorName,
    one.id,
    one.providerName,
    one.domains.join(", "),
    statusOf(one, terminal.colors),
    ...(inStack ? [one.urn === null ? "" : resourceNameOf(one.urn)] : []),
  ]);
  const titles = head.map((title) => [title, bold] as const);
  return table([titles, ...rows], terminal, { flexible: flexible.filter((column) => column < head.length) });
}

/** What most matters of a connector: what keeps its users from signing in, or when that will be. */
function statusOf(
  { usable, identityProviderReachable, certificateExpiresAt }: Listed,
  colors: boolean,
): Cell {
  const { red, yellow } = createColors(colors);
  if (!usable) return ["no config", red];
  if (!identityProviderReachable) return ["not reached", yellow];
  if (certificateExpiresAt === null) return "reached";
  const day = certificateExpiresAt.slice(0, 10);
  const [expiresAt, now] = [Date.parse(certificateExpiresAt), Date.now()];
  if (expiresAt <= now) return [`expired ${day}`, red];
  return expiresSoon(expiresAt, now, defaultExpiryDays) ? [`until ${day}`, yellow] : `until ${day}`;
}
