/** The policy pack of docs/testing.md, run by the real CLI. */
import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as logtoSso from "pulumi-logto-sso";
import ts from "typescript";
import type { Logto } from "../../logto";
import { eachWithLogto, stackOf } from "../../tenant";
import { titledBlocks } from "./page";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

let pack: string;
beforeEach(async () => {
  pack = await mkdtemp(join(tmpdir(), "logto-sso-policy-pack-"));
});
afterEach(() => rm(pack, { recursive: true }));

/** Writes a policy pack as a program that the CLI starts: the tests' language host can't run packs. */
async function writePack(): Promise<string> {
  const blocks = titledBlocks("testing.md");
  const block = (file: string) => blocks.get(`policy-pack/${file}`) ?? "";
  const { outputText } = ts.transpileModule(block("index.ts"), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const run = join(pack, "run.js");
  const files = {
    "index.js": outputText,
    "package.json": block("package.json"),
    "PulumiPolicy.yaml": block("PulumiPolicy.yaml"),
    "run.js": `#!${process.execPath}
process.chdir(__dirname);
process.argv.push(__dirname);
require("@pulumi/pulumi/cmd/run-policy-pack");
`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(pack, name), text);
  await chmod(run, 0o755);
  await symlink(join(__dirname, "..", "..", "..", "node_modules"), join(pack, "node_modules"));
  return run;
}

test("a policy sees the connectors, and only them", async () => {
  const path = await writePack();
  const stack = await stackOf(logto, () => {
    new logtoSso.SsoConnector("globex", { providerName: "Okta", domains: ["globex.com"] });
    const { id } = new logtoSso.SsoConnector("acme", { providerName: "Okta" });
    const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
    new logtoSso.SsoConnectorConfig("config", { connectorId: id, providerName: "Okta", config });
    return {};
  });
  const { code, stdout } = await stack.preview(["--policy-pack", path], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toMatch(
    /\[mandatory\] +connector-with-domains +\(pulumi-nodejs:dynamic\/logto:SsoConnector: acme\)/,
  );
  expect(stdout.match(/connector-with-domains/g)).toHaveLength(1);
  expect(stdout).toContain("The connector serves no domain.");
});

test("it sees the connectors of the plugin as well", async () => {
  const path = await writePack();
  const connector = (properties: object) => ({
    type: "logto:SsoConnector",
    properties: { providerName: "Okta", ...properties },
  });
  const resources = { globex: connector({ domains: ["globex.com"] }), acme: connector({}) };
  const stack = await stackOf(logto, { yaml: { resources } });
  const { code, stdout } = await stack.preview(["--policy-pack", path], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toMatch(/\[mandatory\] +connector-with-domains +\(logto:index:SsoConnector: acme\)/);
  expect(stdout.match(/connector-with-domains/g)).toHaveLength(1);
});
