/** `logto-sso import` interrupted at each step, and two at once: the next run continues. */
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { launchLogtoSso, logtoSso } from "../runCli";
import type { Stack } from "../engine";
import { run, start } from "../engine/processes";
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
end() { while [ ! -s "${bin}/pid" ]; do :; done; kill -$1 "$(cat "${bin}/pid")"; }
${hook}
real "$@"
`,
    { mode: 0o755 },
  );
  return { TMPDIR: join(stack.folder, "tmp"), PATH: `${bin}:${String(stack.env.PATH)}` };
}

async function interrupted(signal: "KILL" | "INT", hook: string): Promise<void> {
  const bin = join(stack.folder, "bin");
  for (const file of readdirSync(bin)) rmSync(join(bin, file));
  const env = await withHook(hook.replaceAll("SIGNAL", signal));
  const { pid, result } = launchLogtoSso(stack, ["import", "--all"], { env });
  writeFileSync(join(bin, "pid"), String(pid));
  const { code, stdout, stderr } = await result;
  expect({ code, stdout, stderr }).toMatchObject({ code: signal === "KILL" ? 137 : 130 });
  // The CLI that it has started continues.
  while (stack.processes().length > 0) await setTimeout(20);
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

async function expectConverged(...modules: string[]): Promise<void> {
  expect(ownFiles()).toEqual(modules);
  const statements = modules.map((name) => `require("./${name.replace(".js", "")}");\n`).reverse();
  expect(readFileSync(join(stack.folder, "index.js"), "utf8")).toBe(statements.join("") + program);
  expect(filesWithSecrets()).toEqual([]);
  await stack.preview(["--expect-no-changes"]);
  const drift = await logtoSso(stack, ["drift"]);
  expect(drift.stdout).not.toContain("unmanaged");
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

test.each(["KILL", "INT"] as const)(
  "interrupted by SIG%s at each step, it is completed by the next run",
  async (signal) => {
    for (const step of steps) {
      await interrupted(signal, step);
      expect(filesWithSecrets()).toEqual([]);
    }
    await logtoSso(stack, ["import", "--all"], { env: await withHook("") });
    await expectConverged("ssoConnectors.js");
  },
);

test.each([
  ["KILL", "while", '[ "$1" = import ] && end SIGNAL'],
  ["INT", "when", after("import-1")],
] as const)("interrupted by SIG%s %s the state is changed, it is complete", async (signal, _when, hook) => {
  await interrupted(signal, hook);
  const { stdout } = await logtoSso(stack, ["import", "--all"], { env: await withHook("") });
  expect(stdout).toContain("Skipped, already in the stack");
  await expectConverged("ssoConnectors.js");
});

test("connectors declared by an interrupted import are not declared again with new ones", async () => {
  await interrupted("KILL", before("import-1"));
  insert("Initech");
  const { stdout } = await logtoSso(stack, ["import", "--all"], { env: await withHook("") });
  expect(stdout).toMatch(/Imported:\n {2}acme .*\n {2}globex .*\n {2}initech /);
  await expectConverged("ssoConnectors.js", "ssoConnectors2.js");
});

test("of two imports at once, one is rejected and the other completes", async () => {
  const held = join(stack.folder, "bin", "held");
  const env = await withHook(`[ "$step" = config-2 ] && echo >"${held}" && read -r _ <"${held}-go"`);
  await run("mkfifo", [`${held}-go`]);
  const first = launchLogtoSso(stack, ["import", "--all"], { env });
  const watcher = watch(dirname(held));
  while (!existsSync(held)) await once(watcher, "change");
  watcher.close();
  const second = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect([second.code, second.stdout]).toEqual([1, ""]);
  expect(second.stderr).toContain(`Another import is running in this project: process ${first.pid}`);
  await writeFile(`${held}-go`, "\n");
  expect((await first.result).code).toBe(0);
  await expectConverged("ssoConnectors.js");
});

test("the lock of a process that has exited is removed", async () => {
  const gone = start("true", []);
  await gone.result;
  writeFileSync(join(stack.folder, ".logto-sso-import.lock"), `${gone.pid} ${hostname()}\n`);
  await logtoSso(stack, ["import", "--id", "nope"], { mayFail: true });
  expect(ownFiles()).toEqual([]);
});
