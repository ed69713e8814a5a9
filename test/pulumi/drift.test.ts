/** `logto-sso drift`: every finding is reported once, and nothing else. */
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import type { Finding } from "../../provider/cli/drift/finding";
import type { Report } from "../../provider/cli/drift/report";
import { logtoSso, startLogtoSso } from "../runCli";
import type { Stack } from "../engine";
import { certificate, type Logto, samlMetadata, startLogto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(
  async (started) => {
    logto = started;
    stack = await stackOf(logto, { js: "" });
  },
  { retryDelayMs: 5 },
);

const oidc = (more: object = {}) => ({
  providerName: "OIDC",
  config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
  ...more,
});

async function deploy(connectors: Record<string, object>): Promise<void> {
  await stack.writeProgram({
    js: `const logto = require("pulumi-logto-sso");
for (const [name, args] of Object.entries(${JSON.stringify(connectors)})) new logto.SsoConnector(name, args);`,
  });
  await stack.up();
  logto.takeLog();
}

async function check(args: readonly string[] = []): Promise<Report & { code: number }> {
  const { code, stdout, stderr } = await logtoSso(stack, ["drift", "--format", "json", ...args], {
    mayFail: true,
  });
  if (code === 1) throw new Error(stderr);
  return { code, ...(JSON.parse(stdout) as Report) };
}

const brief = ({ class: kind, connector, path }: Finding) =>
  [kind, connector.name, ...(path === undefined ? [] : [path])].join(" ");

/** A SAML connector whose identity provider's certificate expires in a number of days. */
async function samlExpiringIn(days: number): Promise<object> {
  const day = 86_400_000;
  const { cert } = await generate([{ name: "commonName", value: "idp.acme.com" }], {
    keySize: 2048,
    notBeforeDate: new Date(Date.now() - 100 * day),
    notAfterDate: new Date(Date.now() + days * day),
  });
  return {
    providerName: "SAML",
    config: { metadata: samlMetadata("urn:idp", "https://idp.acme.com/sso", cert) },
  };
}

/** 200 connectors, some of which are edited later. */
const many = () =>
  Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => {
      const name = `customer-${String(index).padStart(3, "0")}`;
      const domains = [`${name}.com`, `a-${name}.com`];
      return [name, index === 9 ? { providerName: "Okta", domains } : oidc({ domains })];
    }),
  );

test("a tenant of 200 connectors: every finding is reported once, and no other", async () => {
  const row = (index: number) => logto.named(`customer-${String(index).padStart(3, "0")}`);
  await deploy({
    ...many(),
    expiring: await samlExpiringIn(10),
    expired: await samlExpiringIn(-1),
    fresh: await samlExpiringIn(60),
  });
  row(1).config.clientSecret = "canary-by-hand";
  row(1).domains.push("by-hand.com");
  row(2).branding = { displayName: "by hand" };
  row(3).syncProfile = true;
  row(4).connectorName = "renamed by hand";
  logto.connectors.rows.delete(row(5).id);
  row(6).config.issuer = `${logto.idp}/fails/acme`;
  const unmanaged = logto.connectors.insert({
    providerName: "Okta",
    connectorName: "by hand",
    domains: ["CUSTOMER-007.com"],
  });

  const { code, findings, failed, tenants } = await check();
  expect(findings.map(brief).sort()).toEqual([
    "certificate-expiring expiring",
    "certificate-invalid expired",
    "changed customer-001 config.clientSecret",
    "changed customer-001 domains",
    "changed customer-002 branding.displayName",
    "changed customer-003 syncProfile",
    "changed customer-004 connectorName",
    "changed customer-006 config.issuer",
    "domain-conflict customer-007",
    "idp-unreachable customer-006",
    "missing customer-005",
    "unmanaged by hand",
    "unusable customer-009",
  ]);
  expect([code, failed]).toEqual([2, true]);
  expect(tenants).toEqual([{ endpoint: logto.url, connectors: 203, unreadable: 0, requests: 2 }]);
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "GET /api/sso-connectors"]);
  const find = (text: string) => findings.find((finding) => brief(finding) === text);
  expect(find("changed customer-001 config.clientSecret")).not.toHaveProperty("live");
  expect(find("changed customer-003 syncProfile")).toMatchObject({
    declared: false,
    live: true,
    source: { file: "index.js", line: 2 },
    connector: { urn: expect.stringMatching(/::customer-003$/) as string },
  });
  expect(find("unmanaged by hand")?.remedy).toContain(`npx logto-sso import --id ${unmanaged.id}`);
});

test("equivalent values are no finding, and an unreachable identity provider does not fail the check", async () => {
  await deploy({
    a: oidc({ domains: ["b.com", "a.com"] }),
    b: oidc(),
    c: { ...oidc(), providerName: "Okta" },
  });
  const [a, b] = [logto.named("a"), logto.named("b")];
  a.domains = ["B.com", "a.com"];
  a.config = Object.fromEntries(Object.entries(a.config).reverse());
  delete b.config.trustUnverifiedEmail;
  b.config.scope = "";
  b.config.pkce = true;
  expect(await check()).toMatchObject({ code: 0, findings: [], failed: false });
  const text = await logtoSso(stack, ["drift"]);
  expect(text.stdout).toBe("Nothing found in 3 connectors of the stack.\n");

  b.config.issuer = `${logto.idp}/fails/acme`;
  await stack.refresh(["--yes"]);
  await stack.writeProgram({ js: "" });
  const dead = await check();
  expect(dead).toMatchObject({ code: 0, findings: [{ class: "idp-unreachable" }] });
});

test("a state from a file and from standard input, with and without secrets", async () => {
  await deploy({ a: oidc() });
  logto.named("a").config.clientSecret = "canary-by-hand";
  const file = join(tmpdir(), `state-${process.pid}.json`);
  const exported = (await stack.pulumi(["stack", "export", "--show-secrets"])).stdout;
  writeFileSync(file, exported);
  const env = { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" };
  const outside = { cwd: tmpdir(), env, mayFail: true };
  try {
    for (const [state, input] of [[file], ["-", exported]] as const) {
      const { code, stdout } = await logtoSso(stack, ["drift", "--state", state], { ...outside, input });
      expect(code).toBe(2);
      expect(stdout).toContain("changed: config.clientSecret differs.");
    }
    writeFileSync(file, (await stack.pulumi(["stack", "export"])).stdout);
    const encrypted = await logtoSso(stack, ["drift", "--state", file], outside);
    expect(encrypted).toMatchObject({ code: 1, stdout: "" });
    expect(encrypted.stderr).toContain("pulumi stack export --show-secrets");
  } finally {
    writeFileSync(file, "");
  }
});

test("every tenant of a program is checked with its own provider", async () => {
  const other = await startLogto({ applications: [{ id: "other", secret: "canary-other" }] });
  await stack.writeProgram({
    js: `const logto = require("pulumi-logto-sso");
      new logto.SsoConnector("here", ${JSON.stringify(oidc())});
      const provider = new logto.Provider("other", { endpoint: "${other.url}", clientId: "other", clientSecret: "canary-other" });
      new logto.SsoConnector("there", ${JSON.stringify(oidc())}, { provider });`,
  });
  await stack.up();
  other.named("there").syncProfile = true;
  other.connectors.insert({ providerName: "OIDC", connectorName: "by hand" });
  const { findings, tenants } = await check();
  expect(findings.map(brief)).toEqual(["changed there syncProfile", "unmanaged by hand"]);
  expect(tenants.map(({ endpoint }) => endpoint)).toEqual([logto.url, other.url]);
  await other.close();
});

test("a tenant that cannot be read is an error, not a success", async () => {
  await deploy({ a: oidc() });
  logto.faults.arm("500", "list", Infinity);
  const failed = await logtoSso(stack, ["drift"], { mayFail: true });
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toMatch(/^error: GET \/api\/sso-connectors failed: 500/);
});

describe("ignore rules", () => {
  const rulesFile = () => join(stack.folder, "ignore.json");
  const rules = (content: unknown) => {
    writeFileSync(rulesFile(), JSON.stringify(content));
    return ["--ignore", rulesFile()];
  };

  test("remove the findings that they match, and are reported if unused", async () => {
    await deploy({ a: oidc(), b: oidc() });
    logto.named("a").syncProfile = true;
    logto.named("b").syncProfile = true;
    const { code, findings, ignored, unusedRules } = await check(
      rules({
        rules: [
          { reason: "their own team does it", class: "changed", connector: "a", path: "sync*" },
          { reason: "long gone", connector: "nobody" },
        ],
      }),
    );
    expect(code).toBe(2);
    expect(findings.map(brief)).toEqual(["changed b syncProfile"]);
    expect(ignored.map(({ finding, reason }) => [brief(finding), reason])).toEqual([
      ["changed a syncProfile", "their own team does it"],
    ]);
    expect(unusedRules).toEqual([{ reason: "long gone", connector: "nobody" }]);
  });

  test.each([
    [{ rules: [{ class: "changed" }] }, "rule 1 has no reason"],
    [{ rules: [{ reason: "x", class: "chnaged" }] }, 'rule 1 has an unknown class "chnaged"'],
    [{ rules: [{ reason: "x" }] }, "rule 1 matches every finding"],
    [{ rules: [{ reason: "x", connector: 5 }] }, "the connector of rule 1 is not a string"],
    [{ rules: [{ reason: "x", name: "a" }] }, 'rule 1 has an unknown key "name"'],
    [[], "it has no list of rules"],
  ])("%j is rejected", async (content, message) => {
    const { code, stderr } = await logtoSso(stack, ["drift", ...rules(content)], { mayFail: true });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

test("the classes that fail the check can be chosen, and several formats requested", async () => {
  await deploy({ a: oidc() });
  logto.connectors.insert({ providerName: "OIDC", connectorName: "by hand" });
  expect((await check()).code).toBe(0);
  expect((await check(["--fail-on", "unmanaged,missing"])).code).toBe(2);
  const [summary, sarif] = [join(stack.folder, "summary.md"), join(stack.folder, "drift.sarif")];
  const formats = [
    "--format",
    "text",
    "--format",
    "markdown",
    "--output",
    summary,
    "--format",
    "sarif",
    "--output",
    sarif,
  ];
  const { stdout } = await logtoSso(stack, ["drift", ...formats]);
  expect(stdout).toContain('unmanaged: The connector "by hand" (OIDC) is not in the stack.');
  expect(stdout).not.toContain("\u001b[");
  expect(readFileSync(summary, "utf8")).toContain("| unmanaged | `by hand` (`");
  expect(JSON.parse(readFileSync(sarif, "utf8"))).toHaveProperty("version", "2.1.0");
});

test("--watch serves metrics, continues after a failed check, and exits on SIGTERM", async () => {
  await deploy({ a: oidc(), b: oidc() });
  logto.named("a").syncProfile = true;
  const running = startLogtoSso(stack, ["drift", "--watch", "1", "--metrics", "0"]);
  const url = await running.waitForStdout(/metrics on (\S+)\/metrics/);
  await running.waitForStdout(/1 finding/);
  const get = async (path: string) => {
    const response = await fetch(url + path);
    return { status: response.status, text: await response.text() };
  };
  const { text } = await get("/metrics");
  expect(text).toContain('logto_sso_drift_findings{class="changed"} 1\n');
  expect(text).toContain('logto_sso_drift_findings{class="missing"} 0\n');
  expect(text).toMatch(/logto_sso_drift_last_success_timestamp_seconds 1\d{9}/);
  expect((await get("/healthz")).status).toBe(200);

  logto.faults.arm("503", "list", Infinity);
  await running.waitForStderr(/error: GET \/api\/sso-connectors failed: 503/);
  logto.faults.disarm();
  logto.named("a").syncProfile = false;
  await running.waitForStdout(/Nothing found/);
  expect((await get("/metrics")).text).toMatch(/check_failures_total [1-9]/);
  running.process.kill("SIGTERM");
  expect((await running.result).code).toBe(0);
});

test("the certificate in a config is checked as well", async () => {
  const config = {
    entityId: "urn:idp",
    signInEndpoint: "https://idp.acme.com/sso",
    x509Certificate: certificate,
  };
  await deploy({ manual: { providerName: "AzureAD", config } });
  expect((await check()).findings).toEqual([]);
  // The certificate of the tests is valid for a hundred years.
  expect((await check(["--expiry-days", "40000"])).findings.map(brief)).toEqual([
    "certificate-expiring manual",
  ]);
});
