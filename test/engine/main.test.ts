import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCli } from "./cli";
import { neutralEnvironment } from "./environment";
import { run } from "./processes";

const REPOSITORY = join(__dirname, "..", "..");
const TSX = join(REPOSITORY, "node_modules", "tsx", "dist", "cli.mjs");
const MAIN = join(__dirname, "main.ts");

beforeAll(() => findCli(), 600_000); // takes minutes the first time

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "main-")));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the npm script as if it was started in `folder`. */
function pulumi(...args: string[]) {
  const env = {
    ...neutralEnvironment(process.env),
    INIT_CWD: folder,
    PULUMI_BACKEND_URL: `file://${folder}`,
  };
  return run(process.execPath, [TSX, MAIN, ...args], { cwd: REPOSITORY, env });
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
