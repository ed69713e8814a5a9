/** A finding of a check, and the classes of findings. */
import { withoutExposed } from "../../connector/exposedSecret";
import { resourceNameOf, typeOf } from "../../engine/urn";

/** Every class of finding: its severity, its title, and what to do about it. */
export const findingClasses = {
  changed: {
    severity: "error",
    title: "A field in Logto differs from the program",
    remedy: "Run `pulumi up --refresh` to restore the declared value, or change the program to accept it.",
  },
  missing: {
    severity: "error",
    title: "A resource of the stack no longer exists in Logto",
    remedy:
      "Run `pulumi up --refresh` to recreate it (a connector gets a new ID and new URLs), or remove it from the program.",
  },
  unmanaged: {
    severity: "warning",
    title: "A connector exists in Logto but not in the stack",
    remedy:
      "To manage it in this stack, adopt it with `npx logto-sso import --id ID`. If another stack or team owns it, leave it " +
      "as it is and add an ignore rule. Deleting it would lock out its users.",
  },
  unusable: {
    severity: "error",
    title: "A connector has no config, so nobody can sign in with it",
    remedy: "Declare its config in the program.",
  },
  "not-served": {
    severity: "error",
    title: "A connector has no domains, so nobody is offered it",
    remedy: "Declare the domains of its users' email addresses in `domains`.",
  },
  "sso-disabled": {
    severity: "error",
    title: "Enterprise SSO is disabled in the tenant, so nobody is offered a connector",
    remedy:
      'Declare `new logto.SingleSignOn("sso", { enabled: true })`, or enable enterprise SSO in Logto\'s console, under ' +
      "Sign-in experience, Sign-up and sign-in.",
  },
  "idp-unreachable": {
    severity: "warning",
    title: "Logto cannot reach a connector's identity provider",
    remedy:
      "Check that the identity provider is available and that Logto can reach its issuer or metadata URL.",
  },
  "certificate-expiring": {
    severity: "warning",
    title: "The certificate of a SAML identity provider expires soon",
    remedy: "Before that day, add the identity provider's new certificate or metadata to the config.",
  },
  "certificate-invalid": {
    severity: "error",
    title: "The certificate of a SAML identity provider is not valid",
    remedy: "Add the identity provider's current certificate or metadata to the config.",
  },
  "signing-key-expiring": {
    severity: "warning",
    title: "The key with which Logto signs its SAML requests has expired or expires soon",
    remedy:
      "Create another SamlSigningKey, register its certificate at the identity provider, then make it the active one.",
  },
  "credentials-rejected": {
    severity: "error",
    title: "An identity provider rejects the credentials of a connector",
    remedy: "Have the identity provider issue a new client secret, and set config.clientSecret to its value.",
  },
  "redirect-not-registered": {
    severity: "error",
    title: "The redirect URI of a connector is not registered at the identity provider",
    remedy: "Register it for the client, exactly as it is written here.",
  },
  "domain-conflict": {
    severity: "warning",
    title: "Two connectors have the same email domain",
    remedy: "Remove the domain from all connectors but one, unless users should choose between them.",
  },
  unchecked: {
    severity: "warning",
    title: "A resource of the stack could not be read, so it was not compared",
    remedy: "Follow the message, and run the check again.",
  },
} as const satisfies Record<string, { severity: "error" | "warning"; title: string; remedy: string }>;

export type FindingClass = keyof typeof findingClasses;
export const findingClassNames = Object.keys(findingClasses) as FindingClass[];

export function isFindingClass(value: unknown): value is FindingClass {
  return typeof value === "string" && Object.hasOwn(findingClasses, value);
}

export interface Finding {
  readonly class: FindingClass;
  readonly severity: "error" | "warning";
  /** What was found, as a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly connector: {
    /** `connectorName` as declared, or as in Logto if it is not declared. */
    readonly name: string;
    /** For the switch, which belongs to no connector, the endpoint of its tenant. */
    readonly id: string;
    /** URN of the resource; `null` if the stack has none. */
    readonly urn: string | null;
  };
  /** The changed field, such as `config.scope`. Only for `changed`. */
  readonly path?: string;
  /** The declared value. Only for `changed`; omitted if secret or absent. */
  readonly declared?: unknown;
  /** The value in Logto. Only for `changed`; omitted if secret or absent. */
  readonly live?: unknown;
  /** The domain that connectors share. Only for `domain-conflict`. */
  readonly domain?: string;
  /** Where the program declares the connector. */
  readonly source?: { readonly file: string; readonly line: number } | undefined;
}

/** A finding in a report. */
export interface ReportedFinding extends Finding {
  /** The endpoint of its tenant. */
  readonly tenant: string;
  /** Whether the baseline lacks it, if there is one. */
  readonly isNew?: boolean;
}

/** What a finding is about. */
export type About = Pick<Finding, "connector" | "source">;

/** @param more what differs from other findings of the class */
export function newFinding(
  findingClass: FindingClass,
  { connector, source }: About,
  message: string,
  more: Partial<Pick<Finding, "severity" | "remedy" | "path" | "declared" | "live" | "domain">> = {},
): Finding {
  const { severity, remedy } = findingClasses[findingClass];
  return {
    class: findingClass,
    severity,
    // It can quote what Logto has.
    message: withoutExposed(message),
    remedy,
    connector: { ...connector, name: withoutExposed(connector.name) },
    source,
    ...more,
  };
}

/**
 * What tells a finding from the others of a stack, in this check and in the next. Several resources can belong to one connector,
 * and two tenants can have a connector with the same ID.
 */
export function identityOf({ class: name, connector, tenant, path, domain }: ReportedFinding): string {
  return [name, connector.id, connector.urn ?? tenant, path ?? domain ?? ""].join(":");
}

/** The remedy, unless it is that of its class with the connector's ID filled in. */
export function ownRemedy({ class: name, remedy, connector }: Finding): string | undefined {
  const general = remedy.replace(`--id ${connector.id}`, "--id ID");
  return general === findingClasses[name].remedy ? undefined : remedy;
}

/** Kind and name of the resource with a URN, such as `SsoConnector acme`. */
export function kindAndName(urn: string): string {
  return `${/[^:]*$/.exec(typeOf(urn))?.[0] ?? ""} ${resourceNameOf(urn)}`;
}
