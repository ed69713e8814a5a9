/** A stack with every resource, and the contents of its Logto, as a version of this package left them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as logtoSso from "pulumi-logto-sso";
import type { StateExport } from "../../engine";
import type { Logto } from "../../logto";

export interface Fixture {
  /** The version of the package that wrote the state. */
  readonly version: string;
  /** As exported with secrets in plain text; {@link addressPlaceholder} is in the place of Logto's address. */
  readonly state: StateExport;
  readonly connectors: readonly Parameters<Logto["connectors"]["insert"]>[0][];
  readonly keys: readonly Parameters<Logto["signingKeys"]["put"]>[0][];
  readonly organization: { readonly id: string; readonly links: readonly string[] };
}

const addressPlaceholder = "LOGTO-ADDRESS";
const fileOf = (version: string) => join(__dirname, `${version}.json`);

export function readFixture(version: string, logto: Logto): Fixture {
  return JSON.parse(
    readFileSync(fileOf(version), "utf8").replaceAll(addressPlaceholder, logto.url),
  ) as Fixture;
}

/** Returns the path and the contents of the file of a fixture. */
export function fixtureText(fixture: Fixture, logto: Logto): { file: string; text: string } {
  return {
    file: fileOf(fixture.version),
    text: `${JSON.stringify(fixture, undefined, 2).replaceAll(logto.url, addressPlaceholder)}\n`,
  };
}

/** Fills a Logto with the contents of a fixture. */
export function restore(logto: Logto, { connectors, keys, organization }: Fixture): void {
  for (const row of connectors) logto.connectors.insert(row);
  for (const key of keys) logto.signingKeys.put(key);
  logto.organizations.put(organization.id, "Acme", organization.links);
}

/** The program of the stack, which must remain valid in every version. */
export function program(logto: Logto, organizationId: string, more: { enableTokenStorage?: boolean } = {}) {
  return () => {
    const oidc = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
    const saml = { metadataUrl: `${logto.idp}/saml/metadata` };
    new logtoSso.SsoConnector("okta", {
      providerName: "Okta",
      connectorName: "Acme",
      config: { ...oidc, scope: "groups" },
      domains: ["b.com", "A.com"],
      branding: { displayName: "Acme" },
      syncProfile: true,
      ...more,
    });
    const signed = { ...saml, signAuthnRequest: true };
    new logtoSso.SsoConnector("signed", { providerName: "SAML", config: signed });
    const { id: connectorId } = new logtoSso.SsoConnector("split", { providerName: "SAML" });
    const key = new logtoSso.SamlSigningKey("split", { connectorId, active: true });
    new logtoSso.SsoConnectorConfig(
      "split",
      { connectorId, providerName: "SAML", config: signed },
      { dependsOn: key },
    );
    new logtoSso.OrganizationSsoConnector("split", { connectorId, organizationId });
    const provider = new logtoSso.Provider("other", {
      endpoint: logto.url,
      clientId: "m2m",
      clientSecret: "canary-m2m",
      timeoutSeconds: 20,
    });
    new logtoSso.SsoConnector("other", { providerName: "OIDC", config: oidc }, { provider });
    return {};
  };
}
