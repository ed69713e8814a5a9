/** `logto-sso import` interrupted at each step, and two at once: the next run continues. */
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { launchLogtoSso, logtoSso } from "../runCli";
import { customersProject } from "../customersProject";
import type { Stack } from "../engine";
import { run } from "../engine/processes";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

const program = 'require("@pulumi/pulumi");\n';

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  stack = await stackOf(logto, { js: program });
  insert("Acme");
  insert("Globex");
  mkdirSync(join(stack.folder, "tmp"));
  mkdirSync(join(stack.folder, "bin"));
});

function insert(connectorName: string): void {
  const config = {
    clientId: connectorName,
    clientSecret: `canary-${connectorName}`,
    issuer: `${logto.idp}/${connectorName}`,
  };
  logto.connectors.insert({ providerName: "OIDC", connectorName, config });
}

/** Wraps the real `pulumi` with a script that runs `hook` before or after a command. */
async function withHook(hook: string): Promise<NodeJS.ProcessEnv> {
  const real = (await run("sh", ["-c", "command -v pulumi"], { env: stack.env })).stdout.trim();
  const bin = join(stack.folder, "bin");
  writeFileSync(
    join(bin, "pulumi"),
    `#!/bin/sh
cd "${bin}"
count=$(cat "count-$1" 2>/dev/null || echo 0)
count=$((count + 1))
echo $count >"count-$1"
step="$1-$count"
cd "$OLDPWD"
real() { "${real}" "$@"; }
end() {
  while [ ! -s "${bin}/pid" ]; do :; done
  trap 'echo >"${bin}/ended"' EXIT
  kill -$1 "$(cat "${bin}/pid")"
}
${hook}
real "$@"
`,
    { mode: 0o755 },
  );
  return { TMPDIR: join(stack.folder, "tmp"), PATH: `${bin}:${String(stack.env.PATH)}` };
}

async function interrupted(signal: "KILL" | "INT", hook: string, ...flags: string[]): Promise<void> {
  const bin = join(stack.folder, "bin");
  for (const file of readdirSync(bin)) rmSync(join(bin, file));
  const env = await withHook(hook.replaceAll("SIGNAL", signal));
  const { pid, result } = launchLogtoSso(stack, ["import", "--all", ...flags], { env });
  writeFileSync(join(bin, "pid"), String(pid));
  const { code, stdout, stderr } = await result;
  expect({ code, stdout, stderr }).toMatchObject({ code: signal === "KILL" ? 137 : 130 });
  // The CLI that it has started continues.
  await written("ended");
}

/** Waits until the script has written a file. */
async function written(name: string): Promise<void> {
  const bin = join(stack.folder, "bin");
  const watcher = watch(bin);
  while (!existsSync(join(bin, name))) await once(watcher, "change");
  watcher.close();
}

/** Files of the project and its TMPDIR that contain a secret in plain text. */
function filesWithSecrets(): string[] {
  return readdirSync(stack.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, "utf8").includes("canary"));
}

const ownFiles = () =>
  readdirSync(stack.folder).filter((name) => name.includes("ssoConnectors") || name.includes("logto-sso"));

function expectConverged(...modules: string[]): void {
  expect(ownFiles()).toEqual(modules);
  const statements = modules.map((name) => `require("./${name.replace(".js", "")}");\n`).reverse();
  expect(readFileSync(join(stack.folder, "index.js"), "utf8")).toBe(statements.join("") + program);
  expect(filesWithSecrets()).toEqual([]);
  const own = stack.export().deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector"));
  expect(own?.map(({ id }) => id).sort()).toEqual([...logto.connectors.rows.keys()].sort());
}

const before = (step: string) => `if [ "$step" = ${step} ]; then end SIGNAL; exit 1; fi`;
const after = (step: string) =>
  `if [ "$step" = ${step} ]; then real "$@"; code=$?; end SIGNAL; exit $code; fi`;

/** In order: each run finds what the earlier ones have left. */
const steps = [
  before("config-2"),
  after("config-2"),
  before("preview-1"),
  after("preview-1"),
  before("import-1"),
];

test("killed at each step, it is completed by the next run, also with a new connector", async () => {
  for (const step of steps) {
    await interrupted("KILL", step);
    expect(filesWithSecrets()).toEqual([]);
  }
  // The connectors that are declared already are not declared again with the new one.
  insert("Initech");
  const { stdout } = await logtoSso(stack, ["import", "--all"], { env: await withHook("") });
  expect(stdout).toMatch(/Imported:\n {2}acme .*\n {2}globex .*\n {2}initech /);
  expectConverged("ssoConnectors.js", "ssoConnectors2.js");
});

test("interrupted by SIGINT before, during and after the preview, and when the state is changed, it is complete", async () => {
  for (const step of [before("config-2"), after("preview-1"), before("import-1"), after("import-1")]) {
    await interrupted("INT", step);
    expect(filesWithSecrets()).toEqual([]);
  }
  await expectNothingLeft();
});

test("killed while the state is changed, it is complete", async () => {
  // With all of its standard input, which ends with the process that writes it.
  const hook = 'if [ "$1" = import ]; then input=$(cat); end SIGNAL; echo "$input" | real "$@"; exit; fi';
  await interrupted("KILL", hook);
  await expectNothingLeft();
});

async function expectNothingLeft(): Promise<void> {
  const { stdout } = await logtoSso(stack, ["import", "--all"], { env: await withHook("") });
  expect(stdout).toMatch(/^Skipped, already in the stack:\n/);
  expectConverged("ssoConnectors.js");
  await stack.preview(["--expect-no-changes"]);
}

test("of two imports at once, the second one is rejected, and changes nothing", async () => {
  const go = join(stack.folder, "bin", "go");
  await run("mkfifo", [go]);
  const hook = `if [ "$step" = config-2 ]; then echo >"${join(stack.folder, "bin", "held")}"; read -r _ <"${go}"; exit 1; fi`;
  const first = launchLogtoSso(stack, ["import", "--all"], { env: await withHook(hook) });
  await written("held");
  const lock = () => readFileSync(join(stack.folder, ".logto-sso-import.lock"), "utf8");
  const before = lock();
  const second = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect([second.code, second.stdout]).toEqual([1, ""]);
  expect(second.stderr).toContain(`Another import is running in this project: process ${first.pid}`);
  expect([ownFiles(), lock()]).toEqual([[".logto-sso-import.lock"], before]);
  await writeFile(go, "\n");
  expect(await first.result).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Could not set") as string,
  });
  expect(ownFiles()).toEqual([]);
});

test("an import into a YAML program, killed between two secrets, before the preview and before the state is changed, is completed", async () => {
  stack = await stackOf(logto, { yaml: {} });
  for (const folder of ["tmp", "bin"]) mkdirSync(join(stack.folder, folder));
  for (const step of [before("config-3"), before("preview-1"), before("import-1")]) {
    await interrupted("KILL", step);
    expect(filesWithSecrets()).toEqual([]);
  }
  const declared = readFileSync(join(stack.folder, "Pulumi.yaml"), "utf8");
  const { stdout } = await logtoSso(stack, ["import", "--all"], { env: await withHook("") });
  expect(stdout).toMatch(/Imported:\n {2}acme .*\n {2}globex /);
  expect(readFileSync(join(stack.folder, "Pulumi.yaml"), "utf8")).toBe(declared);
  expect(Object.keys((parse(declared) as { resources: object }).resources)).toEqual(["acme", "globex"]);
  const own = stack.export().deployment.resources?.filter(({ type }) => type === "logto:index:SsoConnector");
  expect(own?.map(({ id }) => id).sort()).toEqual([...logto.connectors.rows.keys()].sort());
  await stack.preview(["--expect-no-changes"]);
});

test("an import of customers' files, killed between two secrets and before the preview, is completed by the next run", async () => {
  const project = customersProject("js");
  try {
    stack = await stackOf(logto, { folder: project.folder });
    for (const folder of ["tmp", "bin"]) mkdirSync(join(stack.folder, folder));
    const flags = ["--customers", "customers"];
    const files = () => readdirSync(project.customers);
    await interrupted("KILL", before("config-3"), ...flags);
    expect([files(), filesWithSecrets()]).toEqual([[], []]);
    await interrupted("KILL", before("preview-1"), ...flags);
    expect([files(), filesWithSecrets()]).toEqual([["acme.yaml", "globex.yaml"], []]);
    // Its name would be that of Acme's file.
    insert("ACME");
    const { stdout } = await logtoSso(stack, ["import", "--all", ...flags], { env: await withHook("") });
    expect(stdout).toMatch(/Imported:\n {2}acme .* Acme\n {2}globex .*\n {2}acme2 .* ACME\n/);
    expect([files(), filesWithSecrets()]).toEqual([["acme.yaml", "acme2.yaml", "globex.yaml"], []]);
    await stack.preview(["--expect-no-changes"]);
  } finally {
    project.remove();
  }
});

test("an import of whole customers, killed before the changes of the state, or failed between them, is completed, with no second organization", async () => {
  const project = customersProject("js");
  try {
    stack = await stackOf(logto, { folder: project.folder });
    for (const folder of ["tmp", "bin"]) mkdirSync(join(stack.folder, folder));
    const { organizations } = logto;
    const id = organizations.make("Acme");
    organizations.jitConnectors.add(id, [logto.named("Acme").id]);
    organizations.jitRoles.set(id, [logto.organizationRoles.insert({ name: "member" }).id]);
    organizations.jitEmailDomains.set(id, ["acme.org"]);
    const flags = ["--customers", "customers"];
    await interrupted("KILL", before("preview-1"), ...flags);
    await interrupted("KILL", before("import-1"), ...flags);
    const fails = {
      env: await withHook('if [ "$step" = import-2 ]; then echo failed; exit 1; fi'),
      mayFail: true,
    };
    for (const name of ["count-import", "pid"]) rmSync(join(stack.folder, "bin", name), { force: true });
    const failed = await logtoSso(stack, ["import", "--all", ...flags], fails);
    expect([failed.code, failed.stderr]).toEqual([
      1,
      expect.stringContaining("so the project's files were kept. Run the same command again"),
    ]);
    // The organization is in the state, and what is left are the connectors.
    await interrupted("KILL", before("import-1"), ...flags);
    expect(filesWithSecrets()).toEqual([]);
    const file = readFileSync(join(project.customers, "acme.yaml"), "utf8");
    const { stdout } = await logtoSso(stack, ["import", "--all", ...flags], { env: await withHook("") });
    expect(stdout).toMatch(/^Imported:\n {2}acme .* Acme\n {2}globex .*\n/);
    expect(readFileSync(join(project.customers, "acme.yaml"), "utf8")).toBe(file);
    const own = stack.export().deployment.resources?.filter(({ urn }) => urn.endsWith("::acme"));
    expect(own).toHaveLength(5);
    await stack.up(["--expect-no-changes"]);
    expect(organizations.rows).toHaveLength(1);
  } finally {
    project.remove();
  }
});
