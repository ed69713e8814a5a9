/** `logto-sso drift` with the state of a real stack. What it finds is tested in test/command, with states from files. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { logtoSso } from "../runCli";
import { connectorInState, type ProviderInState } from "../exportedState";
import { type Logto, startLogto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

interface Exported {
  readonly deployment: { readonly resources: ProviderInState[] };
}

let logto: Logto;
let other: Logto;
eachWithLogto(async (started) => {
  logto = started;
  other = await startLogto({ applications: [{ id: "other", secret: "canary-other" }] });
});
afterEach(() => other.close());

test("every tenant of a program is checked with its own provider, also with the state from a file", async () => {
  for (const { signInExperience } of [logto, other]) signInExperience.singleSignOnEnabled = true;
  const args = {
    providerName: "OIDC",
    domains: ["acme.com"],
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
  };
  const { id } = logto.connectors.insert({ providerName: "OIDC", connectorName: "only read" });
  const organizationId = logto.organizations.make("Acme");
  const { id: app } = logto.applications.insert({ type: "Traditional" });
  const stack = await stackOf(logto, {
    js: `const logto = require("pulumi-logto-sso");
new logto.SsoConnector("here", ${JSON.stringify(args)});
const provider = new logto.Provider("other", { endpoint: "${other.url}", clientId: "other", clientSecret: "canary-other" });
new logto.SsoConnector("there", ${JSON.stringify(args)}, { provider });
logto.SsoConnector.get("read", "${id}");
new logto.SingleSignOn("sso", { enabled: true });
const connectorId = new logto.SsoConnector("saml", { providerName: "SAML", config: { metadataUrl: "${logto.idp}/saml/metadata" }, domains: ["saml.com"] }).id;
new logto.SamlSigningKey("key", { connectorId, active: true });
new logto.OrganizationSsoConnector("link", { connectorId, organizationId: "${organizationId}" });
new logto.SsoConnectorIdpInitiatedAuth("auth", { connectorId, autoSendAuthorizationRequest: true, defaultApplicationId: "${app}", authParameters: { scope: "profile" } });`,
  });
  await stack.up();
  const declared = structuredClone(logto.named("here"));
  logto.named("here").config.clientSecret = "canary-by-hand";
  other.named("there").syncProfile = true;
  logto.signInExperience.singleSignOnEnabled = false;
  logto.idpInitiatedAuth.rows.clear();
  other.connectors.insert({ providerName: "OIDC", connectorName: "by hand" });

  const drift = ["drift", "--format", "json"];
  const { code, stdout } = await logtoSso(stack, drift, { mayFail: true });
  const report = JSON.parse(stdout) as DriftReport;
  expect(code).toBe(2);
  expect(report.tenants).toMatchObject([
    { endpoint: logto.url, connectors: 2, otherResources: 4 },
    { endpoint: other.url, connectors: 1, otherResources: 0 },
  ]);
  expect(report.findings).toMatchObject([
    {
      class: "changed",
      connector: { name: "here" },
      path: "config.clientSecret",
      message: "config.clientSecret differs.",
      source: { file: "index.js", line: 2 },
    },
    { class: "changed", connector: { name: "sso", id: logto.url }, path: "enabled" },
    { class: "missing", connector: { name: "saml", urn: expect.stringMatching(/::auth$/) as string } },
    { class: "unmanaged", connector: { name: "only read" } },
    {
      class: "changed",
      connector: { name: "there" },
      path: "syncProfile",
      declared: false,
      live: true,
      source: { file: "index.js", line: 4 },
    },
    { class: "unmanaged", connector: { name: "by hand" } },
  ]);
  expect(report.findings[0]).not.toHaveProperty("live");

  const env = { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" };
  const outside = { cwd: tmpdir(), env, mayFail: true };
  const exported = (await stack.pulumi(["stack", "export", "--show-secrets"])).stdout;
  const file = join(stack.folder, "state.json");
  writeFileSync(file, exported);
  for (const [state, input] of [[file], ["-", exported]] as const) {
    const result = await logtoSso(stack, [...drift, "--state", state], { ...outside, input });
    expect((JSON.parse(result.stdout) as DriftReport).findings).toEqual(report.findings);
  }
  writeFileSync(file, JSON.stringify(stack.export()));
  const encrypted = await logtoSso(stack, [...drift, "--state", file], outside);
  expect(encrypted).toMatchObject({ code: 1, stdout: "" });
  expect(encrypted.stderr).toContain("pulumi stack export --show-secrets");

  // The states of test/exportedState.ts are like this one.
  const { resources } = (JSON.parse(exported) as Exported).deployment;
  const provider = resources.find(({ urn }) => urn.endsWith(":providers:pulumi-nodejs::default"));
  const outputs = { createdAt: new Date(declared.createdAt).toISOString(), endpoint: logto.url };
  const options = { outputs, sourcePosition: "project:///index.js#2,1" };
  expect(resources.find(({ urn }) => urn.endsWith("::here"))).toMatchObject(
    connectorInState(declared, provider, options),
  );
});
