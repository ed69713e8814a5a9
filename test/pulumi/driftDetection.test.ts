/** What Pulumi's own drift detection sees, a refresh that only previews, and what `logto-sso drift` adds: docs/drift.md. */
import * as logtoSso from "pulumi-logto-sso";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { type Logto, startLogto } from "../logto";
import { logtoSso as command } from "../runCli";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let staging: Logto;
eachWithLogto(async (started) => {
  logto = started;
  staging = await startLogto();
});
afterEach(() => staging.close());

test("a refresh sees what happened to resources, and nothing of the rest", async () => {
  const organizationId = logto.organizations.make("Acme");
  const { id: defaultApplicationId } = logto.applications.insert({ type: "Traditional" });
  const stack = await stackOf(logto, () => {
    const connector = (name: string, more: object = {}) => {
      const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
      const args = { providerName: "OIDC" as const, domains: [`${name}.com`], config };
      return new logtoSso.SsoConnector(name, args, more);
    };
    new logtoSso.SingleSignOn("switch", { enabled: true });
    connector("edited");
    connector("ignored", { ignoreChanges: ["domains"] });
    connector("secret");
    connector("gone");
    const { id: connectorId } = new logtoSso.SsoConnector("saml", {
      providerName: "SAML",
      domains: ["saml.com"],
      config: { metadataUrl: `${logto.idp}/saml/metadata` },
    });
    new logtoSso.SamlSigningKey("key", { connectorId, active: true });
    new logtoSso.OrganizationSsoConnector("link", { connectorId, organizationId });
    new logtoSso.SsoConnectorIdpInitiatedAuth("auth", {
      connectorId,
      defaultApplicationId,
      autoSendAuthorizationRequest: true,
    });
    const access = { endpoint: staging.url, clientId: "m2m", clientSecret: "canary-m2m" };
    connector("offered-to-nobody", { provider: new logtoSso.Provider("staging", access) });
    return {};
  });
  await stack.up();

  logto.signInExperience.singleSignOnEnabled = false;
  logto.named("edited").domains = ["edited.com", "saml.com"];
  logto.named("ignored").domains = ["other.com"];
  logto.named("secret").config.clientSecret = "canary-by-hand";
  logto.connectors.rows.delete(logto.named("gone").id);
  logto.connectors.insert({ providerName: "OIDC", connectorName: "by hand" });
  const saml = logto.named("saml").id;
  logto.organizations.remove(organizationId, saml);
  logto.idpInitiatedAuth.rows.clear();
  await logto.signingKeys.make(saml, false);

  const flags = ["--preview-only", "--expect-no-changes", "--json"];
  const refreshed = await stack.refresh(flags, { mayFail: true });
  const { steps } = JSON.parse(refreshed.stdout) as Preview;
  const seen = steps
    .filter(({ op }) => !["same", "refresh"].includes(op))
    .map(({ op, urn }) => `${op} ${nameOf(urn)}`);
  expect([refreshed.code, seen.sort()]).toEqual([
    7,
    ["delete auth", "delete gone", "delete link", "update edited", "update secret", "update switch"],
  ]);

  const { stdout } = await command(stack, ["drift", "--format", "json"], { mayFail: true });
  const { findings } = JSON.parse(stdout) as DriftReport;
  const found = findings.map(
    ({ class: name, connector: { urn, name: shown } }) => `${name} ${urn === null ? shown : nameOf(urn)}`,
  );
  expect(found.sort()).toEqual([
    "changed edited",
    "changed ignored",
    "changed secret",
    "changed switch",
    "domain-conflict edited",
    "missing auth",
    "missing gone",
    "missing link",
    "signing-key-unmanaged saml",
    "sso-disabled enterprise SSO",
    "unmanaged by hand",
  ]);
});

/** The part of the engine's output that is compared. */
interface Preview {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
}

const nameOf = (urn: string) => urn.split("::").at(-1);
