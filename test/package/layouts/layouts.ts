/** Layouts of projects besides a plain one: where the program, the package and Pulumi's provider process find each other. */
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { createStack, run, type Stack } from "../../engine";
import type { Logto } from "../../logto";
import { accessTo } from "../../tenant";

/** The command, which is among the dependencies of this repository. */
export const pnpm = join(__dirname, "..", "..", "..", "node_modules", ".bin", "pnpm");

export interface Context {
  readonly logto: Logto;
  /** A folder for the layout's files. */
  readonly folder: string;
  /** The packed package, as a dependency's version. */
  readonly tarball: string;
  /** A folder with `node_modules` that hold the package, the SDK, esbuild, tsx and Bun. */
  readonly installed: string;
  /** Runs a command, and throws with its output where it fails. */
  readonly command: (folder: string, name: string, args: readonly string[]) => Promise<unknown>;
}

export interface Layout {
  readonly name: string;
  /** Resolves where the layout works, or is refused with instructions, as docs/installation-configuration.md says. */
  readonly check: (context: Context) => Promise<void>;
}

const source = 'new logto.SsoConnector("acme", { providerName: "Okta" })';
const program = `const logto = require("pulumi-logto-sso");\nexports.redirectUri = ${source}.redirectUri;\n`;
const sharedProgram = 'exports.redirectUri = require("shared").connector().redirectUri;\n';
const shared = `const logto = require("pulumi-logto-sso");\nexports.connector = () => ${source};\n`;

async function write(folder: string, files: Readonly<Record<string, string | object>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
}

const project = (options: object = { typescript: false }, name = "nodejs") => ({
  name: "infra",
  runtime: { name, options },
});
const manifest = (name: string, dependencies: object = {}) => ({ name, private: true, dependencies });

/** Creates a stack of the project in a folder for as long as `use` takes. */
async function withStack(
  { logto }: Context,
  folder: string,
  use: (stack: Stack) => Promise<void>,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const stack = await createStack({ program: { folder }, config: accessTo(logto), env });
  try {
    await use(stack);
  } finally {
    logto.connectors.rows.clear();
    await stack.dispose();
  }
}

async function works(context: Context, folder: string, env?: NodeJS.ProcessEnv): Promise<void> {
  await withStack(
    context,
    folder,
    async (stack) => {
      await stack.up();
      expectConnector(context, (await stack.outputs()).redirectUri);
    },
    env,
  );
}

function expectConnector({ logto }: Context, redirectUri: unknown): void {
  const expected = `${logto.url}/callback/${logto.named("acme").id}`;
  if (redirectUri !== expected) throw new Error(`Expected ${expected}, got ${String(redirectUri)}`);
}

async function isRefused(context: Context, folder: string, message: RegExp): Promise<void> {
  await withStack(context, folder, async (stack) => {
    const { code, stdout, stderr } = await stack.preview([], { mayFail: true });
    if (code === 0 || !message.test(stdout + stderr)) {
      throw new Error(`Expected ${String(message)}, got code ${code} and:\n${stdout}${stderr}`);
    }
  });
}

const notInstalled = /loads the package pulumi-logto-sso from .*, where it is not installed\. Add it/;

/** A pnpm workspace: the resources in the package `shared`, the program in the package `infra`. */
async function pnpmWorkspace(context: Context, dependencies: object): Promise<string> {
  const { folder, tarball } = context;
  const sdk = { "@pulumi/pulumi": await sdkOf(context) };
  await write(folder, {
    "package.json": manifest("workspace"),
    "pnpm-workspace.yaml": "packages: [infra, shared]\n",
    "shared/package.json": {
      ...manifest("shared", { ...sdk, "pulumi-logto-sso": `file:${tarball}` }),
      main: "index.js",
    },
    "shared/index.js": shared,
    "infra/package.json": manifest("infra", { ...sdk, shared: "workspace:*", ...dependencies }),
    "infra/Pulumi.yaml": project(),
    "infra/index.js": sharedProgram,
  });
  await context.command(folder, pnpm, ["install", "--silent"]);
  return join(folder, "infra");
}

async function sdkOf({ installed }: Context): Promise<string> {
  const { stdout } = await run(process.execPath, ["-p", 'require("@pulumi/pulumi/package.json").version'], {
    cwd: installed,
  });
  return stdout.trim();
}

/** A program that esbuild has bundled, this package included. */
async function bundled(context: Context, folder: string): Promise<void> {
  const esbuild = join(context.installed, "node_modules", ".bin", "esbuild");
  const entry = join(context.installed, "bundle-entry.js");
  await write(context.installed, { "bundle-entry.js": program });
  await write(folder, { "Pulumi.yaml": project(), "package.json": manifest("infra") });
  const flags = ["--bundle", "--platform=node", "--external:@pulumi/pulumi", "--log-level=error"];
  await context.command(context.installed, esbuild, [
    entry,
    ...flags,
    `--outfile=${join(folder, "index.js")}`,
  ]);
}

/** A script that runs an inline program, or a program of another folder, by the Automation API. */
const automation = (options: string, workspace: string) => `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const logto = require("pulumi-logto-sso");
const program = async () => ({ redirectUri: ${source}.redirectUri });
LocalWorkspace.createOrSelectStack({ stackName: "test", ${options} }, ${workspace}).then(async (stack) => {
  await stack.setAllConfig(JSON.parse(process.env.CONFIG));
  const { outputs } = await stack.up();
  console.log(JSON.stringify(outputs.redirectUri.value));
}).catch((error) => { console.error(error.message); process.exitCode = 1; });
`;
const inline = 'projectName: "infra", program';

/** Runs an automation script in a folder where the package is installed, and the project in another one. */
async function automate(
  context: Context,
  options: string,
  workspace: string,
  cwd = context.folder,
): Promise<{ code: number; output: string }> {
  const { logto, installed } = context;
  await write(installed, { "deploy.js": automation(options, workspace) });
  // The stack supplies the environment only: the script makes its own.
  const stack = await createStack({ program: { js: "" } });
  try {
    const config = Object.fromEntries(
      Object.entries(accessTo(logto)).map(([key, value]) => [
        key,
        typeof value === "string" ? { value } : { value: value.secret, secret: true },
      ]),
    );
    // The SDK leaves the folder of an inline program behind, so it belongs where the caller removes all.
    const env = { ...stack.env, CONFIG: JSON.stringify(config), TMPDIR: dirname(context.folder) };
    const { code, stdout, stderr } = await run(process.execPath, [join(installed, "deploy.js")], {
      cwd,
      env,
    });
    return { code, output: stdout + stderr };
  } finally {
    logto.connectors.rows.clear();
    await stack.dispose();
  }
}

async function automationWorks(...parameters: Parameters<typeof automate>): Promise<void> {
  const [context] = parameters;
  const { code, output } = await automate(...parameters);
  if (code !== 0 || !output.includes(`${context.logto.url}/callback/`)) throw new Error(output);
}

/** A program that uses what is installed in a folder above it. */
async function plain(folder: string, runtime: object = project()): Promise<string> {
  await write(folder, {
    "Pulumi.yaml": runtime,
    "package.json": manifest("infra"),
    "index.js": program,
  });
  return folder;
}

export const layouts: readonly Layout[] = [
  {
    name: "pnpm workspace, the package named in the program's package.json",
    check: async (context) => {
      const folder = await pnpmWorkspace(context, { "pulumi-logto-sso": `file:${context.tarball}` });
      await works(context, folder);
    },
  },
  {
    name: "pnpm workspace, the package named in the shared package only: refused",
    check: async (context) => {
      await isRefused(context, await pnpmWorkspace(context, {}), notInstalled);
    },
  },
  {
    name: "bundle by esbuild, beside an installed package",
    check: async (context) => {
      const folder = join(context.installed, "bundle");
      await bundled(context, folder);
      await works(context, folder);
    },
  },
  {
    name: "bundle by esbuild, without an installed package: refused",
    check: async (context) => {
      await bundled(context, context.folder);
      await linkSdk(context);
      await isRefused(context, context.folder, notInstalled);
    },
  },
  {
    name: "Automation API, local program in another folder",
    check: async (context) => {
      const folder = await plain(join(context.installed, "local"));
      await automationWorks(context, `workDir: ${JSON.stringify(folder)}`, "{}");
    },
  },
  {
    name: "Automation API, inline program, process in a folder where the package is installed",
    check: (context) => automationWorks(context, inline, "{}", context.installed),
  },
  {
    name: "Automation API, inline program, project whose main is such a folder",
    check: async (context) => {
      const settings = { name: "infra", runtime: "nodejs", main: context.installed };
      await automationWorks(context, inline, JSON.stringify({ projectSettings: settings }));
    },
  },
  {
    name: "Automation API, inline program, process in another folder: refused",
    check: async (context) => {
      await linkSdk(context);
      const { code, output } = await automate(context, inline, "{}", context.folder);
      if (code === 0 || !notInstalled.test(output)) throw new Error(output);
    },
  },
  {
    name: "Yarn with Plug'n'Play: refused by Pulumi itself",
    check: async (context) => {
      const { folder, tarball } = context;
      const dependencies = { "pulumi-logto-sso": `file:${tarball}`, "@pulumi/pulumi": await sdkOf(context) };
      await plain(folder);
      await write(folder, {
        "package.json": manifest("infra", dependencies),
        ".yarnrc.yml": "nodeLinker: pnp\nenableTelemetry: false\n",
        "yarn.lock": "",
      });
      await context.command(folder, "npx", [
        "--yes",
        "--package=@yarnpkg/cli-dist@4",
        "yarn",
        "install",
        "--no-immutable",
      ]);
      await isRefused(context, folder, /Pulumi SDK (is|has) not (been )?installed/);
    },
  },
  {
    name: "TypeScript in a project of ES modules",
    check: async (context) => {
      const folder = join(context.installed, "es-modules");
      await write(folder, {
        "Pulumi.yaml": project({ nodeargs: "--import tsx" }),
        "package.json": { ...manifest("infra"), type: "module" },
        "index.ts": `import * as logto from "pulumi-logto-sso";\nexport const redirectUri: unknown = ${source}.redirectUri;\n`,
      });
      await works(context, folder);
    },
  },
  {
    name: "Bun as runtime of the program",
    check: async (context) => {
      const folder = await plain(join(context.installed, "bun-program"), project({}, "bun"));
      const bin = join(context.folder, "bin");
      const host = join(__dirname, "..", "..", "engine", "host", "language-nodejs.mjs");
      const bun = join(context.installed, "node_modules", ".bin", "bun");
      await write(bin, { "pulumi-language-bun": `#!/bin/sh\nexec ${bun} ${host} "$@"\n` });
      await chmod(join(bin, "pulumi-language-bun"), 0o755);
      const env = { PATH: [bin, process.env.PATH].join(delimiter), PULUMI_IGNORE_AMBIENT_PLUGINS: undefined };
      await works(context, folder, env);
    },
  },
];

/** Gives a folder the SDK without this package. */
async function linkSdk({ folder, installed }: Context): Promise<void> {
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await symlink(join(installed, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
}
