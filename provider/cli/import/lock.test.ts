import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { lockProject } from "./lock";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  file = join(folder, ".logto-sso-import.lock");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const expectTaken = () => {
  const release = lockProject(folder);
  expect(readFileSync(file, "utf8")).toBe(`${process.pid} ${hostname()}\n`);
  release();
  expect(readdirSync(folder)).toEqual([]);
};

test("the lock is taken, and released", () => {
  expectTaken();
});

test("the lock of a process that has ended is removed", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(file, `${pid} ${hostname()}\n`);
  expectTaken();
});

test.each([
  ["a process that runs", `${process.ppid} ${hostname()}\n`],
  ["a process on another machine", `1 another-${hostname()}\n`],
  ["a process that has not written it in full", ""],
])("the lock of %s is respected", (_of, owner) => {
  writeFileSync(file, owner);
  expect(() => lockProject(folder)).toThrow("Another import is running in this project");
  expect(readFileSync(file, "utf8")).toBe(owner);
  expect(readdirSync(folder)).toHaveLength(1);
});
