/** The classes of findings: what a check reports, and what to do about it. */
import { version } from "../../manifest";

/**
 * Every class of finding: its severity in reports, its title, and what to do about it. Whether it fails a check does not follow
 * from the severity (`defaultFailOn` of `logto-sso drift`).
 */
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
    remedy: "Declare its config in the program; if it is there, run `pulumi up` again.",
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
      "Declare a resource SingleSignOn with `enabled: true` (with the option `provider`, if the connectors have it); if it is " +
      "there, run `pulumi up --refresh`. Or enable enterprise SSO in Logto's console, under Sign-in experience, Sign-up and " +
      "sign-in.",
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
    // Logto lets users in all the same: see `certificatesStep`.
    severity: "warning",
    title: "The certificate of a SAML identity provider is not valid",
    remedy:
      "Have the identity provider renew its certificate, and add the new one, or metadata that contains it, to the config.",
  },
  "signing-key-expiring": {
    severity: "warning",
    title: "The key with which Logto signs its SAML requests has expired or expires soon",
    remedy:
      "Create another SamlSigningKey, register its certificate at the identity provider, then make it the active one.",
  },
  "signing-key-unmanaged": {
    severity: "warning",
    title: "A connector has signing keys that are not in the stack, and with which Logto does not sign",
    remedy:
      "If no identity provider has its certificate, delete it in Logto with `DELETE /api/sso-connectors/CONNECTOR_ID/signing-keys/KEY_ID`, " +
      'an active one after a `PATCH` there with `{"active": false}`. ' +
      "Otherwise, `pulumi import logto:index:SamlSigningKey NAME CONNECTOR_ID/KEY_ID` brings it into a stack of the plugin; or add an " +
      "ignore rule.",
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
  "sign-in-refused": {
    severity: "error",
    title: "An identity provider refuses the sign-ins that Logto begins",
    remedy: "Correct the client at the identity provider, or config.scope.",
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

/** The classes that only `--probe` finds. */
export const probedClasses: ReadonlySet<FindingClass> = new Set([
  "credentials-rejected",
  "redirect-not-registered",
  "sign-in-refused",
]);

/** Returns the address of the section on a class in the documentation of this version: unpkg.com serves what is on npm. */
export function documentationOf(name: FindingClass): string {
  return `https://unpkg.com/pulumi-logto-sso@${version}/docs/drift.md#${name}`;
}

export function isFindingClass(value: unknown): value is FindingClass {
  return typeof value === "string" && Object.hasOwn(findingClasses, value);
}
