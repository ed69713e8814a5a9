/** `logto-sso import`: a tenant created in the console is imported, and nothing is left to change. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import { logtoSso } from "../runCli";
import type { Stack } from "../engine";
import { run } from "../engine/processes";
import { type Logto, startLogto } from "../logto";
import { consoleConnectors } from "../consoleTenant";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
/** A program in JavaScript, which starts faster than one in TypeScript. */
eachWithLogto(async (started) => {
  logto = started;
  stack = await stackOf(logto, { js: 'require("@pulumi/pulumi");\n' });
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

const read = (name: string) => readFileSync(join(stack.folder, name), "utf8");
const insert = (connectorName: string, issuer = "/acme") =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary", issuer: logto.idp + issuer },
  });
const modules = () => readdirSync(stack.folder).filter((name) => name.startsWith("ssoConnectors"));
const compile = (...files: string[]) =>
  run(
    process.execPath,
    [
      join(stack.folder, "node_modules/typescript/bin/tsc"),
      ..."--ignoreConfig --noEmit --strict --skipLibCheck --module node20 --target es2022 --types node".split(
        " ",
      ),
      ...files,
    ],
    { cwd: stack.folder },
  );

test("a connector that the stack manages in a copy of the tenant, with the same ID, is imported into the tenant", async () => {
  const copy = await startLogto();
  try {
    const secret = { env: { COPY_SECRET: "canary-m2m" } };
    writeFileSync(
      join(stack.folder, "index.js"),
      `const logto = require("pulumi-logto-sso");
const access = { clientId: "m2m", clientSecret: process.env.COPY_SECRET };
const providers = [["same", ${JSON.stringify(logto.url.replace("127.0.0.1", "localhost"))}], ["copy", ${JSON.stringify(copy.url)}]];
for (const [name, endpoint] of providers) {
  const provider = new logto.Provider(name, { ...access, endpoint });
  new logto.SsoConnector(name, { providerName: "OIDC", connectorName: name }, { provider });
}
`,
    );
    await stack.up([], secret);
    // What was made in the one is in the other as well, and was changed there.
    logto.connectors.insert({ ...structuredClone(copy.named("copy")), domains: ["acme.com"] });
    const { stdout } = await logtoSso(stack, ["import", "--all", "--dry-run"], secret);
    expect(stdout).toMatch(/To be imported:\n +\S+ +\S+ +copy\n/);
    expect(stdout).toMatch(/Skipped, already in the stack:\n +\S+ +same\n/);
  } finally {
    await copy.close();
  }
});

test("a tenant is imported by one command, and what is new by the next one, with nothing left to change", async () => {
  stack = await stackOf(logto, {
    ts: 'import * as pulumi from "@pulumi/pulumi";\n\nexport const stack = pulumi.getStack();\n',
  });
  const [acme, ...others] = consoleConnectors(logto);
  // With names like that of the first one.
  const later = others.splice(0, 2);
  for (const row of [acme, ...others]) if (row !== undefined) logto.connectors.insert(row);
  const dry = await logtoSso(stack, ["import", "--id", ...logto.connectors.rows.keys(), "--dry-run"]);
  expect(modules()).toEqual([]);
  logto.takeLog();

  const env = { ...ownTemporaryFiles(), ...(await withPulumi('echo "$@" >>commands')) };
  const { stdout: first } = await logtoSso(stack, ["import", "--all"], { env });
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
  const code = read("ssoConnectors.ts");
  expect(dry.stdout).toContain(code);
  expect(code).not.toContain("canary");
  expect(code).not.toContain("trustUnverifiedEmail: false");
  expect(await prettier.check(code, { parser: "typescript" })).toBe(true);
  expect(first).not.toContain("Skipped");
  expect(temporaryFiles()).toEqual([]);

  const ids = later.map((row) => logto.connectors.insert(row).id);
  const before = JSON.stringify([...logto.connectors.rows]);
  const { stdout } = await logtoSso(stack, ["import", "--all"]);
  const [imported = "", skipped = ""] = stdout.split("Skipped, already in the stack:");
  for (const id of logto.connectors.rows.keys()) {
    expect([imported.includes(id), skipped.includes(id)]).toEqual([ids.includes(id), !ids.includes(id)]);
  }
  expect(modules()).toEqual(["ssoConnectors.ts", "ssoConnectors2.ts"]);
  expect(read("ssoConnectors.ts")).toBe(code);
  expect((await compile("ssoConnectors.ts", "ssoConnectors2.ts")).stdout).toBe("");

  await stack.up(["--refresh", "--expect-no-changes"]);
  const state = stack.export();
  expect(JSON.stringify(state)).not.toContain("canary");
  const own = state.deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector")) ?? [];
  expect(own.map(({ id }) => id).sort()).toEqual([...logto.connectors.rows.keys()].sort());
  expect(new Set(own.map(({ urn }) => urn.toLowerCase())).size).toBe(25);
  expect(JSON.stringify([...logto.connectors.rows])).toBe(before);
});

test("a connector imported by name into a folder can be changed and deleted by the program", async () => {
  const [row] = consoleConnectors(logto);
  if (row === undefined) throw new Error("no row");
  const { id } = logto.connectors.insert({ ...row, connectorName: "Acme" });
  logto.connectors.insert({ ...row, connectorName: "acme" });
  const { stdout } = await logtoSso(stack, ["import", "--name", "Acme", "--out", "customers/acme"]);
  expect(stdout).toMatch(/^Imported:\n {2}acme {2}\S+ {2}Acme\n/);
  expect(read("index.js")).toMatch(/^require\("\.\/customers\/acme\/ssoConnectors"\);\n/);
  const file = join(stack.folder, "customers/acme/ssoConnectors.js");
  writeFileSync(file, readFileSync(file, "utf8").replace('"a0.com"', '"changed.com"'));
  logto.takeLog();
  await stack.up();
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "PATCH /api/sso-connectors/:id"]);
  expect(logto.connectors.find(id).domains).toContain("changed.com");
  await stack.destroy();
  expect([...logto.connectors.rows.values()].map(({ connectorName }) => connectorName)).toEqual(["acme"]);
});

test("a connector whose attribute mapping gives users no ID is reported with the cure, and the rest is imported", async () => {
  const metadataUrl = `${logto.idp}/saml/metadata`;
  const add = (connectorName: string, attributeMapping: Record<string, string>) =>
    logto.connectors.insert({
      providerName: "SAML",
      connectorName,
      config: { metadataUrl, attributeMapping },
    });
  const [odd, swapped, nameless] = [
    add("odd", { email: "nameID" }),
    add("swapped", { id: "email", email: "nameID" }),
    add("nameless", { name: "email" }),
  ];
  const { code, stdout } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect(code).toBe(1);
  const [imported = "", refused = ""] = stdout.split("Not imported:");
  expect([swapped, nameless].map(({ id }) => imported.includes(id))).toEqual([true, true]);
  expect(refused.replace(/\s+/g, " ")).toContain(
    `${odd.id} odd config.attributeMapping: copies the attribute "nameID" to both id (by default) and email`,
  );
  odd.config.attributeMapping = { id: "id", email: "nameID" };
  await logtoSso(stack, ["import", "--all"]);
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test("an import that Pulumi rejects leaves the project unchanged", async () => {
  insert("Acme");
  const before = [read("index.js"), read(`Pulumi.${stack.name}.yaml`)];
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
  expect([read("index.js"), read(`Pulumi.${stack.name}.yaml`)]).toEqual(before);
  expect(modules()).toEqual([]);
  expect(temporaryFiles()).toEqual([]);
});

test("a program that fails or cannot be written is an error before anything is changed", async () => {
  const before = read(`Pulumi.${stack.name}.yaml`);
  const files = readdirSync(stack.folder).sort();
  insert("Acme");
  writeFileSync(join(stack.folder, "index.js"), "const a = ;\n");
  const failed = await logtoSso(stack, ["import", "--all", "--out", "customers"], { mayFail: true });
  expect([failed.code, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toContain("Nothing was imported, because `pulumi preview` of the program fails.");
  expect(failed.stderr).toContain("index.js");
  mkdirSync(join(stack.folder, ".logto-sso-import.tmp"));
  const unwritable = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  rmdirSync(join(stack.folder, ".logto-sso-import.tmp"));
  expect([unwritable.code, unwritable.stdout]).toEqual([1, ""]);
  expect(unwritable.stderr).toMatch(
    /^error: Could not write \S+index.js: .*\(EISDIR\)\. Nothing was imported.\n$/,
  );
  expect(read("index.js")).toBe("const a = ;\n");
  expect(readdirSync(stack.folder).sort()).toEqual(files);
  expect(read(`Pulumi.${stack.name}.yaml`)).toBe(before);
  expect(stack.export().deployment.resources ?? []).toEqual([]);
});

test("links in the place of its own files are removed, and what they lead to stays", async () => {
  insert("Acme");
  mkdirSync(join(stack.folder, "src"));
  renameSync(join(stack.folder, "index.js"), join(stack.folder, "src", "index.js"));
  // A folder may be a link: the program is read through it.
  symlinkSync("src", join(stack.folder, "linked"));
  const project = { ...(JSON.parse(read("Pulumi.yaml")) as object), main: "linked" };
  writeFileSync(join(stack.folder, "Pulumi.yaml"), JSON.stringify(project));
  writeFileSync(join(stack.folder, "precious"), "precious");
  symlinkSync("precious", join(stack.folder, ".logto-sso-import.lock"));
  symlinkSync("../precious", join(stack.folder, "src", ".logto-sso-import.tmp"));
  symlinkSync("../missing", join(stack.folder, "src", "ssoConnectors.js"));
  const { stdout } = await logtoSso(stack, ["import", "--all"]);
  expect(stdout).toContain("The code is in src/ssoConnectors2.js, which src/index.js imports.");
  expect(read("precious")).toBe("precious");
  expect(existsSync(join(stack.folder, "missing"))).toBe(false);
  expect(readdirSync(join(stack.folder, "src")).sort()).toEqual([
    "index.js",
    "ssoConnectors.js",
    "ssoConnectors2.js",
  ]);
  expect(readdirSync(stack.folder).filter((name) => name.startsWith(".logto"))).toEqual([]);
});

test("a program that is a link, or a folder that is a link to nothing, is an error before Logto is asked", async () => {
  insert("Acme");
  symlinkSync("missing", join(stack.folder, "customers"));
  const before = read(`Pulumi.${stack.name}.yaml`);
  const nowhere = await logtoSso(stack, ["import", "--all", "--customers", "customers"], { mayFail: true });
  renameSync(join(stack.folder, "index.js"), join(stack.folder, "precious.js"));
  symlinkSync("precious.js", join(stack.folder, "index.js"));
  const linked = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect([nowhere.code, nowhere.stdout, linked.code, linked.stdout]).toEqual([1, "", 1, ""]);
  expect(nowhere.stderr).toMatch(
    /^error: Could not write \S+customers: it is a link to \S+missing, which does not exist\. Remove the link\. Nothing was imported\.\n$/,
  );
  expect(linked.stderr).toMatch(
    /^error: Could not write \S+index\.js: it is a link to \S+precious\.js, and no file is written through a link\./,
  );
  expect(logto.log).toEqual([]);
  expect(read(`Pulumi.${stack.name}.yaml`)).toBe(before);
  expect(read("precious.js")).toBe('require("@pulumi/pulumi");\n');
  const { stdout } = await logtoSso(stack, ["import", "--all", "--dry-run"]);
  expect(stdout).toContain("new logto.SsoConnector");
});

test("an import after which the program would change a connector is an error", async () => {
  insert("Acme");
  // A change made meanwhile.
  const env = await withPulumi(`[ "$1" = import ] && sed -i.bak 's/"client"/"other"/' ssoConnectors.js`);
  const { code, stdout, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true, env });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("but `pulumi up` would change some");
  expect(stderr).toMatch(/ {2}update "acme" config/);
});

test("a declaration with other values than Logto has is an error before the state is changed", async () => {
  insert("Acme");
  const program = 'const logto = require("pulumi-logto-sso");\n';
  const line =
    "new logto.SsoConnector('acme', { providerName: 'OIDC', connectorName: 'Acme', domains: ['acme.com'] });\n";
  writeFileSync(join(stack.folder, "index.js"), program + line);
  const config = read(`Pulumi.${stack.name}.yaml`);
  const { code, stdout } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect(code).toBe(1);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "::acme, with other values than Logto has: config, domains. ",
  );
  expect(stack.export().deployment.resources ?? []).toEqual([]);
  expect([read("index.js"), modules()]).toEqual([program + line, []]);
  expect(read(`Pulumi.${stack.name}.yaml`)).toBe(config);

  writeFileSync(join(stack.folder, "index.js"), program);
  await logtoSso(stack, ["import", "--all"]);
  await stack.up(["--expect-no-changes"]);
});

test("an option in the place of a folder is a usage error", async () => {
  const { code, stderr } = await logtoSso(stack, ["import", "--customers", "--all"], { mayFail: true });
  expect([code, stderr]).toEqual([
    1,
    "error: option '--customers <DIR>' has no value: --all follows it, which is an option.\nRun with --help for usage.\n",
  ]);
});

test.each([
  [["--id", "nope", "--name", "Nobody"], 'no SSO connector with the ID "nope" or the name "Nobody"'],
  [["--all", "--stack", "nope"], "no stack named 'nope'"],
])("import %p is an error that says what to do", async (args, message) => {
  const failed = await logtoSso(stack, ["import", ...args], { mayFail: true });
  expect([failed.code, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toMatch(/^error: /);
  expect(failed.stderr).toContain(message);
});

test("connectors that cannot be declared or read are reported, and the rest is imported", async () => {
  const config = { ...accessTo(logto), "logto:timeoutSeconds": "6" };
  stack = await stackOf(logto, { js: "" }, { config });
  const fine = insert("fine");
  const hanging = insert("hanging", "/hangs/acme");
  logto.connectors.insert({ providerName: "OIDC", connectorName: "odd", domains: ["", "gmail.com"] });
  const import_ = (...args: string[]) => logtoSso(stack, ["import", ...args], { mayFail: true });

  const missing = await import_("--id", hanging.id);
  expect([missing.code, missing.stdout]).toEqual([1, ""]);
  expect(missing.stderr).toContain("1 connector of the tenant could not be read");
  const odd = await import_("--name", "odd", "--dry-run");
  expect([odd.code, odd.stdout]).toEqual([
    1,
    expect.stringMatching(/^Not imported:\n {2}\w{12} {2}odd\n {4}domains/),
  ]);
  expect(odd.stderr).toContain("warning: 1 connector of the tenant could not be read");
  expect(odd.stderr).toContain("Some connectors could not be imported");

  const { code, stdout, stderr } = await import_("--all");
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`^Imported:\n {2}fine {2}${fine.id} {2}fine\n`));
  expect(stdout).toMatch(/Not imported:\n {2}\w{12} {2}odd\n {4}domains/);
  expect(stderr).toContain("1 connector of the tenant could not be read");
  expect(stack.export().deployment.resources?.map(({ id }) => id)).toContain(fine.id);
});
