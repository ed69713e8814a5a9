import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { lockProject } from "./projectLock";

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

test.each(["precious", "nothing"])("a link in the place of the lock, to %s, is removed", (target) => {
  const other = mkdtempSync(join(tmpdir(), "other-"));
  writeFileSync(join(other, "precious"), "precious");
  symlinkSync(join(other, target), file);
  expectTaken();
  expect(readFileSync(join(other, "precious"), "utf8")).toBe("precious");
  expect(readdirSync(other)).toEqual(["precious"]);
  rmSync(other, { recursive: true });
});

test("a folder in the place of the lock is an error, and stays", () => {
  mkdirSync(file);
  expect(() => lockProject(folder)).toThrow(`Could not write ${file}: it is a folder. Nothing was imported.`);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("the lock of a process of another user is respected", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const kill = jest.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  });
  writeFileSync(file, `${pid} ${hostname()}\n`);
  expect(() => lockProject(folder)).toThrow("Another import is running in this project");
  kill.mockRestore();
});

test.each([
  ["a process that runs", `${process.ppid} ${hostname()}\n`, `: process ${process.ppid} ${hostname()}.`],
  ["a process on another machine", `1 another-${hostname()}\n`, `: process 1 another-${hostname()}.`],
  ["a process that has not written it in full", "", "."],
  ["whoever has written something else", "canary", "."],
])("the lock of %s is respected", (_of, owner, who) => {
  writeFileSync(file, owner);
  expect(() => lockProject(folder)).toThrow(`Another import is running in this project${who} Wait`);
  expect(readFileSync(file, "utf8")).toBe(owner);
  expect(readdirSync(folder)).toHaveLength(1);
});
