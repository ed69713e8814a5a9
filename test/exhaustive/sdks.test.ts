/** The SDKs that Pulumi makes of the schema, in three languages: they compile, and programs run with mocks and with the real CLI. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pluginSchema } from "../../provider/plugin/schema";
import { findCli, run } from "../engine";
import { cacheFolder, makeOnce } from "../engine/cache";
import { GO_FLAGS, goModule } from "../engine/obtain";
import { installPlugin } from "../engine/plugins";
import type { Logto } from "../logto";
import { logtoSso } from "../runCli";
import { eachWithLogto, stackOf } from "../tenant";
import { type ProgramCommand, withHostOf } from "./sdks/languageHost";

const repository = join(__dirname, "..", "..");
const tools = join(__dirname, "sdks");
const goEnvironment = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
const goFlags = ["-mod=mod", ...GO_FLAGS];
const languages = ["nodejs", "python", "go"] as const;

let folder: string;
/** A Python with the SDK of Pulumi and a type checker. */
let python: string;

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-sdks-"));
  python = join(await pythonFolder(), "bin", "python");
  await generateSdks();
}, 900_000);
afterAll(() => rm(folder, { recursive: true }));

/** Fails with what the command printed if it fails. */
async function succeed(
  command: string,
  args: readonly string[],
  cwd: string,
  env = process.env,
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, { cwd, env });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}

async function pythonFolder(): Promise<string> {
  const requirements = join(tools, "requirements.txt");
  const key = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  const made = join(cacheFolder(), `python-${key.slice(0, 12)}`);
  await makeOnce(made, async (temporary) => {
    await succeed("python3", ["-m", "venv", temporary], tools);
    const args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    await succeed(join(temporary, "bin", "python"), args, tools);
  });
  return made;
}

/** Whether the CLI comes with its language hosts, as Pulumi distributes it. */
async function hasLanguageHosts(): Promise<boolean> {
  return existsSync(join(dirname((await findCli()).path), "pulumi-language-go"));
}

/** By the CLI where it comes with its language hosts, otherwise by the code that these consist of. */
async function generateSdks(): Promise<void> {
  const schema = join(folder, "schema.json");
  await writeFile(schema, JSON.stringify(pluginSchema()));
  const cli = await findCli();
  const isComplete = await hasLanguageHosts();
  const generator = join(folder, "generate");
  if (!isComplete) {
    const module = join(folder, "generator");
    await mkdir(module);
    await writeFile(join(module, "go.mod"), goModule("generator"));
    await cp(join(tools, "generate.go"), join(module, "main.go"));
    await succeed("go", ["build", ...goFlags, "-o", generator, "."], module, goEnvironment);
  }
  for (const language of languages) {
    const out = join(folder, "sdk");
    await (isComplete
      ? succeed(cli.path, ["package", "gen-sdk", schema, "--language", language, "--out", out], folder)
      : succeed(generator, [schema, language, join(out, language)], folder));
  }
}

/** Copies an example into a project of its own. */
async function copyOf(example: string): Promise<string> {
  const project = join(folder, example);
  await cp(join(repository, "examples", example), project, { recursive: true });
  return project;
}

/**
 * Follows the steps of the READMEs.
 *
 * @param commandFor the program, for a CLI without its language host
 * @param env of the CLI's own language host
 */
async function expectSteps(
  project: string,
  commandFor: (settings: NodeJS.ProcessEnv) => ProgramCommand,
  env: NodeJS.ProcessEnv,
) {
  const stack = await stackOf(logto, { folder: project });
  await installPlugin(stack.env.PULUMI_HOME ?? "");
  const isComplete = await hasLanguageHosts();
  const up = () => (isComplete ? stack.up([], { env }) : withHostOf(commandFor, (flag) => stack.up([flag])));
  await up();
  const { id } = logto.named("Acme");
  expect(logto.named("Acme").config).toEqual({});
  expect(await stack.outputs()).toEqual({ redirectUri: `${logto.url}/callback/${id}` });
  await stack.setConfig({
    clientId: "client",
    clientSecret: { secret: "canary-secret" },
    issuer: `${logto.idp}/acme`,
  });
  await up();
  expect(logto.named("Acme")).toMatchObject({
    id,
    domains: ["acme.com"],
    branding: { displayName: "Acme" },
    config: { clientId: "client", clientSecret: "canary-secret", scope: "groups" },
  });
  expect(JSON.stringify(stack.export())).not.toContain("canary");
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
}

test("Python: the SDK and the example have correct types, and it creates a connector", async () => {
  const project = await copyOf("python");
  const sdk = join(project, "site");
  const env = { ...process.env, PYTHONPATH: sdk, MYPYPATH: sdk };
  const install = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--target",
    sdk,
  ];
  await succeed(python, [...install, join(folder, "sdk", "python")], project);
  await succeed(python, ["-m", "mypy", "--strict", "--follow-imports=silent", "__main__.py"], project, env);
  await succeed(python, [join(tools, "mocks.py")], project, env);
  const command = [python, join(tools, "run.py")] as const;
  await symlink(dirname(dirname(python)), join(project, "venv"));
  const program = (settings: NodeJS.ProcessEnv) => ({ command, cwd: project, env: { ...env, ...settings } });
  await expectSteps(project, program, { PYTHONPATH: sdk });
});

test("Go: the SDK and the example compile, and it creates a connector", async () => {
  const project = await copyOf("go");
  const sdk = join(folder, "sdk", "go", "logto");
  const name = "github.com/OWNER/pulumi-logto/sdk/go/logto";
  await writeFile(join(sdk, "go.mod"), goModule(name));
  const link = `\nrequire ${name} v0.0.0\n\nreplace ${name} => ${sdk}\n`;
  await writeFile(join(project, "go.mod"), goModule("logto-sso-go") + link);
  await cp(join(tools, "main_test.go.txt"), join(project, "main_test.go"));
  await succeed("go", ["vet", ...goFlags, "./..."], project, goEnvironment);
  await succeed("go", ["test", ...goFlags, "./..."], project, goEnvironment);
  const program = join(project, "program");
  await succeed("go", ["build", ...goFlags, "-o", program, "."], project, goEnvironment);
  await expectSteps(project, (env) => ({ command: [program], cwd: project, env }), goEnvironment);
});

test("Node.js: the SDK compiles, and `logto-sso import` generates code for it", async () => {
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  for (const name of ["@pulumi", "@types", "typescript"])
    await symlink(join(repository, "node_modules", name), join(modules, name));
  const sdk = join(folder, "sdk", "nodejs");
  const tsc = (...args: string[]) => [join(repository, "node_modules", "typescript", "bin", "tsc"), ...args];
  await succeed(process.execPath, tsc("--types", "node"), sdk);
  // As its script does that npm runs.
  await cp(join(sdk, "package.json"), join(sdk, "bin", "package.json"));
  await rename(sdk, join(modules, "pulumi-logto"));
  await cp(join(tools, "mocks.cjs"), join(folder, "mocks.cjs"));
  expect(await succeed(process.execPath, [join(folder, "mocks.cjs")], folder)).toBe("passed\n");

  const project = join(folder, "nodejs");
  await mkdir(project);
  const files = {
    "Pulumi.yaml": "name: infra\nruntime: nodejs\n",
    "package.json": '{"dependencies":{"pulumi-logto":"file:sdks/logto"}}',
    "index.ts":
      'import * as logto from "pulumi-logto";\n\nnew logto.SingleSignOn("sso", { enabled: true });\n',
    "tsconfig.json": "{}",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
  const stack = await stackOf(logto, { folder: project });
  await installPlugin(stack.env.PULUMI_HOME ?? "");
  const config = { clientId: "client", clientSecret: "canary-secret", issuer: `${logto.idp}/acme` };
  logto.connectors.insert({ providerName: "OIDC", connectorName: "Acme", domains: ["acme.com"], config });
  const { stdout } = await logtoSso(stack, ["import", "--all"]);
  expect(stdout).toContain("The code is in ssoConnectors.ts, which index.ts imports");
  await succeed(
    process.execPath,
    tsc("--noEmit", "--strict", "--module", "node20", "--types", "node"),
    project,
  );
  logto.takeLog();
  const { stdout: shown } = await stack.up();
  expect(shown).toContain("2 unchanged");
  expect(logto.takeLog().filter((request) => request.includes("sso-connectors"))).toEqual([]);
});
