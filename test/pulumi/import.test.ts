/** `logto-sso import`: a tenant created in the console is imported, and nothing is left to change. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as prettier from "prettier";
import ts from "typescript";
import { logtoSso } from "../runCli";
import type { Stack } from "../engine";
import { run } from "../engine/processes";
import type { Logto } from "../logto";
import { consoleConnectors } from "../consoleTenant";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  stack = await stackOf(logto, {
    ts: 'import * as pulumi from "@pulumi/pulumi";\n\nexport const stack = pulumi.getStack();\n',
  });
});

/** Files left in the folder for temporary files, without those of ts-node. */
const temporaryFiles = () =>
  readdirSync(join(stack.folder, "tmp")).filter((name) => !name.startsWith("ts-node-"));
const ownTemporaryFiles = () => {
  mkdirSync(join(stack.folder, "tmp"));
  return { TMPDIR: join(stack.folder, "tmp") };
};

/** Wraps the real `pulumi` with a line of shell that runs before it. */
async function withPulumi(line: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(stack.folder, "bin");
  mkdirSync(bin);
  const real = (await run("sh", ["-c", "command -v pulumi"], { env: stack.env })).stdout.trim();
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${line}\nexec "${real}" "$@"\n`, { mode: 0o755 });
  return { PATH: `${bin}:${String(stack.env.PATH)}` };
}

/** Replaces the project's files. */
function writeFiles(files: Readonly<Record<string, string>>): void {
  for (const name of ["index.ts", "package.json", ...Object.keys(files)]) {
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
const compile = (file: string) =>
  run(
    process.execPath,
    [
      join(stack.folder, "node_modules/typescript/bin/tsc"),
      ..."--ignoreConfig --noEmit --strict --skipLibCheck --module node20 --target es2022 --types node".split(
        " ",
      ),
      file,
    ],
    { cwd: stack.folder },
  );

test("a tenant of 25 connectors is imported by one command, and nothing is left to change", async () => {
  for (const row of consoleConnectors(logto)) logto.connectors.insert(row);
  const before = JSON.stringify([...logto.connectors.rows]);
  const dry = await logtoSso(stack, ["import", "--all", "--dry-run"]);
  expect(readdirSync(stack.folder)).not.toContain("ssoConnectors.ts");
  logto.takeLog();

  const env = { ...ownTemporaryFiles(), ...(await withPulumi('echo "$@" >>commands')) };
  await logtoSso(stack, ["import", "--all"], { env });
  const commands = read("commands")
    .split("\n")
    .filter((line) => line !== "" && line !== "version");
  // All secrets with one command, none of them as an argument.
  expect(commands.map((line) => line.split(" --")[0])).toEqual([
    "config",
    "stack export",
    "config set",
    "preview",
    "import",
    "preview",
  ]);
  expect(commands.join()).not.toContain("canary");
  // The list, and the certificates of connectors that sign their requests.
  const signed = [...logto.connectors.rows.values()].filter(({ config }) => config.signAuthnRequest === true);
  expect(logto.takeLog()).toEqual([
    "POST /oidc/token",
    "GET /api/sso-connectors",
    ...signed.map(() => "GET /api/sso-connectors/:id/signing-keys"),
  ]);
  const code = readFileSync(join(stack.folder, "ssoConnectors.ts"), "utf8");
  expect(dry.stdout).toContain(code);
  expect(code).not.toContain("canary");
  expect(code).not.toContain("trustUnverifiedEmail: false");
  expect(temporaryFiles()).toEqual([]);

  await stack.preview(["--expect-no-changes"]);
  expect((await compile("ssoConnectors.ts")).stdout).toBe("");
  expect(await prettier.check(code, { parser: "typescript" })).toBe(true);
  await stack.refresh(["--preview-only", "--expect-no-changes"]);
  await stack.up(["--expect-no-changes"]);
  const state = stack.export();
  expect(JSON.stringify(state)).not.toContain("canary");
  const own = state.deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector")) ?? [];
  expect(own.map(({ id }) => id).sort()).toEqual([...logto.connectors.rows.keys()].sort());
  expect(new Set(own.map(({ urn }) => urn.toLowerCase())).size).toBe(25);
  expect(JSON.stringify([...logto.connectors.rows])).toBe(before);

  // A second import has nothing to do.
  const again = await logtoSso(stack, ["import", "--all"]);
  expect(again.stdout).not.toContain("Imported:");
  expect(again.stdout).toContain("Skipped, already in the stack:");
  expect(readdirSync(stack.folder).filter((name) => name.startsWith("ssoConnectors"))).toEqual([
    "ssoConnectors.ts",
  ]);
});

test("connectors that are already in the stack are skipped, the others are added", async () => {
  const rows = consoleConnectors(logto).map((row) => logto.connectors.insert(row));
  const half = rows.slice(0, 12);
  await logtoSso(stack, ["import", "--id", ...half.map(({ id }) => id)]);
  const first = readFileSync(join(stack.folder, "ssoConnectors.ts"), "utf8");
  const { stdout } = await logtoSso(stack, ["import", "--all"]);
  const [imported = "", skipped = ""] = stdout.split("Skipped, already in the stack");
  for (const { id } of half) expect([imported.includes(id), skipped.includes(id)]).toEqual([false, true]);
  expect(readFileSync(join(stack.folder, "ssoConnectors.ts"), "utf8")).toBe(first);
  await stack.preview(["--expect-no-changes"]);
  expect((await compile("ssoConnectors2.ts")).stdout).toBe("");
  expect(JSON.stringify(stack.export())).not.toContain("canary");
});

test("a connector imported by name into a folder can be changed and deleted by the program", async () => {
  const [row] = consoleConnectors(logto);
  if (row === undefined) throw new Error("no row");
  const { id } = logto.connectors.insert({ ...row, connectorName: "Acme" });
  logto.connectors.insert({ ...row, connectorName: "acme" });
  await logtoSso(stack, ["import", "--name", "Acme", "--out", "customers/acme"]);
  const file = join(stack.folder, "customers/acme/ssoConnectors.ts");
  expect(read("index.ts")).toMatch(/^import ".\/customers\/acme\/ssoConnectors";\n/);
  await stack.preview(["--expect-no-changes"]);
  writeFileSync(file, readFileSync(file, "utf8").replace('"a0.com"', '"changed.com"'));
  logto.takeLog();
  await stack.up();
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "PATCH /api/sso-connectors/:id"]);
  expect(logto.connectors.find(id).domains).toContain("changed.com");
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(1);
});

test("a connector that the stack only reads is not managed by it", async () => {
  const [row] = consoleConnectors(logto);
  if (row === undefined) throw new Error("no row");
  const { id } = logto.connectors.insert({ ...row, connectorName: "Acme" });
  await stack.writeProgram({
    ts: `import * as logto from "pulumi-logto-sso";

export const name = logto.SsoConnector.get("acme", "${id}").connectorName;
`,
  });
  await stack.up();
  const drift = await logtoSso(stack, ["drift"]);
  expect(drift.stdout).toContain("unmanaged");
  expect((await logtoSso(stack, ["import", "--all"])).stdout).toMatch(/Imported:\n {2}acme2 /);
  await stack.preview(["--expect-no-changes"]);
  expect((await logtoSso(stack, ["drift"])).stdout).not.toContain("unmanaged");
});

test("an import that Pulumi rejects leaves the project unchanged", async () => {
  const [row] = consoleConnectors(logto);
  if (row === undefined) throw new Error("no row");
  logto.connectors.insert(row);
  const index = readFileSync(join(stack.folder, "index.ts"), "utf8");
  // A CLI before 3.254 does not understand the file.
  const env = await withPulumi(
    `[ "$1" = import ] && { echo "error: resource 'x' has no schema" >&2; exit 255; }`,
  );
  const failed = await logtoSso(stack, ["import", "--all"], {
    mayFail: true,
    env: { ...ownTemporaryFiles(), ...env },
  });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("error: Could not import the connectors into the stack");
  expect(failed.stderr).toContain("has no schema");
  expect(readFileSync(join(stack.folder, "index.ts"), "utf8")).toBe(index);
  expect(readdirSync(stack.folder)).not.toContain("ssoConnectors.ts");
  expect(temporaryFiles()).toEqual([]);
  expect(read(`Pulumi.${stack.name}.yaml`)).not.toContain("ssoConnectors");
});

test("a program with a comment, a template and CRLF, and a name with control characters", async () => {
  const text = [
    "/* Before:",
    'import "./old";',
    "*/",
    "const template = `",
    'import "./template";',
    "`;",
    "export const length = template.length;",
    "",
  ].join("\r\n");
  writeFiles({ "package.json": "{}", "index.ts": text });
  insert("\u001b[31mAcme\u202e */ `${x}` \u2028::error::x");
  await logtoSso(stack, ["import", "--all"]);
  expect(read("index.ts")).toBe(`import "./ssoConnectors";\r\n${text}`);
  const code = read("ssoConnectors.ts");
  expect(code.replaceAll("\r\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
  expect((await compile("ssoConnectors.ts")).stdout).toBe("");
  await stack.preview(["--expect-no-changes"]);
});

test("a JavaScript program as an ES module", async () => {
  writeFiles({
    "package.json": '{"type":"module","main":"infra/main.js"}',
    "infra/main.js": 'import * as pulumi from "@pulumi/pulumi";\nexport const stack = pulumi.getStack();\n',
  });
  insert("Acme");
  const { stdout } = await logtoSso(stack, ["import", "--all"]);
  expect(stdout).toContain("The code is in infra/ssoConnectors.js, which infra/main.js imports");
  expect(read("infra/main.js")).toMatch(/^import ".\/ssoConnectors.js";\n/);
  await stack.preview(["--expect-no-changes"]);
});

test("a compiled program must be built before the state is changed", async () => {
  const compiled = (file: string) => {
    writeFileSync(join(stack.folder, "bin", `${file}.js`), toCommonJs(read(`${file}.ts`)));
  };
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
  for (const file of ["index", "ssoConnectors"]) compiled(file);
  await logtoSso(stack, ["import", "--all"]);
  await stack.preview(["--expect-no-changes"]);
  expect(readdirSync(stack.folder).filter((name) => name.startsWith("ssoConnectors"))).toEqual([
    "ssoConnectors.ts",
  ]);
});

test("a program that fails or cannot be written is an error before anything is changed", async () => {
  const before = read(`Pulumi.${stack.name}.yaml`);
  const files = readdirSync(stack.folder).sort();
  insert("Acme");
  writeFileSync(join(stack.folder, "index.ts"), "const a = ;\n");
  const failed = await logtoSso(stack, ["import", "--all", "--out", "customers"], { mayFail: true });
  expect([failed.code, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toContain("Nothing was imported, because `pulumi preview` of the program fails.");
  expect(failed.stderr).toContain("index.ts");
  mkdirSync(join(stack.folder, ".logto-sso-import.tmp"));
  const unwritable = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  rmdirSync(join(stack.folder, ".logto-sso-import.tmp"));
  expect([unwritable.code, unwritable.stdout]).toEqual([1, ""]);
  expect(unwritable.stderr).toMatch(
    /^error: Could not write \S+index.ts: .*\(EISDIR\)\. Nothing was imported.\n$/,
  );
  expect(read("index.ts")).toBe("const a = ;\n");
  expect(readdirSync(stack.folder).sort()).toEqual(files);
  expect(read(`Pulumi.${stack.name}.yaml`)).toBe(before);
  expect(stack.export().deployment.resources ?? []).toEqual([]);
});

test("an import after which the program would change a connector is an error", async () => {
  insert("Acme");
  // A change made meanwhile.
  const env = await withPulumi(`[ "$1" = import ] && sed -i.bak 's/"client"/"other"/' ssoConnectors.ts`);
  const { code, stdout, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true, env });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("but `pulumi up` would change some");
  expect(stderr).toMatch(/ {2}update "acme" config/);
});

test.each([
  [["import"], "Specify which connectors to import: --all, --id ID… or --name NAME…"],
  [
    ["import", "--id", "nope", "--name", "Nobody"],
    'no SSO connector with the ID "nope" or the name "Nobody"',
  ],
  [["import", "--all", "--stack", "nope"], "no stack named 'nope'"],
])("%p is an error that says what to do", async (args, message) => {
  const failed = await logtoSso(stack, args, { mayFail: true });
  expect([failed.code, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toMatch(/^error: /);
  expect(failed.stderr).toContain(message);
});

test("connectors that cannot be declared are named, and the rest is imported", async () => {
  const rows = consoleConnectors(logto);
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "odd",
    config: {},
    domains: ["", "gmail.com"],
  });
  logto.connectors.insert({ providerName: "Okta", ...rows[1], connectorName: "fine" });
  const { code, stdout, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect(code).toBe(1);
  expect(stdout).toMatch(/Imported:\n {2}fine/);
  expect(stdout).toMatch(/Not imported:\n {2}\w{12} {2}odd {2}domains/);
  expect(stderr).toContain("Some connectors could not be imported");
  await stack.preview(["--expect-no-changes"]);
});
