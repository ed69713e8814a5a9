/** Two versions of the plugin on a web server: a project gets the older one, the newer one, and the older one again. */
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { run, type Stack } from "../engine";
import { serveArchives } from "../engine/archiveServer";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

const repository = join(__dirname, "..", "..");
const source = "provider/cmd/pulumi-resource-logto";
const versions = { older: version, newer: `${version}-next.1` };
let folder: string;
let server: Awaited<ReturnType<typeof serveArchives>>;
let logto: Logto;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-upgrade-"));
  const archives = join(folder, "archives");
  server = await serveArchives(archives);
  for (const one of Object.values(versions)) await build(one, archives);
}, 600_000);
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** Builds the archives of a version, from a copy of the sources. */
async function build(built: string, archives: string): Promise<void> {
  const clone = join(folder, built);
  for (const path of ["provider", "package.json", "tsconfig.json", "LICENSE"])
    await cp(join(repository, path), join(clone, path), {
      recursive: true,
      filter: (file) => !/\.test\.ts$|node_modules|\.cjs$/.test(file),
    });
  const manifest = JSON.parse(await readFile(join(clone, "package.json"), "utf8")) as object;
  await writeFile(join(clone, "package.json"), JSON.stringify({ ...manifest, version: built }));
  await symlink(join(repository, "node_modules"), join(clone, source, "node_modules"));
  const args = [join(source, "build.mjs"), "--archive", archives, "--url", server.address];
  const { code, stderr } = await run(process.execPath, args, { cwd: clone });
  expect([code, stderr]).toEqual([0, ""]);
}

/** Returns the version that the project names, after the command. */
async function add(stack: Stack, added: string): Promise<readonly string[]> {
  // The language host of YAML does not implement the last step, which only tells of the next ones.
  await stack.pulumi(["package", "add", `logto@${added}`, "--server", server.address], { mayFail: true });
  return readdir(join(stack.folder, "sdks", "logto"));
}

test("`pulumi package add` upgrades and downgrades a YAML project, and no connector is changed", async () => {
  const acme = { type: "logto:SsoConnector", properties: { providerName: "Okta" } };
  const stack = await stackOf(logto, { yaml: { resources: { acme } } }, { plugin: "downloaded" });
  const used = () =>
    (stack.export().deployment.resources ?? [])
      .filter(({ type }) => type === "pulumi:providers:logto")
      .map(({ inputs }) => inputs?.version ?? (inputs?.__internal as { version?: string }).version);

  expect(await add(stack, versions.older)).toEqual([`logto-${versions.older}.yaml`]);
  await stack.up();
  expect(used()).toEqual([versions.older]);
  const created = logto.named("acme");
  for (const next of [versions.newer, versions.older]) {
    expect(await add(stack, next)).toEqual([`logto-${next}.yaml`]);
    logto.takeLog();
    await stack.up(["--expect-no-changes"]);
    expect(used()).toEqual([next]);
    expect(logto.takeLog()).toEqual([]);
  }
  expect(logto.named("acme")).toEqual(created);
  await stack.destroy();
});
