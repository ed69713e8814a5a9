/** YAML programs, with the real Pulumi CLI, its language host and the plugin: what users of other languages have. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { type Logto, startLogto } from "../logto";
import { accessTo, driftOf, eachWithLogto, patchesOf, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
});

const acme = (properties: object = {}) => ({
  type: "logto:SsoConnector",
  properties: {
    providerName: "OIDC",
    config: { clientId: "client", clientSecret: "${secret}", issuer: `${logto.idp}/acme` },
    ...properties,
  },
});
const program = (resources: object, more: object = {}) => ({
  yaml: {
    variables: { secret: { "fn::secret": "canary-config" } },
    resources,
    ...more,
  },
});

test("a connector is created, left alone, brought back from drift, replaced and deleted", async () => {
  const outputs = { outputs: { redirectUri: "${acme.redirectUri}" } };
  const stack = await stackOf(logto, program({ acme: acme({ domains: ["acme.com"] }) }, outputs));
  await stack.up();
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "POST /api/sso-connectors"]);
  const { id, config } = logto.named("acme");
  expect(config.clientSecret).toBe("canary-config");
  expect(await stack.outputs()).toEqual({ redirectUri: `${logto.url}/callback/${id}` });
  expect(JSON.stringify(stack.export())).not.toContain("canary");

  await stack.pulumi(["up", "--yes", "--expect-no-changes"]);
  expect(logto.takeLog()).toEqual([]);

  logto.named("acme").domains = ["by-hand.com"];
  const drift = await driftOf(stack);
  expect([drift.code, drift.stdout]).toEqual([
    7,
    expect.stringContaining('~ [0]: "acme.com" => "by-hand.com"'),
  ]);
  await stack.up(["--refresh"]);
  expect(patchesOf(logto)).toEqual([{ domains: ["acme.com"] }]);

  // In a preview of an update, what other resources need stays known.
  await stack.writeProgram(program({ acme: acme({ syncProfile: true }) }, outputs));
  const update = await stack.preview(["--diff"]);
  expect(update.stdout).toMatch(/syncProfile: false => true/);
  expect(update.stdout).not.toContain("redirectUri");

  await stack.writeProgram(program({ acme: acme({ providerName: "Okta" }) }, outputs));
  const { stdout } = await stack.up(["--diff"]);
  expect(stdout).toMatch(/providerName: "OIDC" => "Okta"/);
  expect(logto.named("acme")).toMatchObject({ providerName: "Okta", domains: [] });
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("look-ups, an explicit provider, and values that a preview does not know", async () => {
  const staging = await startLogto();
  try {
    const provider = {
      type: "pulumi:providers:logto",
      properties: { endpoint: staging.url, clientId: "m2m", clientSecret: "canary-m2m", timeoutSeconds: 20 },
    };
    const config = { "fn::select": [0, [{ metadataUrl: `${logto.idp}/saml/metadata` }]] };
    const resources = {
      staging: provider,
      acme: acme(),
      mirrored: { ...acme({ connectorName: "${acme.redirectUri}" }), options: { provider: "${staging}" } },
      saml: { type: "logto:SsoConnector", properties: { providerName: "SAML" } },
      samlConfig: {
        type: "logto:SsoConnectorConfig",
        properties: { connectorId: "${saml.id}", providerName: "SAML", config },
      },
    };
    const found = (key: string) => ({
      "fn::invoke": { function: "logto:getSsoConnector", arguments: { connectorName: key }, return: "id" },
    });
    const stack = await stackOf(logto, program(resources));
    const preview = await stack.preview(["--diff"]);
    expect(preview.stdout).toMatch(/connectorName +: \[unknown\]/);
    await stack.up();
    const { id } = logto.named("acme");
    expect([...staging.connectors.rows.values()]).toMatchObject([
      { connectorName: `${logto.url}/callback/${id}` },
    ]);
    expect(logto.named("saml").config).toEqual({ metadataUrl: `${logto.idp}/saml/metadata` });

    await stack.writeProgram(program(resources, { outputs: { id: found("acme") } }));
    await stack.up(["--expect-no-changes"]);
    expect(await stack.outputs()).toEqual({ id });
    await stack.destroy();
  } finally {
    await staging.close();
  }
});

test("what is wrong is found in the preview: at its key, and two resources of one name as well", async () => {
  const wrong = { providerName: "OIDC", config: { clientId: "client" }, domains: ["a.com", "A.com"] };
  const stack = await stackOf(logto, program({ wrong: acme(wrong) }));
  const failed = await stack.preview([], { mayFail: true });
  for (const text of ["config.clientSecret", "config.issuer", '"A.com" duplicates domains[0].'])
    expect(failed.stdout).toContain(text);
  await stack.writeProgram(program({ acme: acme(), twin: acme({ connectorName: "acme" }) }));
  const { stdout } = await stack.preview([], { mayFail: true });
  expect(stdout).toMatch(/The SsoConnector "\w+" and "\w+" have the same connectorName/);
  expect(logto.takeLog()).toEqual([]);
});

test("`pulumi import` brings in a connector with its code, after which nothing changes", async () => {
  const before = await stackOf(logto, program({ acme: acme({ domains: ["acme.com"] }) }));
  await before.up();
  const { id } = logto.named("acme");
  const stack = await stackOf(logto, program({}));
  const args = ["import", "logto:index:SsoConnector", "acme", id, "--yes", "--protect=false"];
  await stack.pulumi([...args, "--generate-code=false"]);
  expect(JSON.stringify(stack.export())).not.toContain("canary");
  logto.takeLog();
  await stack.writeProgram(program({ acme: acme({ domains: ["acme.com"] }) }));
  await stack.pulumi(["up", "--yes", "--expect-no-changes"]);
  expect(logto.takeLog()).toEqual([]);
});

test("Ctrl-C ends a run that waits for Logto, and the next one finds the connector that was created", async () => {
  const stack = await stackOf(logto, program({ acme: acme() }));
  await stack.setConfig({ "logto:timeoutSeconds": "3600" });
  logto.faults.arm("hang after", "create");
  const up = stack.start(["up", "--yes", "--skip-preview"]);
  await new Promise<void>((resolve) => {
    logto.beforeAnswer = ({ method, path }) => {
      if (method === "POST" && path === "/api/sso-connectors") resolve();
    };
  });
  up.process.kill("SIGINT");
  const { stdout } = await up.result;
  expect(stdout).toContain("The change may have been applied anyway.");
  logto.takeLog();
  await stack.up(["--refresh"]);
  expect(stack.export().deployment.resources?.find(({ type }) => type.startsWith("logto:"))?.id).toBe(
    logto.named("acme").id,
  );
  expect(logto.log.filter(({ method, path }) => method === "POST" && path !== "/oidc/token")).toEqual([]);
});

test("no secret is in a plan, a preview, what the plugin logs, or the state", async () => {
  const stack = await stackOf(logto, program({ acme: acme() }));
  // The canary of the program is in clear in the program only.
  const plan = join(stack.folder, "plan.json");
  await stack.preview(["--diff", "--save-plan", plan]);
  await stack.preview(["--json"]);
  await stack.up(["--plan", plan]);
  await stack.writeProgram(program({ acme: acme({ domains: ["acme.com"] }) }));
  // The engine and the language host log all values that they pass on; no other line contains one.
  const logged = await stack.start(["preview", "--diff", "--logtostderr", "-v=9", "--logflow"]).result;
  const lines = logged.stderr.split("\n").filter((line) => line.includes("canary"));
  expect(lines.filter((line) => !line.includes("arshaling property"))).toEqual([]);
  expect([logged.code, logged.stdout.includes("canary")]).toEqual([0, false]);
  for (const text of [readFileSync(plan, "utf8"), JSON.stringify(stack.export())])
    expect(text).not.toContain("canary");
});

test("the program for the Kubernetes operator creates its connector, with the config that its Stack names", async () => {
  const text = readFileSync(join(__dirname, "..", "..", "examples/gitops/kubernetes/stack.yaml"), "utf8");
  const [programObject, stackObject] = parseAllDocuments(
    text.replaceAll("https://idp.acme.com", `${logto.idp}/acme`),
  );
  const { program: yaml } = programObject?.toJS() as { program: object };
  const { spec } = stackObject?.toJS() as { spec: { config: object; secretsRef: object } };
  const access = accessTo(logto);
  const config = { ...access, acmeClientSecret: { secret: "canary-acme" } };
  expect(Object.keys({ ...spec.config, ...spec.secretsRef })).toEqual(Object.keys(config));
  const stack = await stackOf(logto, { yaml }, { config });
  await stack.up();
  const { id, config: created } = logto.named("Acme");
  expect(created.clientSecret).toBe("canary-acme");
  expect(await stack.outputs()).toEqual({ redirectUri: `${logto.url}/callback/${id}` });
  expect(JSON.stringify(stack.export())).not.toContain("canary");
});

test("the program of docs/languages.md is accepted", async () => {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "languages.md"), "utf8");
  const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { name, runtime, ...yaml } = parse(text) as Record<string, object>;
  const stack = await stackOf(logto, { yaml });
  await stack.setConfig({ oktaSecret: { secret: "canary-okta" } });
  const { stdout } = await stack.preview();
  expect(stdout).toContain("logto:index:SsoConnector acme create");
});
