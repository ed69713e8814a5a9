/** The code that `logto-sso import` generates, and where it is written, for each kind of project. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as prettier from "prettier";
import ts from "typescript";
import { connectorOf } from "../../connector/apiConnector";
import { declareInCode, type Language, moduleSource } from "./connectorSource";
import { camelCase, kebabCase, namesakeOf, UniqueNames, variableNames } from "./identifiers";
import { withFirstStatement } from "./insertion";
import { findEntry, importStatement, type ProgramSettings } from "./programEntry";

let project: string;
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), "codegen-")));
});
afterEach(() => {
  rmSync(project, { recursive: true });
});

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
}

const entryWith = (settings: Partial<ProgramSettings> = {}) =>
  findEntry(project, { runtime: "nodejs", ...settings });

const tsconfig = { "tsconfig.json": "{}" };
const entryCases: [
  what: string,
  files: Record<string, string>,
  expected: string,
  settings?: Partial<ProgramSettings>,
][] = [
  ["index.ts by default", { "index.ts": "" }, "index.ts"],
  ["index.js by default", { "index.js": "" }, "index.js"],
  ["package.json's main", { "package.json": '{"main":"bin/infra.ts"}', "bin/infra.ts": "" }, "bin/infra.ts"],
  [
    "package.json's main without extension",
    { "package.json": '{"main":"infra"}', "infra.ts": "", "index.ts": "" },
    "infra.ts",
  ],
  [
    "package.json's main that does not exist",
    { "package.json": '{"main":"bin/"}', "index.ts": "" },
    "index.ts",
  ],
  [
    "package.json's exports",
    { "package.json": '{"main":"a.js","exports":"./b.js"}', "a.js": "", "b.js": "" },
    "b.js",
  ],
  [
    "package.json's exports with a condition",
    { "package.json": '{"exports":{".":{"import":"./b.mjs"}}}', "index.js": "", "b.mjs": "" },
    "b.mjs",
  ],
  ["the project's main, a file", { "src/main.ts": "" }, "src/main.ts", { main: "src/main.ts" }],
  ["the project's main, a folder", { "src/index.ts": "" }, "src/index.ts", { main: "src" }],
  [
    "the package.json of the project's main",
    { "package.json": "{}", "infra/package.json": '{"main":"a.ts"}', "infra/a.ts": "" },
    "infra/a.ts",
    { main: "infra" },
  ],
  ["an ES module", { "package.json": '{"type":"module"}', "index.mjs": "" }, "index.mjs"],
  [
    "TypeScript before JavaScript with Bun",
    { "index.js": "", "index.ts": "" },
    "index.ts",
    { runtime: "bun" },
  ],
  ["JavaScript before TypeScript with Node.js", { "index.js": "", "index.ts": "" }, "index.js"],
  [
    "compiled into a folder",
    { ...tsconfig, "package.json": '{"main":"bin/index.js"}', "bin/index.js": "", "index.ts": "" },
    "index.ts",
  ],
  [
    "compiled from src",
    { ...tsconfig, "package.json": '{"main":"dist/index.js"}', "dist/index.js": "", "src/index.ts": "" },
    "src/index.ts",
  ],
  [
    "compiled with a source map",
    {
      "package.json": '{"main":"out/js/main.js"}',
      "out/js/main.js": "a();\n//# sourceMappingURL=main.js.map\n",
      "out/js/main.js.map": '{"version":3,"sources":["../../infra/main.ts"]}',
      "infra/main.ts": "",
    },
    "infra/main.ts",
  ],
];

describe("the entry file of the program", () => {
  // As objects: a missing parameter would be taken for a callback.
  test.each(entryCases.map(([what, ...rest]) => ({ what, rest })))(
    "$what",
    ({ rest: [files, expected, settings] }) => {
      write(files);
      expect(entryWith(settings).file).toBe(join(project, expected));
    },
  );

  test("a folder that is a link is resolved", () => {
    write({ "shared/src/index.ts": "" });
    symlinkSync("shared/src", join(project, "src"));
    const entry = entryWith({ main: "src" });
    const folder = join(project, "shared/src");
    expect([entry.file, entry.folder]).toEqual([join(folder, "index.ts"), folder]);
    expect(importStatement(entry, join(project, "ssoConnectors.ts"))).toBe('import "../../ssoConnectors";');
  });

  test.each<[string, Record<string, string>, string | undefined]>([
    ["no file", {}, undefined],
    ["a file that Node.js does not run", { "Main.java": "" }, "Main.java"],
    ["a file that does not exist", { "index.ts": "" }, "main.ts"],
  ])("%s is an error", (_what, files, main) => {
    write(files);
    expect(() => entryWith({ main })).toThrow("Could not find the program's entry file");
  });
});

const esm = '{"type":"module"}';
test.each([
  ["index.ts", "{}", "", "TypeScript", "ts", 'import "./ssoConnectors";'],
  ["index.ts", esm, "", "TypeScript", "ts", 'import "./ssoConnectors.js";'],
  ["index.ts", esm, 'import "./a.ts";', "TypeScript", "ts", 'import "./ssoConnectors.ts";'],
  ["index.mts", "{}", "", "TypeScript", "mts", 'import "./ssoConnectors.mjs";'],
  ["index.cts", esm, "", "TypeScript", "cts", 'import "./ssoConnectors.cjs";'],
  ["index.js", "{}", "const a = 1;", "CommonJS", "js", 'require("./ssoConnectors");'],
  ["index.js", "{}", "#!/usr/bin/env node\nimport 'a';", "ES module", "js", 'import "./ssoConnectors.js";'],
  ["index.js", "{}", "await a;", "ES module", "js", 'import "./ssoConnectors.js";'],
  ["index.js", "{}", "/* import 'a'; */ `\nimport 'b';\n`", "CommonJS", "js", 'require("./ssoConnectors");'],
  ["index.js", esm, "", "ES module", "js", 'import "./ssoConnectors.js";'],
  ["index.js", '{"type":"commonjs"}', "", "CommonJS", "js", 'require("./ssoConnectors");'],
  ["index.mjs", "{}", "", "ES module", "mjs", 'import "./ssoConnectors.mjs";'],
  ["index.cjs", esm, "", "CommonJS", "cjs", 'require("./ssoConnectors.cjs");'],
])(
  "a module beside %s (package.json %s, content %j) is in the same language",
  (file, manifest, text, language, extension, statement) => {
    write({ "package.json": manifest, [file]: text });
    const entry = entryWith({ main: file });
    expect([entry.language, entry.extension.file]).toEqual([language, `.${extension}`]);
    expect(importStatement(entry, join(project, `ssoConnectors.${extension}`))).toBe(statement);
  },
);

test("generated code uses the SDK of the plugin where the project depends on it", () => {
  write({ "index.ts": "", "package.json": '{"dependencies":{"pulumi-logto-sso":"1.0.0"}}' });
  expect(entryWith().packageName).toBe("pulumi-logto-sso");
  write({ "package.json": '{"dependencies":{"pulumi-logto":"file:sdks/logto"}}' });
  expect(entryWith().packageName).toBe("pulumi-logto");
});

test("a module in another folder is imported by its path", () => {
  write({ "src/index.ts": "" });
  const statement = importStatement(entryWith({ main: "src" }), join(project, 'a "b"/ssoConnectors.ts'));
  expect(statement).toBe('import "../a \\"b\\"/ssoConnectors";');
});

test.each([
  ["", "X\n"],
  ["const a = 1;\n", "X\nconst a = 1;\n"],
  ["const a = 1;\r\nb();\n", "X\r\nconst a = 1;\r\nb();\n"],
  ["\ufeffa();\n", "\ufeffX\na();\n"],
  ["#!/usr/bin/env node\na();\n", "#!/usr/bin/env node\nX\na();\n"],
  ["\ufeff#!/bin/node\r\na();\r\n", "\ufeff#!/bin/node\r\nX\r\na();\r\n"],
  ["#!/bin/node", "#!/bin/node\nX\n"],
  ['/* Before:\nimport "./old";\n*/\na();\n', 'X\n/* Before:\nimport "./old";\n*/\na();\n'],
  ['const t = `\nimport "./old";\n`;\n', 'X\nconst t = `\nimport "./old";\n`;\n'],
  ["// The program.\nimport 'a';\n", "X\n// The program.\nimport 'a';\n"],
  ["// @ts-nocheck\nimport 'a';\n", "// @ts-nocheck\nX\nimport 'a';\n"],
  [
    '/* (c) */\n/// <reference types="node" />\na();\n',
    '/* (c) */\n/// <reference types="node" />\nX\na();\n',
  ],
  ['"use strict";\na();\n', '"use strict";\nX\na();\n'],
  ["// It's.\n'use strict' // yes\n/* ; */ a();\n", "// It's.\n'use strict' // yes\nX\n/* ; */ a();\n"],
  ['"use strict"; a();\n', '"use strict";\nX\n a();\n'],
  ['"use strict"\n.length;\n', 'X\n"use strict"\n.length;\n'],
  ['"use \\\nstrict";\n`${a}`;\n', '"use \\\nstrict";\nX\n`${a}`;\n'],
  ['"use strict"', '"use strict"\nX\n'],
  ["/* unfinished", "X\n/* unfinished"],
])("a statement is inserted first into %j", (before, after) => {
  expect(withFirstStatement(before, "X")).toBe(after);
});

const hostile =
  "\u001b[31mred \u202eevil\u2066 \u2028\u2029 */ `${process.exit(1)}` \"'\\ ::error::x ##[error]x \u200b\ud800 </script>";
const languages: [Language, string][] = [
  ["TypeScript", "ts"],
  ["ES module", "mjs"],
  ["CommonJS", "cjs"],
];

test.each(languages)(
  "hostile text in a module of %s is unchanged when run, and escaped in the source",
  async (language, extension) => {
    const connector = connectorOf({
      providerName: "OIDC",
      connectorName: hostile,
      config: {
        clientId: hostile,
        clientSecret: "canary",
        issuer: "https://acme.com",
        [hostile]: { pkce: "canary" },
      },
      branding: { displayName: hostile },
      domains: [],
    });
    const taken = {
      resources: new UniqueNames([]),
      variables: variableNames(),
      secrets: new Map<string, unknown>(),
    };
    const code = moduleSource(
      [declareInCode(connector, taken, language)],
      language,
      "ssoConnectors",
      "pulumi-logto-sso",
    );
    expect(code).not.toContain("canary");
    expect(code.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    const parser = language === "TypeScript" ? "typescript" : "babel";
    expect(await prettier.format(code, { parser })).toBe(code);
    write({
      [`module.${extension}`]: code,
      "node_modules/pulumi-logto-sso/index.js":
        "exports.SsoConnector = class { constructor(name, args) { console.log(JSON.stringify([name, args])); } };",
      "node_modules/@pulumi/pulumi/index.js":
        "exports.Config = class { requireSecretObject(key) { return new Proxy({}, { get: (_, name) => key + '.' + name }); } };",
    });
    let file = `module.${extension}`;
    if (language === "TypeScript") {
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { module: ts.ModuleKind.CommonJS },
      });
      file = "module.cjs";
      write({ [file]: outputText });
    }
    const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: project, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual([
      "31mred-evil-process-exit-1",
      {
        providerName: "OIDC",
        connectorName: hostile,
        config: {
          clientId: hostile,
          clientSecret: "ssoConnectors.connector31mredEvilProcessExit1ClientSecret",
          issuer: "https://acme.com",
        },
        extraConfig: { [hostile]: expect.anything() as unknown },
        branding: { displayName: hostile },
      },
    ]);
  },
);

test("identifiers are readable, valid and unique", () => {
  expect(["Acme, Inc. (Okta)", "Österreich", "42 Ltd", "🎉"].map(camelCase)).toEqual([
    "acmeIncOkta",
    "osterreich",
    "connector42Ltd",
    "connector",
  ]);
  expect(kebabCase("Acme, Inc. (Okta)")).toBe("acme-inc-okta");
  const namesake = (connectorName: string, domains: string[] = [], config = {}) =>
    namesakeOf(connectorOf({ providerName: "OIDC", connectorName, domains, config }));
  expect(namesake("Österreich", ["acme.at"])).toBe("Österreich");
  expect(namesake("株式会社アクメ 2", ["acme.co.jp", "acme.jp"])).toBe("acme.co.jp");
  expect(namesake("株式会社アクメ", [], { issuer: "https://acme.okta.com/oauth2" })).toBe("acme.okta.com");
  expect(kebabCase(namesake("株式会社アクメ"))).toBe("connector");
  const names = new UniqueNames(["acme"]);
  expect(["Acme", "acme", "b"].map((name) => names.take(name))).toEqual(["Acme2", "acme3", "b"]);
  expect(variableNames().take("class")).toBe("class2");
});
