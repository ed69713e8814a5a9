/** `logto-sso list`: the connectors of the tenant at a glance. */
import type { Row } from "../connector/row";
import { conditionOf } from "./condition";
import { unreadableNote } from "./drift/report";
import { json as jsonOf, print, table } from "./output";
import { withProgress } from "./progress";
import { managedConnectors } from "./pulumi";
import { clientOf, findWorkspace } from "./workspace";

export interface ListOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

/** A connector as `--json` gives it; what {@link conditionOf} says, among it. */
interface Listed {
  readonly id: string;
  readonly connectorName: string;
  readonly providerName: string;
  readonly domains: readonly string[];
  readonly usable: boolean;
  readonly identityProviderReachable: boolean;
  /** When the last certificate that a SAML identity provider signs with expires, as far as Logto tells: ISO 8601. */
  readonly certificateExpiresAt: string | null;
  /** The resource of the stack that it belongs to. */
  readonly urn: string | null;
}

export async function listConnectors({ stack, json }: ListOptions): Promise<void> {
  const { rows, unreadable, resources, inStack } = await withProgress(
    () => "Reading the tenant",
    async () => {
      const workspace = await findWorkspace(stack);
      const [{ rows, unreadable }, resources] = await Promise.all([
        clientOf(workspace).listReadableConnectors(),
        workspace?.pulumi.resources() ?? [],
      ]);
      return { rows, unreadable, resources, inStack: workspace !== undefined };
    },
  );
  const urns = new Map(managedConnectors(resources).map(({ id = "", urn }) => [id, urn]));
  const listed = rows
    .map((row) => describe(row, urns.get(row.id)))
    .sort((a, b) => a.connectorName.localeCompare(b.connectorName, "en") || (a.id < b.id ? -1 : 1));
  if (json) {
    print(jsonOf({ version: 1, unreadable, connectors: listed }));
    return;
  }
  print(tableOf(listed, inStack) + (unreadable === 0 ? "" : `\n${unreadableNote(unreadable).trim()}`));
}

function describe(row: Row, urn: string | undefined): Listed {
  const { id, connectorName, providerName, domains } = row;
  const { usable, reached, certificate } = conditionOf(row, Date.now());
  const expiresAt = certificate?.expiresAt;
  return {
    id,
    connectorName,
    providerName,
    domains: Array.isArray(domains) ? domains.map(String) : [],
    usable,
    identityProviderReachable: reached,
    certificateExpiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    urn: urn ?? null,
  };
}

function tableOf(listed: readonly Listed[], inStack: boolean): string {
  if (listed.length === 0) return "There are no SSO connectors in the tenant.";
  const titles = [
    "NAME",
    "ID",
    "PROVIDER",
    "DOMAINS",
    "USABLE",
    "IDP",
    "CERTIFICATE",
    ...(inStack ? ["IN STACK AS"] : []),
  ];
  const lines = listed.map((one) => [
    shorten(one.connectorName),
    shorten(one.id),
    shorten(one.providerName),
    shorten(one.domains.join(", ")),
    one.usable ? "yes" : "no config",
    one.usable ? (one.identityProviderReachable ? "reached" : "not reached") : "",
    one.certificateExpiresAt === null ? "" : `until ${one.certificateExpiresAt.slice(0, 10)}`,
    ...(inStack ? [one.urn?.split("::").at(-1) ?? ""] : []),
  ]);
  return table([titles, ...lines]).join("\n");
}

/** What a column has room for; `--json` gives all of it. */
function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length > 40 ? `${characters.slice(0, 39).join("")}…` : text;
}
