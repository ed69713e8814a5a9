/** What is not as the code says, or won't be for long: the rules. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Connector, connectorKeys, isGroup } from "../../connector/connector";
import { isSecretConfigKey } from "../../connector/fields";
import { type Row, stateOf } from "../../connector/row";
import { quote } from "../../untrustedText";
import { type CertificateCondition, conditionOf } from "../condition";
import type { Managed } from "./managed";
import type { Tenant } from "./tenants";

/** Every kind of finding: how bad it is, and what to do about it. */
export const findingClasses = {
  changed: {
    severity: "error",
    title: "A field is not as the code says",
    remedy: "Put it right by `pulumi up --refresh`, or accept it by changing the code.",
  },
  missing: {
    severity: "error",
    title: "A connector of the stack is not in Logto any more",
    remedy:
      "Create it anew by `pulumi up --refresh` (its ID and URLs will be new), or take it out of the code.",
  },
  unmanaged: {
    severity: "warning",
    title: "A connector is in Logto, but not in the stack",
    remedy:
      "If this stack should manage it, adopt it by `npx logto-sso import --id ID`. If another stack or people own it, leave it " +
      "alone, and say so in a rule to ignore. Deleting it would lock its users out.",
  },
  unusable: {
    severity: "error",
    title: "A connector has no config, so nobody can sign in through it",
    remedy: "Give it a config in the code.",
  },
  "idp-unreachable": {
    severity: "warning",
    title: "Logto does not reach a connector's identity provider",
    remedy:
      "See whether the identity provider is well, and whether Logto can reach its issuer or metadata URL.",
  },
  "certificate-expiring": {
    severity: "warning",
    title: "The certificate of a SAML identity provider expires soon",
    remedy:
      "Get the identity provider's new certificate or metadata into the connector's config before that day.",
  },
  "certificate-invalid": {
    severity: "error",
    title: "The certificate of a SAML identity provider is not valid",
    remedy: "Get the identity provider's current certificate or metadata into the connector's config.",
  },
  "domain-conflict": {
    severity: "warning",
    title: "Two connectors have the same email domain",
    remedy: "Take the domain off all connectors but one, unless its users are to choose.",
  },
} as const satisfies Record<string, { severity: "error" | "warning"; title: string; remedy: string }>;

export type FindingClass = keyof typeof findingClasses;
export const findingClassNames = Object.keys(findingClasses) as FindingClass[];

export interface Finding {
  readonly class: FindingClass;
  readonly severity: "error" | "warning";
  /** What is the matter, in a sentence. */
  readonly message: string;
  readonly remedy: string;
  readonly connector: {
    /** `connectorName`: as declared where it is declared, else as in Logto. */
    readonly name: string;
    readonly id: string;
    /** Of the resource; `null` where the stack has none. */
    readonly urn: string | null;
  };
  /** `changed` only: where, such as `config.scope`. */
  readonly path?: string;
  /** `changed` only; left out where it is a secret, or absent. */
  readonly declared?: unknown;
  /** `changed` only; left out where it is a secret, or absent. */
  readonly live?: unknown;
  /** Where the program declares the connector. */
  readonly source?: { readonly file: string; readonly line: number };
}

export interface FindingOptions {
  readonly expiryDays: number;
  readonly now: number;
}

/** Holds what a stack manages in one tenant against all rows of the tenant. */
export function findingsOf(tenant: Tenant, options: FindingOptions): Finding[] {
  const { managed, rows, unread } = tenant;
  const live = new Map(rows.map((row) => [row.id, row]));
  // Where a connector and its config are two resources, the connector speaks for both.
  const owners = new Map([...managed].reverse().map((one) => [one.id, one]));
  const withConfig = new Set(managed.filter((one) => one.connector.config !== undefined).map(({ id }) => id));
  return [
    ...managed.flatMap((one) => {
      const row = live.get(one.id);
      const isOwner = owners.get(one.id) === one;
      if (row === undefined)
        return isOwner ? [unread.has(one.id) ? unreadFinding(one) : missing(one, tenant)] : [];
      const troubles = isOwner ? troublesOf(one, row, withConfig.has(one.id), options) : [];
      // A config has no name of its own.
      return [...changesOf(one, row), ...troubles].map((found) =>
        one.connector.connectorName === undefined
          ? { ...found, connector: { ...found.connector, name: row.connectorName } }
          : found,
      );
    }),
    ...rows
      .filter(({ id }) => !owners.has(id))
      .map((row) =>
        finding(
          "unmanaged",
          row,
          `Logto has the connector ${quote(row.connectorName)} of the provider ${row.providerName}, which the stack does not.`,
        ),
      ),
    ...domainConflicts(rows, owners),
  ];
}

function missing(one: Managed, { endpoint }: Tenant): Finding {
  return finding("missing", one, `Logto at ${endpoint} has no connector ${one.id}.`);
}

/** What can't be read can't be compared either, and is not told as if it were as it should be. */
function unreadFinding(one: Managed): Finding {
  const message =
    "Its identity provider takes Logto's requests and does not answer, and Logto waits for it. So the connector can't be read, and was not compared.";
  return finding("idp-unreachable", one, message);
}

function changesOf(one: Managed, row: Row): Finding[] {
  const { tenantId, createdAt, ...now } = stateOf(row, one.connector.config);
  return differences(one.connector, now).map(({ path, declared, live, secret }) => ({
    ...finding(
      "changed",
      one,
      secret ? `${path} differs.` : `${path} is ${text(live)}, not ${text(declared)}.`,
    ),
    path,
    ...(secret || declared === undefined ? {} : { declared }),
    ...(secret || live === undefined ? {} : { live }),
  }));
}

interface Difference {
  readonly path: string;
  readonly declared: unknown;
  readonly live: unknown;
  readonly secret: boolean;
}

/** Down to the last name of a path; a list is one value. */
function differences(declared: Partial<Connector>, live: Connector): Difference[] {
  return connectorKeys
    .filter((key) => declared[key] !== undefined)
    .flatMap((key) => differencesAt(key, declared[key], live[key], key === "config"));
}

function differencesAt(path: string, declared: unknown, live: unknown, isConfig: boolean): Difference[] {
  if (isDeepStrictEqual(declared, live)) return [];
  const key = path.split(".").at(1);
  const secret =
    (isConfig && (key === undefined || isSecretConfigKey(key))) || holdsSecret(declared) || holdsSecret(live);
  if (secret && key !== undefined) return [{ path, declared, live, secret }];
  if (!isGroup(declared) || !isGroup(live)) return [{ path, declared, live, secret }];
  const keys = [...new Set([...Object.keys(declared), ...Object.keys(live)])].sort();
  return keys.flatMap((inner) => differencesAt(`${path}.${inner}`, declared[inner], live[inner], isConfig));
}

/** A password in a URL, or a private key: made by hand in a field where it does not belong, it is still a secret. */
function holdsSecret(value: unknown): boolean {
  return typeof value === "string" && /:\/\/[^\s/?#]*@|-----BEGIN [A-Z ]*PRIVATE KEY/.test(value);
}

/** What is the matter with a connector besides what the code says. */
function troublesOf(
  one: Managed,
  row: Row,
  declaresConfig: boolean,
  { expiryDays, now }: FindingOptions,
): Finding[] {
  const { usable, reached, certificate } = conditionOf(row, now);
  if (!usable) {
    // Where the code declares one, that it is gone is a change.
    return declaresConfig ? [] : [finding("unusable", one, "It has no config.")];
  }
  if (!reached) {
    const { issuer, metadataUrl } = row.config ?? {};
    const address = issuer ?? metadataUrl ?? row.providerName;
    return [
      finding(
        "idp-unreachable",
        one,
        `Logto does not reach ${holdsSecret(address) ? "its issuer" : text(address)}.`,
      ),
    ];
  }
  if (certificate === undefined) return [];
  const { isValid, expiresAt = Infinity } = certificate;
  const [which, limits] = [certificateName(certificate), knownOnly(certificate)];
  const day = Number.isFinite(expiresAt) ? new Date(expiresAt).toISOString().slice(0, 10) : "an unknown day";
  if (!isValid || expiresAt <= now) {
    return [finding("certificate-invalid", one, `${which}, good until ${day}, is not valid.${limits}`)];
  }
  if (expiresAt > now + expiryDays * 86_400_000) return [];
  return [finding("certificate-expiring", one, `${which} expires on ${day}.${limits}`)];
}

function certificateName({ count }: CertificateCondition): string {
  if (count === undefined) return "The first certificate in its metadata";
  return count === 1 ? "Its certificate" : `The last of its ${count} certificates`;
}

function knownOnly({ count }: CertificateCondition): string {
  return count === undefined
    ? " Logto tells of the first one only: see in the metadata whether a valid one stands behind it."
    : "";
}

function domainConflicts(rows: readonly Row[], owners: ReadonlyMap<string, Managed>): Finding[] {
  const byDomain = new Map<string, Row[]>();
  for (const row of rows) {
    const domains = Array.isArray(row.domains)
      ? row.domains.map((domain) => String(domain).toLowerCase())
      : [];
    for (const domain of new Set(domains)) byDomain.set(domain, [...(byDomain.get(domain) ?? []), row]);
  }
  return [...byDomain].flatMap(([domain, sharing]) => {
    const [first, second] = sharing;
    if (first === undefined || second === undefined) return [];
    const names = sharing.map(({ connectorName }) => quote(connectorName)).sort();
    const owned = sharing.map(({ id }) => owners.get(id)).find((one) => one !== undefined);
    return [finding("domain-conflict", owned ?? first, `The domain ${domain} is on ${names.join(" and ")}.`)];
  });
}

function finding(kind: FindingClass, about: Managed | Row, message: string): Finding {
  const { severity, remedy } = findingClasses[kind];
  const { id } = about;
  // It is there to be copied into a shell.
  const command = /^[\w-]+$/.test(id) ? `--id ${id}` : "--id ID";
  const common = { class: kind, severity, message, remedy: remedy.replace("--id ID", command) };
  if (!isManaged(about)) return { ...common, connector: { name: about.connectorName, id, urn: null } };
  const { connector, resourceName, urn, source } = about;
  return {
    ...common,
    connector: { name: connector.connectorName ?? resourceName, id, urn },
    ...(source === undefined ? {} : { source }),
  };
}

function isManaged(about: Managed | Row): about is Managed {
  return "resourceName" in about;
}

function text(value: unknown): string {
  if (value === undefined) return "absent";
  const json = JSON.stringify(value);
  return json.length > 200 ? `${json.slice(0, 200)}…` : json;
}
