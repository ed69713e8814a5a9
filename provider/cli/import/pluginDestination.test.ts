/** Where an import into a program in Python or Go writes what, beside what is there already. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { connectorOf } from "../../connector/apiConnector";
import { UniqueNames, variableNames } from "../codegen/identifiers";
import { pluginProgram } from "./pluginDestination";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "plugin-destination-"));
});
afterEach(() => {
  rmSync(project, { recursive: true });
});

const acme = connectorOf({
  providerName: "SAML",
  connectorName: "acme",
  config: { metadataUrl: "https://idp.com" },
  branding: {},
  domains: [],
});

/** Imports into a program of these files, and returns the names of the files that are written. */
function importInto(runtime: "python" | "go", files: Readonly<Record<string, string>>, main?: string) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
  const settings = { name: "test", runtime, main, compiler: undefined };
  const none = { values: new Map(), add: () => Promise.resolve(() => Promise.resolve()) };
  const destination = pluginProgram(project, settings, runtime, none);
  const taken = { resources: new UniqueNames([]), variables: variableNames(), secrets: new Map() };
  const declarations = [destination.declare(acme, taken)];
  const shown = destination.textOf(declarations);
  const written = destination.filesOf(declarations);
  for (const { file, content } of written) writeFileSync(file, content);
  return {
    shown,
    names: written.map(({ file }) => relative(project, file)),
    whereabouts: destination.whereabouts(written).replaceAll(`${relative(process.cwd(), project)}/`, ""),
    advice: destination.advice(written),
    target: destination.target,
  };
}
const read = (name: string) => readFileSync(join(project, name), "utf8");

const goMain =
  "package main\n\nfunc main() {\n\tpulumi.Run(func(ctx *pulumi.Context) error {\n\t\treturn nil\n\t})\n}\n";

test("Python: a second module beside the first one, and none in the place of another module or package", () => {
  const { names, whereabouts, target } = importInto("python", {
    "__main__.py": "import pulumi\r\n",
    "sso_connectors.py": "# of the user\n",
    "sso_connectors2/__init__.py": "",
  });
  expect(names).toEqual(["sso_connectors3.py", "__main__.py"]);
  expect(whereabouts).toBe("The code is in sso_connectors3.py, which __main__.py uses");
  expect(target).toEqual({ file: join(project, "__main__.py"), folder: project });
  expect(read("__main__.py")).toBe("import pulumi\r\nimport sso_connectors3  # noqa: E402, F401\r\n");
  expect(read("sso_connectors3.py")).toContain("import pulumi_logto as logto\r\n");
  // What an interrupted import has left is used again.
  expect(importInto("python", {}).names).toEqual(["sso_connectors3.py", "__main__.py"]);
  expect(read("__main__.py").split("import sso_connectors3")).toHaveLength(2);
});

test("Go: the file that runs the program is found, and no function is declared twice", () => {
  const { names, shown } = importInto(
    "go",
    {
      "main.go": "package main\n",
      "infra/a.go": "package main\n",
      "infra/a_test.go": goMain,
      "infra/renamed.go": "package main\n\nfunc ssoConnectors(ctx *pulumi.Context) error {\n",
      "infra/run.go": goMain,
    },
    "infra",
  );
  expect(names).toEqual(["infra/sso_connectors2.go", "infra/run.go"]);
  const declared = "func ssoConnectors2(ctx *pulumi.Context) error {";
  expect([read("infra/sso_connectors2.go"), shown]).toEqual(Array(2).fill(expect.stringContaining(declared)));
  expect(read("infra/run.go")).toContain("\t\tif err := ssoConnectors2(ctx); err != nil {");
});

test("Go: where the place of the call is not certain, the program is left, and the call is printed", () => {
  const { names, whereabouts, advice, target } = importInto("go", {
    "main.go": "package main\n\nvar _ = pulumi.Run(program)\n",
  });
  expect(names).toEqual(["sso_connectors.go"]);
  expect(target.file).toBeUndefined();
  expect(whereabouts).toBe("The code is in sso_connectors.go");
  expect(advice).toContain("`if err := ssoConnectors(ctx); err != nil { return err }`");
  // The user has put it where it belongs.
  writeFileSync(join(project, "main.go"), `${read("main.go")}\nssoConnectors(ctx)\n`);
  expect(importInto("go", {}).names[0]).toBe("sso_connectors.go");
});

test("a main that names a file is the file that uses the module", () => {
  expect(importInto("python", { "infra/app.py": "" }, "infra/app.py").names).toEqual([
    "infra/sso_connectors.py",
    "infra/app.py",
  ]);
});

test("Go: the SDK is required where `pulumi package add` has only replaced it", () => {
  const module = "github.com/OWNER/pulumi-logto/sdk/go";
  const replaced = `module infra\n\nreplace ${module} => ./sdks/logto\n`;
  const { names } = importInto("go", { "main.go": goMain, "go.mod": replaced });
  expect(names).toEqual(["sso_connectors.go", "go.mod", "main.go"]);
  expect(read("go.mod")).toBe(`${replaced}\nrequire ${module} v0.0.0-00010101000000-000000000000\n`);
  const inBlock = `${replaced}require (\n\t${module} v0.1.0\n)\n`;
  for (const complete of [read("go.mod"), inBlock, "module infra\n"]) {
    rmSync(join(project, "sso_connectors.go"));
    expect(importInto("go", { "main.go": goMain, "go.mod": complete }).names).not.toContain("go.mod");
  }
});
