/** What a program can ask Logto: connectors and kinds of identity provider that it does not declare. */
import * as pulumi from "@pulumi/pulumi";
import { isSecretConfigKey, type ProviderName } from "../connector/fields";
import type { Values } from "../connector/connector";
import { type Row, stateOf } from "../connector/row";
import type { ReadableList } from "../logto/connectorList";
import type { Branding } from "./args";
import type { LookupOptions } from "./tenant";
import { ask } from "./tenant";

/** A connector that was looked up. */
export interface SsoConnectorResult {
  /** Its ID in Logto. */
  readonly id: string;
  /** The Logto tenant that it belongs to. */
  readonly tenantId: string;
  /** When it was created, in milliseconds since the epoch. */
  readonly createdAt: string;
  /** The kind of identity provider. */
  readonly providerName: ProviderName;
  /** The name in Logto's console. */
  readonly connectorName: string;
  /** The email domains whose users sign in through it, lower-cased and sorted. */
  readonly domains: readonly string[];
  /** How it shows on the sign-in page. */
  readonly branding: Branding;
  /** Whether Logto updates the user's profile at every sign-in. */
  readonly syncProfile: boolean;
  /** Whether Logto keeps the identity provider's tokens. */
  readonly enableTokenStorage: boolean;
}

/** One of {@link getSsoConnectors}. */
export interface SsoConnectorSummary extends SsoConnectorResult {
  /** Its config without what is secret; `{}` where it has none. {@link getSsoConnector} gives all of it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A kind of identity provider that Logto has connectors for. */
export interface SsoConnectorProviderResult {
  /** As a connector's `providerName` is spelt. */
  readonly providerName: string;
  /** What it speaks. */
  readonly providerType: "oidc" | "saml";
  /** For people, such as `Microsoft Entra ID (OIDC)`. */
  readonly name: string;
  /** For people, in a sentence. */
  readonly description: string;
  /** URL or data URI. */
  readonly logo: string;
  /** The same for the dark theme. */
  readonly logoDark: string;
}

/** How a connector is found: by one of the two. */
export type GetSsoConnectorArgs =
  | { readonly id: pulumi.Input<string>; readonly connectorName?: undefined }
  | { readonly connectorName: pulumi.Input<string>; readonly id?: undefined };

/** Every property by itself, so that only what is secret is marked as secret. */
export type SsoConnectorLookup = {
  readonly [Key in keyof SsoConnectorResult]: pulumi.Output<SsoConnectorResult[Key]>;
} & {
  /** Its whole config, as a secret; `{}` where it has none. */
  readonly config: pulumi.Output<Record<string, unknown>>;
};

/**
 * Looks up a connector by its ID, or by its name (unique in a tenant, by exact case). Look-ups run in previews as well.
 *
 * @throws RunError in the deployment, where there is no such connector
 */
export function getSsoConnector(args: GetSsoConnectorArgs, opts?: LookupOptions): SsoConnectorLookup {
  const { id, connectorName } = args;
  if ((id === undefined) === (connectorName === undefined)) {
    throw new pulumi.RunError("getSsoConnector takes either id or connectorName.");
  }
  const row = pulumi.all([id, connectorName]).apply(([byId, byName]) =>
    ask(opts, async (client) => {
      const found =
        byId === undefined
          ? named(await client.sharedConnectors(), byName ?? "")
          : await client.readConnector(byId);
      if (found !== undefined) return found;
      throw new pulumi.RunError(`Logto has no SSO connector with the ID ${JSON.stringify(byId)}.`);
    }),
  );
  const property = <Key extends keyof SsoConnectorResult>(key: Key) =>
    row.apply<unknown>((found) => resultOf(found)[key]) as SsoConnectorLookup[Key];
  const config = row.apply<unknown>((found) => found.config ?? {});
  return {
    id: property("id"),
    tenantId: property("tenantId"),
    createdAt: property("createdAt"),
    providerName: property("providerName"),
    connectorName: property("connectorName"),
    domains: property("domains"),
    branding: property("branding"),
    syncProfile: property("syncProfile"),
    enableTokenStorage: property("enableTokenStorage"),
    config: pulumi.secret(config) as pulumi.Output<Record<string, unknown>>,
  };
}

/** Every connector of the tenant, by name. */
export function getSsoConnectors(opts?: LookupOptions): pulumi.Output<SsoConnectorSummary[]> {
  return ask(opts, async (client) =>
    allOf(await client.sharedConnectors())
      .map((row) => ({ ...resultOf(row), config: withoutSecrets(row.config ?? {}) }))
      .sort((a, b) => (a.connectorName < b.connectorName ? -1 : 1)),
  );
}

/** The kinds of identity provider that the tenant's Logto has connectors for. */
export function getSsoConnectorProviders(opts?: LookupOptions): pulumi.Output<SsoConnectorProviderResult[]> {
  return ask(opts, (client) => client.listProviders()) as pulumi.Output<unknown> as pulumi.Output<
    SsoConnectorProviderResult[]
  >;
}

function allOf({ rows, unreadable }: ReadableList): Row[] {
  if (unreadable === 0) return rows;
  throw new pulumi.RunError(
    `Logto gives ${rows.length} of the tenant's SSO connectors, but not ${unreadable} of which the identity provider does ` +
      "not answer. Bring it back, or delete its connector.",
  );
}

function named(list: ReadableList, connectorName: string): Row {
  const row = list.rows.find((one) => one.connectorName === connectorName);
  if (row !== undefined) return row;
  const rows = allOf(list);
  const alike = rows.filter((one) => one.connectorName.toLowerCase() === connectorName.toLowerCase());
  const hint = alike.map((one) => JSON.stringify(one.connectorName)).join(", ");
  throw new pulumi.RunError(
    `Logto has no SSO connector with the name ${JSON.stringify(connectorName)}` +
      `${hint === "" ? "" : `, but ${hint}: names count by exact case`}.`,
  );
}

function resultOf(row: Row): SsoConnectorResult {
  const { config, ...connector } = stateOf(row, undefined);
  return { id: row.id, ...connector };
}

function withoutSecrets(config: Values): Values {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !isSecretConfigKey(key)));
}
