import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inThisProcess } from "../../../test/runCli";
import { readProject } from "./project";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "project-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (text: string, name = "Pulumi.yaml") => {
  writeFileSync(join(folder, name), text);
  return inThisProcess({ folder, env: process.env, name: "" }, () => Promise.resolve(readProject()));
};

test.each([
  ["name: a\n  b: [\n", "is not valid YAML, at line 1, column 7: Nested mappings"],
  ["name: a\nname: b\nruntime: yaml\n", "is not valid YAML, at line 2, column 1: Map keys must be unique"],
  ["- a\n", "is not a mapping of keys to values"],
  ["", "has no `name`"],
  ["runtime: yaml\n", "has no `name`"],
  ["name: [a]\nruntime: yaml\n", "has no `name`"],
  ["name: a\n", "has no `runtime`"],
  ["name: a\nruntime: {}\n", "has no `runtime`"],
])("a project that is malformed is an error that says where: %j", async (text, problem) => {
  const error: unknown = await read(text).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "CommandError" });
  expect((error as Error).message).toContain(`/Pulumi.yaml ${problem}`);
});

test.each([
  ["Pulumi.yaml", "name: a\nruntime: yaml\n", { runtime: "yaml" }],
  ["Pulumi.yml", "---\nname: a\nmain: b\nruntime: { name: nodejs }\n", { main: "b", runtime: "nodejs" }],
  [
    "Pulumi.json",
    '{"name":"a","runtime":{"name":"yaml","options":{"compiler":"c"}}}',
    { runtime: "yaml", compiler: "c" },
  ],
  ["Pulumi.yaml", "\uFEFFname: a\r\nruntime: yaml\r\nconfig: {}\r\n", { runtime: "yaml" }],
])("a project in %s", async (name, text, expected) => {
  expect(await read(text, name)).toEqual({ name: "a", main: undefined, compiler: undefined, ...expected });
});
