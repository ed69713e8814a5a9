/** A stack that holds something of everything, and what Logto holds with it, as a version of this package left both. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StateExport } from "../engine";
import type { Logto } from "../logto";

export interface Fixture {
  /** Of the package that wrote it. */
  readonly version: string;
  /** Secrets in clear, as Pulumi exports and imports them; {@link address} stands for Logto's address. */
  readonly state: StateExport;
  readonly connectors: readonly Parameters<Logto["connectors"]["insert"]>[0][];
  readonly keys: readonly Parameters<Logto["signingKeys"]["put"]>[0][];
  readonly organization: { readonly id: string; readonly links: readonly string[] };
}

const address = "LOGTO-ADDRESS";
const fileOf = (version: string) => join(__dirname, `${version}.json`);

export function readFixture(version: string, logto: Logto): Fixture {
  return JSON.parse(readFileSync(fileOf(version), "utf8").replaceAll(address, logto.url)) as Fixture;
}

/** Where a fixture is kept, and its text. */
export function fixtureText(fixture: Fixture, logto: Logto): { file: string; text: string } {
  return {
    file: fileOf(fixture.version),
    text: `${JSON.stringify(fixture, undefined, 2).replaceAll(logto.url, address)}\n`,
  };
}

/** Puts what a fixture says into a Logto. */
export function restore(logto: Logto, { connectors, keys, organization }: Fixture): void {
  for (const row of connectors) logto.connectors.insert(row);
  for (const key of keys) logto.signingKeys.put(key);
  logto.organizations.put(organization.id, "Acme", organization.links);
}

/** The program, which must need no change from version to version. */
export function program(logto: Logto, organizationId: string, more = ""): { js: string } {
  return {
    js: `const logto = require("pulumi-logto-sso");
      const oidc = { clientId: "client", clientSecret: "canary-config", issuer: "${logto.idp}/acme" };
      const saml = { metadataUrl: "${logto.idp}/saml/metadata" };
      new logto.SsoConnector("okta", {
        providerName: "Okta",
        connectorName: "Acme",
        config: { ...oidc, scope: "groups" },
        domains: ["b.com", "A.com"],
        branding: { displayName: "Acme" },
        syncProfile: true,
        ${more}
      });
      new logto.SsoConnector("signed", { providerName: "SAML", config: { ...saml, signAuthnRequest: true } });
      const split = new logto.SsoConnector("split", { providerName: "SAML" });
      const key = new logto.SamlSigningKey("split", { connectorId: split.id, active: true });
      new logto.SsoConnectorConfig(
        "split",
        { connectorId: split.id, providerName: "SAML", config: { ...saml, signAuthnRequest: true } },
        { dependsOn: key },
      );
      new logto.OrganizationSsoConnector("split", { connectorId: split.id, organizationId: "${organizationId}" });
      const provider = new logto.Provider("other", {
        endpoint: "${logto.url}", clientId: "m2m", clientSecret: "canary-m2m", timeoutSeconds: 20,
      });
      new logto.SsoConnector("other", { providerName: "OIDC", config: oidc }, { provider });`,
  };
}
