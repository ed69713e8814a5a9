import { join } from "node:path";
import { findCli } from "../engine/cli";
import { neutralEnvironment } from "../engine/environment";
import { run } from "../engine/processes";

const REPOSITORY = join(__dirname, "..", "..");
const TSX = join(REPOSITORY, "node_modules", "tsx", "dist", "cli.mjs");
const BENCH = join(REPOSITORY, "test", "bench", "main.ts");

beforeAll(() => findCli(), 600_000); // takes minutes the first time

test("every operation of the benchmark succeeds", async () => {
  const args = [
    "--connectors",
    "3",
    "--latency",
    "0",
    "--write-once",
    "--subjects",
    "baseline,package,plugin",
  ];
  const { code, stdout, stderr } = await run(process.execPath, [TSX, BENCH, ...args], {
    cwd: REPOSITORY,
    env: neutralEnvironment(process.env),
    timeoutSeconds: 300,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toContain("failed");
  const created = stdout.split("\n").filter((line) => line.startsWith("create "));
  expect(created.map((line) => line.split(/\s+/)[1])).toEqual(["baseline", "package", "plugin"]);
}, 300_000);
