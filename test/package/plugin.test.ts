/** The plugin as users get it: built, packed, downloaded by the real CLI on a machine that has never seen it, and run. */
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { dependencies, devDependencies, version } from "../../package.json";
import { dependencies as pluginDependencies } from "../../provider/cmd/pulumi-resource-logto/package.json";
import { createStack, findCli, run, type Stack } from "../engine";
import { serveArchives } from "../engine/archiveServer";
import { type Logto, startLogto } from "../logto";
import { accessTo } from "../tenant";

jest.setTimeout(240_000);

const repository = join(__dirname, "..", "..");
const source = "provider/cmd/pulumi-resource-logto";
let folder: string;
/** A copy of what a clone of the repository has. */
let clone: string;
let archives: string;
let logto: Logto;
let server: Awaited<ReturnType<typeof serveArchives>>;
let stack: Stack | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-plugin-"));
  [clone, archives] = [join(folder, "clone"), join(folder, "archives")];
  for (const path of ["provider", "package.json", "tsconfig.json", "LICENSE"])
    await cp(join(repository, path), join(clone, path), { recursive: true });
  await rm(join(clone, source, "pulumi-resource-logto.cjs"), { force: true });
  // As `npm install` in that folder leaves it.
  await symlink(join(repository, "node_modules"), join(clone, source, "node_modules"));
  server = await serveArchives(archives);
  const args = [join(source, "build.mjs"), "--archive", archives, "--url", server.address];
  const { code, stderr } = await run(process.execPath, args, { cwd: clone });
  expect([code, stderr]).toEqual([0, ""]);
  logto = await startLogto();
  logto.signInExperience.singleSignOnEnabled = true;
}, 600_000);
afterEach(async () => {
  await stack?.dispose();
  stack = undefined;
});
afterAll(async () => {
  server.close();
  await logto.close();
  await rm(folder, { recursive: true });
});

/** A stack of a YAML program, on a machine without the plugin. */
async function newMachine(): Promise<Stack> {
  const acme = { type: "logto:SsoConnector", properties: { providerName: "Okta" } };
  const program = { yaml: { resources: { acme } } };
  stack = await createStack({ program, plugin: "downloaded", config: accessTo(logto) });
  return stack;
}

test("there is an archive for all platforms, with launchers and one file, and a bill of materials", async () => {
  const [archive, materials] = ["tar.gz", "cdx.json"].map(
    (ending) => `pulumi-resource-logto-v${version}-node.${ending}`,
  ) as [string, string];
  expect((await readdir(archives)).sort()).toEqual([materials, archive]);
  const launcher = await run("tar", ["-xOzf", join(archives, archive), "pulumi-resource-logto.cmd"]);
  // As batch files need it.
  expect(launcher.stdout).toMatch(/^(?:[^\r\n]*\r\n)+$/);
  const { stdout } = await run("tar", ["-tzf", join(archives, archive)]);
  expect(stdout.trim().split(/\r?\n/).sort()).toEqual([
    "LICENSE",
    "LICENSES-of-dependencies.txt",
    "pulumi-resource-logto",
    "pulumi-resource-logto.cjs",
    "pulumi-resource-logto.cmd",
  ]);
  const { bomFormat, metadata, components } = JSON.parse(
    await readFile(join(archives, materials), "utf8"),
  ) as {
    bomFormat: string;
    metadata: { component: object };
    components: { purl: string }[];
  };
  expect([bomFormat, metadata.component]).toMatchObject(["CycloneDX", { version, type: "application" }]);
  const bundled = components.map(({ purl }) => purl.replace(/@[\d.]+$/, ""));
  expect(bundled).toEqual(
    expect.arrayContaining(["pkg:npm/%40grpc/grpc-js", "pkg:npm/google-protobuf", "pkg:npm/node-fetch"]),
  );
  expect(bundled).not.toContain("pkg:npm/esbuild");
});

/** Adds the package to the project, and removes the plugin again, so that the next command needs it as on a new machine. */
async function addPackage(machine: Stack): Promise<void> {
  const args = ["package", "add", `logto@${version}`, "--server", server.address];
  const { stdout, stderr } = await machine.pulumi(args, { mayFail: true });
  expect(stdout + stderr).toContain("Successfully generated an SDK for the logto package");
  // pulumi-language-yaml 1.25 does not implement the last step, which only tells of the next ones.
  const plugins = join(machine.env.PULUMI_HOME ?? "", "plugins");
  for (const name of await readdir(plugins))
    if (name.startsWith("resource-logto")) await rm(join(plugins, name), { recursive: true });
}

test("`pulumi package add` gets it from a static server, and so does any other machine after that", async () => {
  const machine = await newMachine();
  await addPackage(machine);
  await machine.up();
  expect(logto.named("acme").providerName).toBe("Okta");
  await machine.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("errors of the one file are those of the sources, although it is minified", async () => {
  const machine = await newMachine();
  await addPackage(machine);
  await machine.setConfig({ "logto:timeoutSeconds": "2" });
  logto.faults.arm("hang", "token", Infinity);
  const { code, stdout } = await machine.up([], { mayFail: true });
  logto.faults.disarm();
  expect(code).not.toBe(0);
  expect(stdout).toMatch(/no response from .* within 2 s .*logto:timeoutSeconds/);
});

test("where Node.js is missing, the CLI says so", async () => {
  const machine = await newMachine();
  await addPackage(machine);
  const env = { PATH: dirname((await findCli()).path) };
  const { code, stdout, stderr } = await machine.up([], { env, mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain("needs Node.js 20.19 or newer on PATH");
});

test("the folder in Git builds it from what it depends on, which is what the repository depends on", async () => {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ["provider/plugin/main.ts"],
    bundle: true,
    platform: "node",
    packages: "external",
    metafile: true,
    write: false,
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const packages = imports
    .filter(({ external, path }) => external === true && !isBuiltin(path))
    .flatMap(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  expect(Object.keys(pluginDependencies).sort()).toEqual([...new Set([...packages, "esbuild"])].sort());
  const declared: Readonly<Record<string, string>> = { ...devDependencies, ...dependencies };
  expect(pluginDependencies).toEqual(
    Object.fromEntries(Object.keys(pluginDependencies).map((name) => [name, declared[name]])),
  );
});
