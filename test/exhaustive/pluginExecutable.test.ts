/** The plugin as an executable, which contains Node.js: built for this platform, downloaded, and run where there is no other. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { run, type Stack } from "../engine";
import { serveArchives } from "../engine/archiveServer";
import { fileOf } from "../engine/cli";
import { nodeFolder } from "../engine/nodeFolder";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

const repository = join(__dirname, "..", "..");
/** One that can make executables, which 24 cannot. */
const nodeVersion = "26.12.1";
let folder: string;
let archives: string;
let server: Awaited<ReturnType<typeof serveArchives>>;
let logto: Logto;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-executable-"));
  archives = join(folder, "archives");
  server = await serveArchives(archives);
  const node = join(await nodeFolder(nodeVersion), fileOf("node"));
  const script = join(repository, "provider/cmd/pulumi-resource-logto/build.mjs");
  const args = [script, "--executable", archives, "--archive", join(folder, "node"), "--url", server.address];
  const { code, stderr } = await run(node, args);
  expect([code, stderr]).toEqual([0, ""]);
}, 600_000);
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** A stack of a YAML program, on a machine without Node.js and without the plugin. */
async function newMachine(): Promise<Stack> {
  const acme = { type: "logto:SsoConnector", properties: { providerName: "Okta" } };
  const config = { ...accessTo(logto), "logto:timeoutSeconds": "2" };
  const env = { PATH: await mkdtemp(join(folder, "empty-")) };
  return stackOf(logto, { yaml: { resources: { acme } } }, { plugin: "downloaded", config, env });
}

test("its archive has all licenses, and its bill of materials names Node.js", async () => {
  const [archive = "", materials = "", ...others] = (await readdir(archives)).sort().reverse();
  expect(others).toEqual([]);
  expect(archive).toMatch(/^pulumi-resource-logto-v[\d.]+-[a-z]+-(?:amd64|arm64)\.tar\.gz$/);
  const { stdout } = await run("tar", [
    "-xOzf",
    join(archives, archive),
    "LICENSE",
    "LICENSES-of-dependencies.txt",
  ]);
  for (const text of ["MIT License", "node-fetch", `node ${nodeVersion} (MIT)\n\nNode.js is licensed`])
    expect(stdout).toContain(text);
  const { components } = JSON.parse(await readFile(join(archives, materials), "utf8")) as {
    components: { purl: string }[];
  };
  expect(components.map(({ purl }) => purl)).toContain(`pkg:generic/node@${nodeVersion}`);
});

test("a machine without Node.js adds it, deploys, refreshes and destroys", async () => {
  const machine = await newMachine();
  const args = ["package", "add", `logto@${version}`, "--server", server.address];
  const added = await machine.pulumi(args, { mayFail: true });
  expect(added.stdout + added.stderr).toContain("Successfully generated an SDK for the logto package");
  await machine.up();
  const created = logto.named("acme");
  expect(created.providerName).toBe("Okta");
  logto.takeLog();
  await machine.up(["--expect-no-changes"]);
  expect(logto.takeLog()).toEqual([]);
  await machine.pulumi(["refresh", "--yes", "--expect-no-changes"]);
  expect(logto.named("acme")).toEqual(created);

  logto.faults.arm("hang", "token", Infinity);
  const failed = await machine.pulumi(["refresh", "--yes"], { mayFail: true });
  logto.faults.disarm();
  expect(failed.stdout).toMatch(/no response from .* within 2 s .*logto:timeoutSeconds/);
  await machine.destroy();
  expect(logto.connectors.rows.size).toBe(0);
  // The files of a stack are searched for the word in the secrets of tests, which Node.js itself contains.
  await rm(join(machine.env.PULUMI_HOME ?? "", "plugins"), { recursive: true });
});

test("a machine with Node.js installs the small archive instead, and downloads nothing", async () => {
  const machine = await newMachine();
  const [archive = ""] = (await readdir(join(folder, "node"))).filter((name) => name.endsWith(".tar.gz"));
  const file = join(folder, "node", archive);
  await machine.pulumi(["plugin", "install", "resource", "logto", version, "--file", file]);
  const where = "http://127.0.0.1:1";
  await mkdir(join(machine.folder, "sdks", "logto"), { recursive: true });
  const lock = { packageDeclarationVersion: 1, name: "logto", version, downloadUrl: where };
  await writeFile(join(machine.folder, "sdks", "logto", `logto-${version}.yaml`), JSON.stringify(lock));
  await machine.up([], { env: { PATH: process.env.PATH } });
  expect(logto.named("acme").providerName).toBe("Okta");
  await machine.destroy([], { env: { PATH: process.env.PATH } });
});
