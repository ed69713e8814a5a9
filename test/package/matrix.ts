// npm run matrix: the tarball as users have it, by package manager, kind of module, Node.js and SDK. Each pair of a
// package manager, a kind of module and a Node.js runs in one combination at least; `-- --all` runs them all. Each of the
// oldest versions that package.json allows is among them, but for the CLI's: it runs in .github/workflows/ci.yml. Then come
// the layouts of projects that docs/installation-configuration.md describes; `-- --layouts` runs these alone.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import manifest from "../../package.json";
import { createStack, findCli } from "../engine";
import { layouts } from "./layouts/layouts";
import { type Logto, startLogto } from "../logto";
import { oldest } from "./versions";

const repository = join(__dirname, "..", "..");
const run = promisify(execFile);

/** Installed together: the oldest versions that package.json allows, and the newest ones. */
const releases = {
  oldest: { "@pulumi/pulumi": oldest.sdk, typescript: oldest.typescript },
  newest: { "@pulumi/pulumi": sdkVersion, typescript: manifest.peerDependencies.typescript },
};
type Release = keyof typeof releases;
const nodes = [oldest.node, "22", "24"] as const;

/** Each installs what a folder's package.json names. */
const managers = {
  npm: { install: ["npm", "install", "--no-audit", "--no-fund", "--silent"], files: {} },
  pnpm: {
    install: ["npx", "--yes", "--package=pnpm@10", "pnpm", "install", "--silent"],
    files: {},
  },
  yarn: {
    // Yarn refuses to write a lockfile where CI is set, unless told; a new project has none yet.
    install: ["npx", "--yes", "--package=@yarnpkg/cli-dist@4", "yarn", "install", "--no-immutable"],
    // Pulumi's SDK does not work with Plug'n'Play.
    files: { ".yarnrc.yml": "nodeLinker: node-modules\nenableTelemetry: false\n", "yarn.lock": "" },
  },
} as const;

const body = (logto: Logto) => `
  const oidc = new logto.SsoConnector("oidc", { providerName: "OIDC" });
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

async function main(): Promise<void> {
  const begun = Date.now();
  await findCli();
  const temporary = await realpath(await mkdtemp(join(tmpdir(), "pulumi-logto-sso-matrix-")));
  const logto = await startLogto();
  const failures: string[] = [];
  let cells = 0;
  const report: Report = async (cell, check) => {
    const failure = await check().catch((error: unknown) => (error as Error).message);
    cells++;
    console.log(`${failure === undefined ? "ok    " : "FAILED"} ${cell}`);
    if (failure !== undefined) failures.push(`${cell}:\n${failure}`);
  };
  try {
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", temporary];
    const tarball = join(temporary, (await run("npm", pack, { cwd: repository })).stdout.trim());
    if (!process.argv.includes("--layouts")) await runCombinations(temporary, tarball, logto, report);
    await runLayouts(temporary, tarball, logto, report);
    for (const failure of failures) console.error(`\n${failure}`);
    const seconds = Math.round((Date.now() - begun) / 1000);
    console.log(
      `${cells - failures.length} of ${cells} combinations and layouts are as documented, ${seconds} s.`,
    );
    if (failures.length > 0) process.exitCode = 1;
  } finally {
    await logto.close();
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Runs a check and prints how it ended. */
type Report = (cell: string, check: () => Promise<undefined>) => Promise<void>;

async function runCombinations(
  temporary: string,
  tarball: string,
  logto: Logto,
  report: Report,
): Promise<void> {
  const all = process.argv.includes("--all");
  const binaries = await nodeBinaries(join(temporary, "nodes"));
  const installations = [
    ...(Object.keys(managers) as Manager[]).map((one) => [one, "newest"] as const),
    ["npm", "oldest"] as const,
  ];
  for (const [row, [manager, release]] of installations.entries()) {
    // TypeScript 4.7 found no package in a folder whose path has a capital letter, under Pulumi's ts-node.
    const folder = join(temporary, `Infra-${manager}-${release}`);
    const installed = await install(folder, manager, tarball, release);
    for (const [column, kind] of (Object.keys(kinds) as Kind[]).entries()) {
      for (const [index, node] of nodes.entries()) {
        if (!all && index !== (row + column) % nodes.length) continue;
        const cell = `${manager}, ${kind}, Node.js ${node}, ${installed}`;
        await report(cell, () => use(folder, kind, logto, binaries[node]));
      }
    }
  }
}

async function runLayouts(temporary: string, tarball: string, logto: Logto, report: Report): Promise<void> {
  const installed = join(temporary, "installed");
  await install(installed, "npm", tarball, "newest", { esbuild: "*", bun: "1" });
  for (const { name, check } of layouts) {
    const folder = await mkdtemp(join(temporary, "layout-"));
    const command = (cwd: string, file: string, args: readonly string[]) => run(file, args, { cwd });
    await report(name, async () => {
      await check({ logto, folder, tarball, installed, command });
      return undefined;
    });
  }
}

/** The binaries of Node.js as npm has them, by version. */
async function nodeBinaries(folder: string): Promise<Record<string, string>> {
  const { platform, arch } = process;
  const entries = nodes.map(async (version) => {
    const own = join(folder, version);
    await mkdir(own, { recursive: true });
    await writeFile(join(own, "package.json"), "{}");
    const name = `node-${platform}-${arch}`;
    await run("npm", ["install", "--no-audit", "--no-fund", "--silent", `${name}@${version}`], { cwd: own });
    return [version, join(own, "node_modules", name, "bin")] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** @returns what was installed, such as `typescript 6.0.3` */
async function install(
  folder: string,
  manager: Manager,
  tarball: string,
  release: Release,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { install, files } = managers[manager];
  await mkdir(folder);
  await writeManifest(folder, "commonjs", {
    "pulumi-logto-sso": `file:${tarball}`,
    ...releases[release],
    "@types/node": "20",
    ...more,
  });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const [command, ...args] = install;
  await run(command, args, { cwd: folder });
  const versions = Object.keys(releases[release]).map(async (name) => {
    const text = await readFile(join(folder, "node_modules", name, "package.json"), "utf8");
    return `${name} ${(JSON.parse(text) as { version: string }).version}`;
  });
  return (await Promise.all(versions)).join(", ");
}

let dependencies: Readonly<Record<string, string>> = {};

async function writeManifest(folder: string, type: string, named = dependencies): Promise<void> {
  dependencies = named;
  const manifest = { name: "infra", private: true, type, dependencies };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
}

/** Create, nothing to do, destroy. */
async function use(folder: string, kind: Kind, logto: Logto, bin = ""): Promise<undefined> {
  const { main: file, type, text } = kinds[kind];
  for (const other of ["index.js", "index.ts"]) await rm(join(folder, other), { force: true });
  await writeManifest(folder, type);
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
  const stack = await createStack({
    program: { folder },
    config: {
      "logto:endpoint": logto.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": { secret: "canary-m2m" },
    },
    // Types are checked as well: those of the tarball, with the user's own compiler.
    env: { PATH: [bin, process.env.PATH].join(delimiter), PULUMI_NODEJS_TRANSPILE_ONLY: "false" },
  });
  try {
    await stack.up();
    const { redirectUri } = await stack.outputs();
    const [row] = logto.connectors.rows.values();
    if (redirectUri !== `${logto.url}/callback/${row?.id}` || row?.config.clientId !== "client") {
      throw new Error(`Logto holds ${JSON.stringify(row?.id)}, the program says ${String(redirectUri)}.`);
    }
    await stack.up(["--refresh", "--expect-no-changes"]);
    await stack.destroy();
    if (logto.connectors.rows.size > 0) throw new Error("A connector is left over.");
  } finally {
    logto.connectors.rows.clear();
    await stack.dispose();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
