/** Unit tests as a user writes them, in three test runners: the code of docs/testing.md. */
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileErrors } from "../compile";
import { neutralEnvironment, type Result, run } from "../../engine";
import { titledBlocks } from "./page";

jest.setTimeout(120_000);

const modules = join(__dirname, "..", "..", "..", "node_modules");
const blocks = titledBlocks("testing.md");
const block = (title: string) => {
  const code = blocks.get(title);
  if (code === undefined) throw new Error(`docs/testing.md has no code block ${title}.`);
  return code;
};
const vitestTests = block("program.vitest.ts");
const files = {
  "index.ts": block("index.ts"),
  "mocks.ts": block("mocks.ts"),
  "program.vitest.ts": vitestTests,
  "program.jest.ts": vitestTests.replace(/^.*\n/, block("program.jest.ts")),
  "program.node.ts": block("program.node.ts"),
  "vitest.config.mjs": 'export default { test: { include: ["*.vitest.ts"] } };',
  "jest.config.json": JSON.stringify({ testRegex: "\\.jest\\.ts$", transform: { "\\.ts$": "@swc/jest" } }),
  "package.json": "{}",
};
const runners = {
  Vitest: ["vitest/vitest.mjs", "run"],
  Jest: ["jest/bin/jest.js", "--config", "jest.config.json"],
  "node:test": ["--import", "tsx", "--test", "program.node.ts"],
} as const;
type Runner = keyof typeof runners;
const names = Object.keys(runners) as Runner[];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "logto-sso-unit-tests-"));
  await symlink(modules, join(folder, "node_modules"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the tests of the page, changed in places. */
async function runTests(runner: Runner, changed: Partial<typeof files> = {}): Promise<Result> {
  for (const [name, code] of Object.entries({ ...files, ...changed })) {
    await writeFile(join(folder, name), code);
  }
  const [first, ...rest] = runners[runner];
  const args = first.startsWith("--") ? [first, ...rest] : [join(modules, first), ...rest];
  // Jest and node:test set these for the processes of their tests, and these are runners of their own.
  const { NODE_TEST_CONTEXT, JEST_WORKER_ID, NODE_ENV, ...inherited } = neutralEnvironment(process.env);
  // Nothing listens at the proxy, so a request of any test fails.
  const env = { ...inherited, HTTPS_PROXY: "http://127.0.0.1:9", NO_COLOR: "1" };
  return run(process.execPath, args, { cwd: folder, env });
}

test.each(names)("%s runs the tests of the page", async (runner) => {
  const { code, stdout, stderr } = await runTests(runner);
  expect({ code, output: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, output: "" });
  const passed = { Vitest: "3 passed", Jest: "3 passed", "node:test": "# pass 2" }[runner];
  expect((stdout + stderr).replaceAll("ℹ pass", "# pass")).toContain(passed);
});

test.each(names)("%s without logto:endpoint shows what to set, at once", async (runner) => {
  const mocks = files["mocks.ts"].replace(/^ *"logto:endpoint".*\n/m, "");
  expect(mocks).not.toBe(files["mocks.ts"]);
  const { code, stdout, stderr } = await runTests(runner, { "mocks.ts": mocks });
  expect(code).not.toBe(0);
  const output = stdout + stderr;
  expect(output).toContain("logto:endpoint is not set");
  expect(output).toContain('pulumi.runtime.setAllConfig({ "logto:endpoint": "https://logto.example.com" })');
});

test.each(names)("%s shows which token a mock leaves unanswered", async (runner) => {
  const mocks = files["mocks.ts"].replace("logto:index:getSsoConnectors", "logto:index:others");
  const { code, stdout, stderr } = await runTests(runner, { "mocks.ts": mocks });
  expect(code).not.toBe(0);
  const output = stdout + stderr;
  expect(output).toContain('did not answer the token "logto:index:getSsoConnectors"');
  expect(output).toContain("return { connectors: [ … ] } for it");
});

test("the code of the page compiles", () => {
  const programs = ["index.ts", "mocks.ts", "policy-pack/index.ts"].map(block);
  expect(compileErrors(programs)).toEqual(programs.map(() => []));
});
