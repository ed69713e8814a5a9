/** Unit tests as a user writes them, in three test runners: the code of docs/testing.md. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cliEnvironment, neutralEnvironment, type Result, run } from "../../engine";
import { titledBlocks } from "./page";

jest.setTimeout(120_000);

const modules = join(__dirname, "..", "..", "..", "node_modules");
const blocks = titledBlocks("testing.md");
const block = (title: string) => {
  const code = blocks.get(title);
  if (code === undefined) throw new Error(`docs/testing.md has no code block ${title}.`);
  return code;
};
const vitestTests = block("program.test.ts");
const files = {
  "index.ts": block("index.ts"),
  "mocks.ts": block("mocks.ts"),
  "program.test.ts": vitestTests,
  "program.jest.ts": vitestTests.replace(/^.*\n/, block("program.jest.ts")),
  "program.node.ts": block("program.node.ts"),
};
const configs = {
  "jest.config.json": block("jest.config.json"),
  "package.json": "{}",
};
const runners = {
  Vitest: ["vitest/vitest.mjs", "run", "--no-file-parallelism"],
  Jest: ["jest/bin/jest.js", "-i", "--config", "jest.config.json"],
  "node:test": ["--import", "tsx", "--test"],
} as const;
type Runner = keyof typeof runners;
const names = Object.keys(runners) as Runner[];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "logto-sso-unit-tests-"));
  await symlink(modules, join(folder, "node_modules"));
  await write(".", configs);
});
afterEach(() => rm(folder, { recursive: true }));

async function write(subfolder: string, texts: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, subfolder), { recursive: true });
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, subfolder, name), text);
}

/**
 * Runs the tests of the page with each of these versions of its mocks, by the name of a folder.
 *
 * @param flags of Vitest and Jest
 */
async function runTests(
  runner: Runner,
  mocks: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Result> {
  for (const [name, text] of Object.entries(mocks)) await write(name, { ...files, "mocks.ts": text });
  const args =
    runner === "node:test"
      ? [...runners[runner], ...Object.keys(mocks).map((name) => join(name, "program.node.ts"))]
      : [join(modules, runners[runner][0]), ...runners[runner].slice(1), ...flags];
  // Jest and node:test set these for the processes of their tests, and these are runners of their own.
  const { NODE_TEST_CONTEXT, JEST_WORKER_ID, NODE_ENV, ...inherited } = neutralEnvironment(process.env);
  // Nothing listens at the proxy, so a request of any test fails.
  const proxy = { HTTPS_PROXY: "http://127.0.0.1:9", NO_COLOR: "1" };
  const env = { ...cliEnvironment({ path: "", env: {} }, inherited), ...proxy };
  return run(process.execPath, args, { cwd: folder, env });
}

test.each(names)("%s runs the tests of the page", async (runner) => {
  const { code, stdout, stderr } = await runTests(runner, { page: files["mocks.ts"] });
  expect({ code, output: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, output: "" });
  const passed = { Vitest: "3 passed", Jest: "3 passed", "node:test": "# pass 2" }[runner];
  expect((stdout + stderr).replaceAll("ℹ pass", "# pass")).toContain(passed);
});

test.each(names)(
  "%s shows what to set without logto:endpoint, and which token a mock leaves unanswered",
  async (runner) => {
    const endpoint = files["mocks.ts"].replace(/^ *"logto:endpoint".*\n/m, "");
    const token = files["mocks.ts"].replace("logto:index:getSsoConnectors", "logto:index:others");
    // What is not answered is waited for until the runner's timeout.
    const { code, stdout, stderr } = await runTests(runner, { endpoint, token }, ["--testTimeout", "1000"]);
    expect(code).not.toBe(0);
    const output = stdout + stderr;
    expect(output).toContain("logto:endpoint is not set");
    expect(output).toContain(
      'pulumi.runtime.setAllConfig({ "logto:endpoint": "https://logto.example.com" })',
    );
    expect(output).toContain('did not answer the token "logto:index:getSsoConnectors"');
    expect(output).toContain("return { connectors: [ … ] } for it");
  },
);
