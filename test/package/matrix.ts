// npm run matrix: the tarball as users have it, by package manager, kind of module, Node.js and SDK. Each pair of a
// package manager, a kind of module and a Node.js runs in one combination at least; `-- --all` runs them all. Each of the
// oldest versions that package.json allows is among them, but for the CLI's: it runs in .github/workflows/ci.yml. Then come
// the layouts of projects that docs/installation-configuration.md describes. Two installations are made and used at the same
// time.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import manifest from "../../package.json";
import { createStack, findCli, run as attempt, type Stack } from "../engine";
import { nodeFolder } from "../engine/nodeFolder";
import { type Logto, startLogto } from "../logto";
import { accessTo } from "../tenant";
import { layouts, pnpm } from "./layouts/layouts";
import { oldest } from "./versions";

const repository = join(__dirname, "..", "..");
const execute = promisify(execFile);
/** Package managers and npx ask the registry for what is not in their caches only. */
const env = { ...process.env, npm_config_prefer_offline: "true" };
const run = (cwd: string, command: string, args: readonly string[]) => execute(command, args, { cwd, env });

/** Installed together: the oldest versions that package.json allows, the newest ones, and a TypeScript between them. */
const releases = {
  oldest: { "@pulumi/pulumi": oldest.sdk, typescript: oldest.typescript },
  middle: { "@pulumi/pulumi": sdkVersion, typescript: "5" },
  newest: { "@pulumi/pulumi": sdkVersion, typescript: manifest.peerDependencies.typescript },
};
type Release = keyof typeof releases;
/** Exact versions, since the cache keeps each one. */
const nodes = [oldest.node, "22.23.3", "24.21.0"] as const;

/** Each installs what a folder's package.json names. */
const managers = {
  npm: { install: ["npm", "install", "--no-audit", "--no-fund", "--silent"], files: {} },
  pnpm: { install: [pnpm, "install", "--silent"], files: {} },
  yarn: {
    // Yarn refuses to write a lockfile where CI is set, unless told; a new project has none yet.
    install: ["npx", "--yes", "--package=@yarnpkg/cli-dist@4", "yarn", "install", "--no-immutable"],
    // Pulumi's SDK does not work with Plug'n'Play.
    files: { ".yarnrc.yml": "nodeLinker: node-modules\nenableTelemetry: false\n", "yarn.lock": "" },
  },
} as const;

const body = (logto: Logto) => `
  const oidc = new logto.SsoConnector("oidc", { providerName: "OIDC", domains: ["acme.com"] });
  new logto.SsoConnectorConfig("oidc", {
    connectorId: oidc.id,
    providerName: "OIDC",
    config: { clientId: "client", clientSecret: "canary-config", issuer: "${logto.idp}/acme" },
  });`;
/** A program of each kind of module. */
const kinds = {
  CommonJS: {
    main: "index.js",
    type: "commonjs",
    text: (logto: Logto) => `const logto = require("pulumi-logto-sso");${body(logto)}
  exports.redirectUri = oidc.redirectUri;`,
  },
  "ES module": {
    main: "index.js",
    type: "module",
    text: (logto: Logto) => `import * as logto from "pulumi-logto-sso";${body(logto)}
  export const redirectUri = oidc.redirectUri;`,
  },
  TypeScript: {
    main: "index.ts",
    type: "commonjs",
    text: (logto: Logto) => `import * as logto from "pulumi-logto-sso";${body(logto)}
  export const redirectUri = oidc.redirectUri;`,
  },
} as const;

type Manager = keyof typeof managers;
type Kind = keyof typeof kinds;

interface Installation {
  readonly manager: Manager;
  readonly release: Release;
  /** Other packages, by name. */
  readonly more?: Readonly<Record<string, string>>;
}
const installations: readonly Installation[] = [
  // Also that of the layouts. It takes longest.
  { manager: "npm", release: "newest", more: { esbuild: "*", tsx: "4", bun: "1" } },
  { manager: "pnpm", release: "newest" },
  { manager: "yarn", release: "middle" },
  { manager: "npm", release: "oldest" },
];

async function main(): Promise<void> {
  const begun = Date.now();
  await findCli();
  const temporary = await realpath(await mkdtemp(join(tmpdir(), "pulumi-logto-sso-matrix-")));
  const failures: string[] = [];
  let cells = 0;
  const report: Report = async (cell, check) => {
    const failure = await check().then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );
    cells++;
    console.log(`${failure === undefined ? "ok    " : "FAILED"} ${cell}`);
    if (failure !== undefined) failures.push(`${cell}:\n${failure}`);
  };
  try {
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", temporary];
    const tarball = join(temporary, (await run(repository, "npm", pack)).stdout.trim());
    const binaries = Promise.all(nodes.map(async (node) => [node, await nodeFolder(node)] as const)).then(
      (entries): Record<string, string> => Object.fromEntries(entries),
    );
    await Promise.all([
      binaries,
      inPairs(
        installations.map((installation, row) => async () => {
          // TypeScript 4.7 found no package in a folder whose path has a capital letter, under Pulumi's ts-node.
          const folder = join(temporary, `Infra-${installation.manager}-${installation.release}`);
          const installed = await install(folder, tarball, installation);
          const logto = await startLogto();
          logto.signInExperience.singleSignOnEnabled = true;
          try {
            const where = { temporary, tarball, folder, logto, report };
            await runCombinations(where, installation.manager, row, installed, await binaries);
            if (row === 0) await runLayouts(where);
          } finally {
            await logto.close();
          }
        }),
      ),
    ]);
    for (const failure of failures) console.error(`\n${failure}`);
    const seconds = Math.round((Date.now() - begun) / 1000);
    console.log(
      `${cells - failures.length} of ${cells} combinations and layouts are as documented, ${seconds} s.`,
    );
    if (failures.length > 0) process.exitCode = 1;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Runs a check and prints how it ended. */
type Report = (cell: string, check: () => Promise<void>) => Promise<void>;

/** An installation in use. */
interface Where {
  readonly temporary: string;
  readonly tarball: string;
  readonly folder: string;
  readonly logto: Logto;
  readonly report: Report;
}

/** Deploys one stack by all kinds of modules in turn: the first creates its resources, and the others change nothing. */
async function runCombinations(
  { folder, logto, report }: Where,
  manager: Manager,
  row: number,
  installed: string,
  binaries: Readonly<Record<string, string>>,
): Promise<void> {
  const all = process.argv.includes("--all");
  const cells = (Object.keys(kinds) as Kind[]).flatMap((kind, column) =>
    nodes
      .filter((_, index) => all || index === (row + column) % nodes.length)
      .map((node) => ({ kind, node, name: `${manager}, ${kind}, Node.js ${node}, ${installed}` })),
  );
  await writeProgram(folder, "CommonJS", logto);
  // Types are checked as well: those of the tarball, with the user's own compiler.
  const env = { PULUMI_NODEJS_TRANSPILE_ONLY: "false" };
  const stack = await createStack({ program: { folder }, config: accessTo(logto), env });
  const on = (node: string) => ({
    env: { PATH: [binaries[node], stack.env.PATH].join(delimiter) },
  });
  try {
    for (const [index, { kind, node, name }] of cells.entries()) {
      await report(name, async () => {
        await writeProgram(folder, kind, logto);
        const up = await stack.up(index === 0 ? [] : ["--refresh", "--expect-no-changes"], on(node));
        if (/warning/i.test(up.stdout + up.stderr)) throw new Error(up.stdout + up.stderr);
        const { redirectUri } = await stack.outputs();
        const [connector] = logto.connectors.rows.values();
        if (
          redirectUri !== `${logto.url}/callback/${connector?.id}` ||
          connector?.config.clientId !== "client"
        )
          throw new Error(`Logto has ${JSON.stringify(connector?.id)}, the program ${String(redirectUri)}.`);
      });
    }
    await report(`${manager}, what else is in the package`, () => useFiles(folder, stack));
    const last = cells.at(-1)?.node ?? oldest.node;
    await report(`${manager}, destroy, Node.js ${last}`, async () => {
      await stack.destroy([], on(last));
      if (logto.connectors.rows.size > 0) throw new Error("A connector is left over.");
    });
  } finally {
    logto.connectors.rows.clear();
    await stack.dispose();
    // The layouts use the folder as well.
    await setType(folder, "commonjs");
    for (const name of ["index.js", "index.ts", "tsconfig.json", "Pulumi.yaml"])
      await rm(join(folder, name), { force: true });
  }
}

/** Runs the command, and finds a file that is no module. */
async function useFiles(folder: string, stack: Stack): Promise<void> {
  const env = { ...stack.env, PULUMI_STACK: stack.name };
  const expectOf = async (args: string[], expected: string) => {
    const command = join(folder, "node_modules", ".bin", "logto-sso");
    const { code, stdout, stderr } = await attempt(command, args, { cwd: folder, env });
    if (code !== 0 || stdout !== expected) throw new Error(`${args.join(" ")}: ${code}\n${stdout}${stderr}`);
  };
  await expectOf(["--version"], `${manifest.version}\n`);
  await expectOf(["drift"], "Nothing found in 1 connector of the stack.\n");
  const resolve = 'require.resolve("pulumi-logto-sso/docs/drift-report.schema.json")';
  await execute(process.execPath, ["-e", resolve], { cwd: folder });
}

async function runLayouts({ temporary, tarball, folder: installed, logto, report }: Where): Promise<void> {
  for (const { name, check } of layouts) {
    const folder = await mkdtemp(join(temporary, "layout-"));
    await report(name, () => check({ logto, folder, tarball, installed, command: run }));
  }
}

/** Runs tasks, two at a time, and fails if one of them does. */
async function inPairs(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = [...tasks];
  const work = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await task();
  };
  for (const end of await Promise.allSettled([work(), work()]))
    if (end.status === "rejected") throw end.reason;
}

/** @returns what was installed, such as `typescript 6.0.3` */
async function install(
  folder: string,
  tarball: string,
  { manager, release, more = {} }: Installation,
): Promise<string> {
  const { install, files } = managers[manager];
  await mkdir(folder);
  const dependencies = {
    "pulumi-logto-sso": `file:${tarball}`,
    ...releases[release],
    "@types/node": "20",
    ...more,
  };
  const manifest = { name: "infra", private: true, type: "commonjs", dependencies };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const [command, ...args] = install;
  await run(folder, command, args);
  const versions = Object.keys(releases[release]).map(async (name) => {
    const text = await readFile(join(folder, "node_modules", name, "package.json"), "utf8");
    return `${name} ${(JSON.parse(text) as { version: string }).version}`;
  });
  return (await Promise.all(versions)).join(", ");
}

async function setType(folder: string, type: string): Promise<void> {
  const file = join(folder, "package.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as object;
  await writeFile(file, JSON.stringify({ ...manifest, type }));
}

async function writeProgram(folder: string, kind: Kind, logto: Logto): Promise<void> {
  const { main: file, type, text } = kinds[kind];
  await setType(folder, type);
  for (const other of ["index.js", "index.ts"]) await rm(join(folder, other), { force: true });
  await writeFile(join(folder, file), text(logto));
  const compilerOptions = {
    strict: true,
    target: "es2022",
    module: "node16",
    moduleResolution: "node16",
    types: ["node"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  const options = { typescript: kind === "TypeScript" };
  await writeFile(
    join(folder, "Pulumi.yaml"),
    JSON.stringify({ name: "infra", runtime: { name: "nodejs", options } }),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
