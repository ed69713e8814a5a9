import { once } from "node:events";
import { chmod, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findCli } from "./cli";
import { neutralEnvironment } from "./environment";
import { run, start } from "./processes";

const REPOSITORY = join(__dirname, "..", "..");
const TSX = join(REPOSITORY, "node_modules", "tsx", "dist", "cli.mjs");
const MAIN = join(__dirname, "main.ts");

beforeAll(() => findCli(), 600_000); // takes minutes the first time

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "main-")));
});
afterEach(() => rm(folder, { recursive: true }));

/** The environment of an npm script that was started in `folder`. */
function scriptEnvironment() {
  return { ...neutralEnvironment(process.env), INIT_CWD: folder, PULUMI_BACKEND_URL: `file://${folder}` };
}

function pulumi(...args: string[]) {
  return run(process.execPath, [TSX, MAIN, ...args], { cwd: REPOSITORY, env: scriptEnvironment() });
}

test("the output is that of the CLI and nothing else", async () => {
  const { code, stdout, stderr } = await pulumi("version");
  expect(stdout).toMatch(/^v3\.\d+\.\d+\S*\n$/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("the CLI runs in the user's working directory, and its exit code is passed on", async () => {
  const withoutProject = await pulumi("stack", "ls");
  expect(withoutProject.code).toBeGreaterThan(0);
  expect(withoutProject.stderr).toContain("no Pulumi.yaml project file found");

  await writeFile(join(folder, "Pulumi.yaml"), "name: here\nruntime: nodejs\n");
  expect(await pulumi("stack", "ls", "--json")).toMatchObject({ code: 0, stdout: "[]\n" });
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s is forwarded, and the CLI may take its time to exit",
  async (signal) => {
    const cli = `#!${process.execPath}
    if (process.argv[2] === "version") return console.log("v3.254.0");
    process.on("${signal}", () => setTimeout(() => { console.log("cleaned up"); process.exit(7); }, 100));
    setInterval(() => {}, 1000);
    console.log("running");`;
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      await writeFile(join(folder, name), cli);
      await chmod(join(folder, name), 0o755);
    }
    const env = scriptEnvironment();
    const path = `${folder}${delimiter}${process.env.PATH ?? ""}`;
    const { process: script, result } = start(process.execPath, [TSX, MAIN, "up"], {
      env: { ...env, PATH: path },
    });
    await once(script.stdout ?? script, "data");
    script.kill(signal);
    expect(await result).toMatchObject({ code: 7, stdout: "running\ncleaned up\n" });
  },
);
