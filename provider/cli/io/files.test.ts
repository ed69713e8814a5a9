import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { assertWritable, repeatedOutput, replaceFile, writeOutput } from "./files";

/** Windows has neither the modes of files nor `/dev`. */
const ofPosix = process.platform === "win32" ? test.skip : test;

let folder: string;
const at = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(at(name), text);
};
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
  write("precious", "precious");
});
afterEach(() => {
  expect(readFileSync(at("precious"), "utf8")).toBe("precious");
  rmSync(folder, { recursive: true });
});

ofPosix.each(["664", "600", "444", "755"])("a file keeps its mode, whatever the umask: %s", (octal) => {
  const mode = parseInt(octal, 8);
  write("file", "old");
  chmodSync(at("file"), mode);
  const before = process.umask(0o077);
  try {
    writeOutput(at("file"), "new");
  } finally {
    process.umask(before);
  }
  expect([statSync(at("file")).mode & 0o7777, readFileSync(at("file"), "utf8")]).toEqual([mode, "new"]);
});

ofPosix("a new file has the mode that the umask leaves", () => {
  const before = process.umask(0o027);
  try {
    writeOutput(at("file"), "new");
  } finally {
    process.umask(before);
  }
  expect(statSync(at("file")).mode & 0o7777).toBe(0o640);
});

test.each([
  ["a link to a file", "precious", "precious, and no file is written through a link. Specify "],
  ["a link to a link to a file", "link", "precious, and no file is written through a link. Specify "],
  ["a link to nothing", "nothing", "nothing, which does not exist. Remove the link."],
])("%s is not written through", (_what, target, message) => {
  symlinkSync("precious", at("link"));
  symlinkSync(target, at("output"));
  for (const write of [
    assertWritable,
    (file: string) => {
      writeOutput(file, "new");
    },
  ]) {
    expect(() => {
      write(at("output"));
    }).toThrow(`Could not write ${at("output")}: it is a link to ${folder}${sep}`);
    expect(() => {
      write(at("output"));
    }).toThrow(message);
  }
  expect(readdirSync(folder).sort()).toEqual(["link", "output", "precious"]);
});

ofPosix("a file is written in a folder that is a link, and through a device's link", () => {
  mkdirSync(at("folder"));
  symlinkSync("folder", at("linked"));
  symlinkSync("/dev/null", at("null"));
  for (const name of ["linked/file", "null"]) {
    assertWritable(at(name));
    writeOutput(at(name), "new");
  }
  expect(readFileSync(at("folder/file"), "utf8")).toBe("new");
  expect(lstatSync(at("null")).isSymbolicLink()).toBe(true);
});

test("a file with two names is replaced under the one that is given", () => {
  linkSync(at("precious"), at("output"));
  writeOutput(at("output"), "new");
  expect(readFileSync(at("output"), "utf8")).toBe("new");
});

test.each(["what a killed process has left", "a link"])("%s does not keep the temporary name", (what) => {
  if (what === "a link") symlinkSync("precious", at("temporary"));
  else write("temporary", "half");
  replaceFile(at("file"), "new", at("temporary"));
  expect(readdirSync(folder).sort()).toEqual(["file", "precious"]);
  expect(lstatSync(at("file")).isFile()).toBe(true);
  expect(readFileSync(at("file"), "utf8")).toBe("new");
});

ofPosix("two paths of one file are told, but not two of what is open or is no file", () => {
  mkdirSync(at("real"));
  symlinkSync("real", at("linked"));
  linkSync(at("precious"), at("hard"));
  const same = [
    ["a", "b", "real/../a"],
    ["real/new", "linked/new"],
    ["precious", "hard"],
  ];
  for (const names of same)
    expect(repeatedOutput(names.map((name) => join(folder, name)))).toBe(join(folder, names.at(-1) ?? ""));
  expect(
    repeatedOutput(["/dev/stdout", "/dev/stdout", "/dev/null", "/dev/null", at("a"), at("b")]),
  ).toBeUndefined();
});
