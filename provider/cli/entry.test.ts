import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { addImport, entryOf, importStatement } from "./entry";
import { camelCase, kebabCase, Names, variableNames } from "./names";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "entry-"));
});
afterEach(() => {
  rmSync(project, { recursive: true });
});

const write = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
};

test.each([
  ["index.ts by default", {}, undefined, "index.ts"],
  [
    "package.json's main",
    { "package.json": '{"main":"bin/infra.ts"}', "bin/infra.ts": "" },
    undefined,
    "bin/infra.ts",
  ],
  ["the project's main, a file", { "src/main.ts": "" }, "src/main.ts", "src/main.ts"],
  ["the project's main, a folder", { "src/index.ts": "" }, "src", "src/index.ts"],
  ["none that is JavaScript", { "index.js": "" }, "index.js", undefined],
] as const)("the program's file: %s", (_what, files, main, expected) => {
  write(expected === "index.ts" ? { "index.ts": "" } : files);
  expect(entryOf(project, main).file).toBe(expected && join(project, expected));
});

test("the statement follows the project's kind of modules", () => {
  const [file, module] = [join(project, "src/index.ts"), join(project, "customers/ssoConnectors.ts")];
  write({ "package.json": "{}" });
  expect(importStatement(file, module)).toBe('import "../customers/ssoConnectors";\n');
  write({ "package.json": '{"type":"module"}' });
  expect(importStatement(file, module)).toBe('import "../customers/ssoConnectors.js";\n');
});

test.each([
  ["", 'import "./x";\n'],
  ["const a = 1;\n", 'import "./x";\nconst a = 1;\n'],
  [
    'import * as a from "a";\nimport {\n  b,\n} from "b";\n\na();\n',
    'import * as a from "a";\nimport {\n  b,\n} from "b";\nimport "./x";\n\na();\n',
  ],
])("it comes behind the imports of %j, and can be taken back", (before, after) => {
  write({ "index.ts": before });
  const file = join(project, "index.ts");
  const takeBack = addImport(file, 'import "./x";\n');
  expect(readFileSync(file, "utf8")).toBe(after);
  takeBack();
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("names are readable, fit for code, and never alike", () => {
  expect(["Acme, Inc. (Okta)", "Österreich", "42 Ltd", "🎉"].map(camelCase)).toEqual([
    "acmeIncOkta",
    "osterreich",
    "connector42Ltd",
    "connector",
  ]);
  expect(kebabCase("Acme, Inc. (Okta)")).toBe("acme-inc-okta");
  const names = new Names(["acme"]);
  expect(["Acme", "acme", "b"].map((name) => names.take(name))).toEqual(["Acme2", "acme3", "b"]);
  expect(variableNames().take("class")).toBe("class2");
});
