/** The SDKs that Pulumi makes of the schema, in three languages: they compile, and programs run with mocks and with the real CLI. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pluginSchema } from "../../provider/plugin/schema";
import { run, type Stack } from "../engine";
import { cacheFolder, makeOnce } from "../engine/cache";
import { GO_FLAGS, goModule } from "../engine/obtain";
import { installPlugin } from "../engine/plugins";
import { certificate, type Logto, samlMetadata, startLogto } from "../logto";
import { consoleConnectors } from "../consoleTenant";
import { expectHarmless, hostileNames } from "../hostile";
import { exampleNames, exampleOf, type Language } from "../docs/examples";
import { logtoSso } from "../runCli";
import { accessTo, eachWithLogto, stackOf } from "../tenant";
import {
  contentsOf,
  missingOutputs,
  organizationId,
  prepare,
  programOf,
  type Schema,
} from "./sdks/everything";
import { generatorFolder, hasLanguageHosts } from "./sdks/generator";
import { type ProgramCommand, withHostOf, withHostOnPath } from "./sdks/languageHost";
import { programFiles, render } from "./sdks/render";

const repository = join(__dirname, "..", "..");
const tools = join(__dirname, "sdks");
const goEnvironment = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
const goFlags = ["-mod=mod", ...GO_FLAGS];
const languages = ["nodejs", "python", "go"] as const;
const schema = pluginSchema() as Schema;

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

async function generateSdks(): Promise<void> {
  const schemaFile = join(folder, "schema.json");
  await writeFile(schemaFile, JSON.stringify(schema));
  const pulumi = join(await generatorFolder(), "pulumi");
  for (const language of languages) {
    // As `pulumi package add` makes it, from which it can be used where it is.
    const args = ["package", "gen-sdk", schemaFile, "--local", "--language", language];
    await succeed(pulumi, [...args, "--out", join(folder, "sdk")], folder);
  }
}

/** Copies an example into a project of its own. */
async function copyOf(example: string): Promise<string> {
  const project = join(folder, example);
  await cp(join(repository, "examples", example), project, { recursive: true });
  return project;
}

/** Writes the examples of the schema, and returns their files. */
async function writeExamples(language: Language, fileOf: (name: string) => string): Promise<string[]> {
  for (const name of exampleNames) {
    const file = fileOf(name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, exampleOf(name).programs[language]);
  }
  return exampleNames.map(fileOf);
}

interface Runtime {
  readonly project: string;
  /** The program, for a CLI without its language host. Default: every CLI has it. */
  readonly commandFor?: (settings: NodeJS.ProcessEnv) => ProgramCommand;
  /** The environment of the CLI's own language host. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Deploys the program, by the CLI's own language host where it has it. */
async function upOf(
  stack: Stack,
  { commandFor, env = {} }: Runtime,
  flags: readonly string[] = [],
): Promise<void> {
  await (commandFor === undefined || (await hasLanguageHosts())
    ? stack.up(flags, { env })
    : withHostOf(commandFor, (flag) => stack.up([flag, ...flags])));
}

/** Follows the steps of the READMEs. */
async function expectSteps(runtime: Runtime) {
  const stack = await stackOf(logto, { folder: runtime.project });
  await installPlugin(stack.env.PULUMI_HOME ?? "");
  const up = () => upOf(stack, runtime);
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

/** The contents of Pulumi.yaml. The language host of Python takes the Python on PATH unless it is told of another one. */
const projectIn = (language: string) =>
  JSON.stringify({
    name: "infra",
    runtime: language === "python" ? { name: language, options: { virtualenv: "venv" } } : language,
  });

/** Writes the program that uses all that the schema has, and returns its project. */
async function everythingIn(language: (typeof languages)[number]): Promise<string> {
  const project = join(folder, `everything-${language}`);
  await mkdir(project);
  const { file, language: syntax } = programFiles[language];
  await writeFile(join(project, file), render(syntax, schema, programOf(schema, logto.idp)));
  await writeFile(join(project, "Pulumi.yaml"), projectIn(language));
  return project;
}

/** Deploys that program: each output has a value, and as an input makes the second tenant equal to the first. */
async function expectEverything(runtime: Runtime | "yaml"): Promise<void> {
  const other = await startLogto();
  try {
    for (const tenant of [logto, other]) prepare(tenant);
    const program = programOf(schema, logto.idp);
    const secret = { secret: "canary-m2m" };
    const stack = await stackOf(logto, runtime === "yaml" ? { yaml: program } : { folder: runtime.project }, {
      config: {
        ...accessTo(logto),
        otherEndpoint: other.url,
        otherSecret: secret,
        connectorSecret: { secret: "canary-connector" },
      },
    });
    await installPlugin(stack.env.PULUMI_HOME ?? "");
    const up = (flags?: readonly string[]) =>
      runtime === "yaml" ? stack.up(flags) : upOf(stack, runtime, flags);
    await up();
    expect(missingOutputs(schema, program, await stack.outputs())).toEqual([]);
    expect(contentsOf(other)).toEqual(contentsOf(logto));
    if (runtime === "yaml") await stack.pulumi(["preview", "--expect-no-changes"]);
    await up(["--expect-no-changes"]);
    expect(JSON.stringify(stack.export())).not.toContain("canary");
    await stack.destroy();
    for (const { connectors, organizations } of [logto, other]) {
      expect(connectors.rows.size).toBe(0);
      expect(organizations.rows.map(({ id }) => id)).toEqual([organizationId]);
    }
  } finally {
    await other.close();
  }
}

async function pythonRuntime(project: string): Promise<Runtime & { readonly env: NodeJS.ProcessEnv }> {
  const sdk = join(folder, "site");
  if (!existsSync(sdk)) {
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
  }
  const env = { ...process.env, PYTHONPATH: sdk, MYPYPATH: sdk };
  const command = [python, join(tools, "run.py")] as const;
  await symlink(dirname(dirname(python)), join(project, "venv"));
  return {
    project,
    env,
    commandFor: (settings) => ({ command, cwd: project, env: { ...env, ...settings } }),
  };
}

/** Writes the go.mod of a project, beside its program. */
async function linkGoSdk(project: string): Promise<void> {
  const sdk = join(folder, "sdk", "go", "logto");
  const name = "github.com/OWNER/pulumi-logto/sdk/go/logto";
  await writeFile(join(sdk, "go.mod"), goModule(name));
  const link = `\nrequire ${name} v0.0.0\n\nreplace ${name} => ${sdk}\n`;
  await writeFile(join(project, "go.mod"), goModule("infra") + link);
}

async function goRuntime(project: string): Promise<Runtime> {
  const program = join(project, "program");
  await succeed("go", ["build", ...goFlags, "-o", program, "."], project, goEnvironment);
  return {
    project,
    env: goEnvironment,
    commandFor: (env) => ({ command: [program], cwd: project, env }),
  };
}

const tsc = (...args: string[]) => [join(repository, "node_modules", "typescript", "bin", "tsc"), ...args];

/** Compiles the SDK for the projects in the folder of this test. */
async function installNodejsSdk(): Promise<void> {
  const modules = join(folder, "node_modules");
  if (existsSync(modules)) return;
  await mkdir(modules);
  for (const name of ["@pulumi", "@types", "typescript"])
    await symlink(join(repository, "node_modules", name), join(modules, name));
  const sdk = join(folder, "sdk", "nodejs");
  await succeed(process.execPath, tsc("--types", "node"), sdk);
  // As its script does that npm runs.
  await cp(join(sdk, "package.json"), join(sdk, "bin", "package.json"));
  await rename(sdk, join(modules, "pulumi-logto"));
}

/** @param files default: those that its tsconfig.json has */
async function expectTypes(project: string, files: readonly string[] = []): Promise<void> {
  const flags = ["--noEmit", "--strict", "--module", "node20", "--types", "node"];
  await succeed(process.execPath, tsc(...flags, ...files), project);
}

test("Python: the SDK and the example have correct types, and it creates a connector", async () => {
  const project = await copyOf("python");
  const runtime = await pythonRuntime(project);
  const { env } = runtime;
  const examples = await writeExamples("python", (name) => join(project, `${name}.py`));
  const mypy = ["-m", "mypy", "--strict", "--follow-imports=silent"];
  await succeed(python, [...mypy, "__main__.py", ...examples], project, env);
  await succeed(python, [join(tools, "mocks.py")], project, env);
  await expectSteps(runtime);
});

test("Go: the SDK and the example compile, and it creates a connector", async () => {
  const project = await copyOf("go");
  await linkGoSdk(project);
  await cp(join(tools, "main_test.go.txt"), join(project, "main_test.go"));
  await writeExamples("go", (name) => join(project, "examples", name, "main.go"));
  await succeed("go", ["vet", ...goFlags, "./..."], project, goEnvironment);
  await succeed("go", ["test", ...goFlags, "./..."], project, goEnvironment);
  await expectSteps(await goRuntime(project));
});

test("Python: every input, output and function", async () => {
  await expectEverything(await pythonRuntime(await everythingIn("python")));
});

test("Go: every input, output and function", async () => {
  const project = await everythingIn("go");
  await linkGoSdk(project);
  await expectEverything(await goRuntime(project));
});

test("YAML: every input, output and function", async () => {
  await expectEverything("yaml");
});

test("Node.js: every input, output and function", async () => {
  await installNodejsSdk();
  const project = await everythingIn("nodejs");
  await writeFile(join(project, "package.json"), '{"main":"index.ts"}');
  await writeFile(join(project, "tsconfig.json"), "{}");
  await expectTypes(project);
  await expectEverything({ project });
});

/** Runs `logto-sso`, whose commands of the CLI use the host of the runtime. */
async function logtoSsoIn(stack: Stack, { commandFor, env = {} }: Runtime, args: readonly string[]) {
  if (commandFor === undefined || (await hasLanguageHosts())) return logtoSso(stack, args, { env });
  const bin = await mkdtemp(join(folder, "bin-"));
  const language = existsSync(join(stack.folder, "main.go")) ? "go" : "python";
  return withHostOnPath(commandFor, language, bin, String(stack.env.PATH), (env) =>
    logtoSso(stack, args, { env }),
  );
}

/** Imports a tenant into a program, and what is new there later, with the command that `drift` advises. */
async function expectImport(runtime: Runtime): Promise<void> {
  const stack = await stackOf(logto, { folder: runtime.project });
  await installPlugin(stack.env.PULUMI_HOME ?? "");
  await upOf(stack, runtime);
  const isPrintable = (name: string) => !/\p{Surrogate}/u.test(name);
  for (const row of consoleConnectors(logto).slice(0, 7)) logto.connectors.insert(row);
  const config = { metadata: samlMetadata("urn:idp", "https://idp.acme.com/sso", certificate) };
  for (const connectorName of [...hostileNames.filter(isPrintable), "lambda", "type", "None"])
    logto.connectors.insert({ providerName: "SAML", connectorName, config, domains: [] });
  const { stdout } = await logtoSsoIn(stack, runtime, ["import", "--all"]);
  expectHarmless(stdout);
  expect(stdout).toContain("A preview shows no change of what was imported.");

  const { id } = logto.connectors.insert({
    providerName: "Okta",
    connectorName: "Initech",
    config: { clientId: "client", clientSecret: "canary-okta", issuer: `${logto.idp}/initech` },
  });
  const { stdout: drift } = await logtoSsoIn(stack, runtime, ["drift", "--fail-on", "none"]);
  expect(drift).toContain(`npx pulumi-logto-sso import --id ${id}`);
  const later = await logtoSsoIn(stack, runtime, ["import", "--id", id]);
  expect(later.stdout).toMatch(/^Imported:\n {2}initech {2}/);
  const again = await logtoSsoIn(stack, runtime, ["import", "--all"]);
  expect(again.stdout).not.toContain("Imported:");

  const before = JSON.stringify([...logto.connectors.rows]);
  await upOf(stack, runtime, ["--expect-no-changes"]);
  await stack.pulumi(["refresh", "--yes", "--expect-no-changes"]);
  expect(JSON.stringify([...logto.connectors.rows])).toBe(before);
  const written = await run("grep", ["-rIl", "canary", "--exclude-dir=venv", "."], { cwd: runtime.project });
  expect(written.stdout).toBe("");
  expect(JSON.stringify(stack.export())).not.toContain("canary");
  await stack.destroy();
}

test("Python: `logto-sso import` writes a module that is typed", async () => {
  const project = join(folder, "import-python");
  await mkdir(project);
  await writeFile(join(project, "Pulumi.yaml"), projectIn("python"));
  const program = 'import pulumi_logto as logto\n\nsso = logto.SingleSignOn("sso", enabled=True)\n';
  await writeFile(join(project, "__main__.py"), program);
  const runtime = await pythonRuntime(project);
  await expectImport(runtime);
  const mypy = ["-m", "mypy", "--strict", "--follow-imports=silent", "__main__.py", "sso_connectors.py"];
  await succeed(python, mypy, project, runtime.env);
});

test("Go: `logto-sso import` writes a file that is formatted", async () => {
  const project = join(folder, "import-go");
  await mkdir(project);
  await writeFile(join(project, "Pulumi.yaml"), "name: infra\nruntime: go\n");
  await writeFile(join(project, "main.go"), goProgram);
  await linkGoSdk(project);
  const program = ["go", "build", ...goFlags, "-o", "program", "."].join(" ");
  const commandFor = (env: NodeJS.ProcessEnv) => ({
    command: ["sh", "-c", `${program} && exec ./program`] as const,
    cwd: project,
    env: { ...goEnvironment, ...env },
  });
  // Built before, so that go.sum is there for the CLI's own language host.
  await expectImport({ ...(await goRuntime(project)), commandFor });
  expect(await succeed("gofmt", ["-l", "main.go", "sso_connectors.go", "sso_connectors2.go"], project)).toBe(
    "",
  );
  await succeed("go", ["vet", ...goFlags, "."], project, goEnvironment);
});

const goProgram = `package main

import (
	"github.com/OWNER/pulumi-logto/sdk/go/logto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := logto.NewSingleSignOn(ctx, "sso", &logto.SingleSignOnArgs{Enabled: pulumi.Bool(true)})
		return err
	})
}
`;

test("Node.js: the SDK compiles, and `logto-sso import` generates code for it", async () => {
  await installNodejsSdk();
  await cp(join(tools, "mocks.cjs"), join(folder, "mocks.cjs"));
  expect(await succeed(process.execPath, [join(folder, "mocks.cjs")], folder)).toBe("passed\n");

  const examples = await writeExamples("typescript", (name) => join(folder, `${name}.ts`));
  await expectTypes(folder, examples);

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
  await expectTypes(project);
  logto.takeLog();
  const { stdout: shown } = await stack.up();
  expect(shown).toContain("2 unchanged");
  expect(logto.takeLog().filter((request) => request.includes("sso-connectors"))).toEqual([]);
});
