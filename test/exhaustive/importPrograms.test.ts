/** `logto-sso import` into programs of other kinds: an ES module, and one that is compiled. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { logtoSso } from "../runCli";
import type { Stack } from "../engine";
import { expectHarmless, hostileNames } from "../hostile";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  stack = await stackOf(logto, { js: 'require("@pulumi/pulumi");\n' });
});

/** Replaces the project's files. */
function writeFiles(files: Readonly<Record<string, string>>): void {
  for (const name of ["index.js", "package.json", ...Object.keys(files)]) {
    rmSync(join(stack.folder, name), { force: true });
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(stack.folder, name)), { recursive: true });
    writeFileSync(join(stack.folder, name), text);
  }
}

const toCommonJs = (code: string) =>
  ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS } }).outputText;
const read = (name: string) => readFileSync(join(stack.folder, name), "utf8");
const insert = (connectorName: string) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary", issuer: `${logto.idp}/acme` },
  });

test("hostile names, into an ES module with a comment, a template and CRLF", async () => {
  const text = [
    "/* Before:",
    'import "./old";',
    "*/",
    'import * as pulumi from "@pulumi/pulumi";',
    "const template = `",
    'import "./template";',
    "`;",
    "export const text = pulumi.getStack() + template;",
    "",
  ].join("\r\n");
  writeFiles({ "package.json": '{"type":"module","main":"infra/main.js"}', "infra/main.js": text });
  for (const name of hostileNames) insert(name);
  // These can't be declared, and are listed with the reason.
  for (const name of hostileNames) insert(`${name}${"x".repeat(128)}`);
  const dry = await logtoSso(stack, ["import", "--all", "--dry-run"], { mayFail: true });
  expect(dry).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("new logto.SsoConnector(") as string,
  });
  expectHarmless(dry.stdout);
  expectHarmless(dry.stderr);

  // An argument is UTF-8, and has no lone surrogates.
  const names = hostileNames.filter((name) => !/\p{Surrogate}/u.test(name));
  const { stdout, stderr } = await logtoSso(stack, ["import", "--name", ...names]);
  expect(stdout).toContain("The code is in infra/ssoConnectors.js, which infra/main.js imports");
  expectHarmless(stdout);
  expect(stderr).toBe("");
  expect(read("infra/main.js")).toBe(`import "./ssoConnectors.js";\r\n${text}`);
  const code = read("infra/ssoConnectors.js");
  expect(code.replaceAll("\r\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
});

test("a compiled program must be built before the state is changed", async () => {
  writeFiles({
    "package.json": '{"main":"bin/index.js"}',
    "tsconfig.json": '{"compilerOptions":{"outDir":"bin"}}',
    "index.ts": "export const a = 1;\n",
    "bin/index.js": "exports.a = 1;\n",
  });
  insert("Acme");
  const { code, stdout, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("Pulumi runs bin/index.js: build the program and try again.");
  expect(stack.export().deployment.resources ?? []).toEqual([]);
  for (const name of ["index", "ssoConnectors"]) {
    writeFileSync(join(stack.folder, "bin", `${name}.js`), toCommonJs(read(`${name}.ts`)));
  }
  await logtoSso(stack, ["import", "--all"]);
  expect(readdirSync(stack.folder).filter((name) => name.startsWith("ssoConnectors"))).toEqual([
    "ssoConnectors.ts",
  ]);
});
