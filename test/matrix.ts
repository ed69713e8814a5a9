// npm run matrix: the tarball as users have it, by package manager, kind of module, Node.js and SDK. Each pair of a
// package manager, a kind of module and a Node.js runs in one combination at least; `-- --all` runs them all.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import { createStack, findCli } from "./engine";
import { type Logto, startLogto } from "./logto";

const repository = join(__dirname, "..");
const run = promisify(execFile);

/** What the package's range allows at least, and the newest that it is tested with. */
const sdks = { oldest: "3.216.0", newest: sdkVersion };
const nodes = ["20", "22", "24"] as const;

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
  const all = process.argv.includes("--all");
  await findCli();
  const temporary = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-matrix-"));
  const logto = await startLogto();
  try {
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", temporary];
    const tarball = (await run("npm", pack, { cwd: repository })).stdout.trim();
    const binaries = await nodeBinaries(join(temporary, "nodes"));
    const failures: string[] = [];
    let cells = 0;
    const installations = [
      ...(Object.keys(managers) as Manager[]).map((one) => [one, "newest"] as const),
      ["npm", "oldest"] as const,
    ];
    for (const [row, [manager, sdk]] of installations.entries()) {
      const folder = join(temporary, `${manager}-${sdk}`);
      const version = await install(folder, manager, join(temporary, tarball), sdks[sdk]);
      for (const [column, kind] of (Object.keys(kinds) as Kind[]).entries()) {
        for (const [index, node] of nodes.entries()) {
          if (!all && index !== (row + column) % nodes.length) continue;
          const cell = `${manager}, ${kind}, Node.js ${node}, @pulumi/pulumi ${version}`;
          const failure = await use(folder, kind, logto, binaries[node]).catch(
            (error: unknown) => (error as Error).message,
          );
          cells++;
          console.log(`${failure === undefined ? "ok    " : "FAILED"} ${cell}`);
          if (failure !== undefined) failures.push(`${cell}:\n${failure}`);
        }
      }
    }
    for (const failure of failures) console.error(`\n${failure}`);
    console.log(
      `${cells - failures.length} of ${cells} combinations work, ${Math.round((Date.now() - begun) / 1000)} s.`,
    );
    if (failures.length > 0) process.exitCode = 1;
  } finally {
    await logto.close();
    await rm(temporary, { recursive: true, force: true });
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

/** @returns the version of the SDK that was installed */
async function install(folder: string, manager: Manager, tarball: string, sdk: string): Promise<string> {
  const { install, files } = managers[manager];
  await mkdir(folder);
  await writeManifest(folder, "commonjs", {
    "pulumi-logto-sso": `file:${tarball}`,
    "@pulumi/pulumi": sdk,
    typescript: "5",
    "@types/node": "20",
  });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const [command, ...args] = install;
  await run(command, args, { cwd: folder });
  const manifest = await readFile(join(folder, "node_modules/@pulumi/pulumi/package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
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
