/** `logto-sso list`: the connectors of the tenant at a glance. */
import { configFields } from "../connector/fields";
import type { Row } from "../connector/row";
import { print, table } from "./output";
import { withProgress } from "./progress";
import { managedConnectors } from "./pulumi";
import { clientOf, findWorkspace } from "./workspace";

export interface ListOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

/** A connector as `--json` gives it. */
interface Listed {
  readonly id: string;
  readonly connectorName: string;
  readonly providerName: string;
  readonly domains: readonly string[];
  /** Whether it has a config, without which nobody can sign in through it. */
  readonly usable: boolean;
  /** Whether Logto reached its identity provider just now, or needs no more than what its config says. */
  readonly identityProviderReachable: boolean;
  /** Of the certificate that a SAML identity provider signs with: ISO 8601. */
  readonly certificateExpiresAt: string | null;
  /** The resource of the stack that it belongs to. */
  readonly urn: string | null;
}

export async function listConnectors({ stack, json }: ListOptions): Promise<void> {
  const { rows, resources, inStack } = await withProgress(
    () => "Reading the tenant",
    async () => {
      const workspace = await findWorkspace(stack);
      const [rows, resources] = await Promise.all([
        clientOf(workspace).listConnectors(),
        workspace?.pulumi.resources() ?? [],
      ]);
      return { rows, resources, inStack: workspace !== undefined };
    },
  );
  const urns = new Map(managedConnectors(resources).map(({ id = "", urn }) => [id, urn]));
  const listed = rows
    .map((row) => describe(row, urns.get(row.id)))
    .sort((a, b) => a.connectorName.localeCompare(b.connectorName, "en") || (a.id < b.id ? -1 : 1));
  print(json ? JSON.stringify({ version: 1, connectors: listed }, undefined, 2) : tableOf(listed, inStack));
}

/** What Logto adds to a row by asking its identity provider. */
interface ProviderConfig {
  readonly identityProvider?: { readonly certificateExpiresAt?: unknown };
  readonly issuer?: unknown;
}

function describe(row: Row, urn: string | undefined): Listed {
  const { id, connectorName, providerName, config = {}, domains } = row;
  const usable = Object.keys(config).some((key) => Object.hasOwn(configFields, key));
  const provider = row.providerConfig as ProviderConfig | undefined;
  const reached = row.providerType === "saml" ? provider?.identityProvider : provider;
  const expires = provider?.identityProvider?.certificateExpiresAt;
  return {
    id,
    connectorName,
    providerName,
    domains: Array.isArray(domains) ? domains.map(String) : [],
    usable,
    identityProviderReachable: usable && reached !== undefined,
    certificateExpiresAt: typeof expires === "number" ? new Date(expires).toISOString() : null,
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
    one.id,
    one.providerName,
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
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
