/** `logto-sso import` into programs in Python and Go, as far as no language host is needed; `test/exhaustive` has the rest. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { logtoSso } from "../runCli";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
  stack = await stackOf(logto, { yaml: {} });
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "Acme",
    config: { clientId: "client", clientSecret: "canary-secret", issuer: `${logto.idp}/acme` },
  });
});

const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(stack.folder, name), text);
};
const contents = () =>
  readdirSync(stack.folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => [name, readFileSync(join(stack.folder, name), "utf8")]);
const projectIn = (runtime: string) => `name: test\nruntime: ${runtime}\n`;

const programs = {
  python: {
    file: "__main__.py",
    text: "import pulumi\n",
    declared: [
      'client_secret=config.require_secret("acmeClientSecret")',
      "import pulumi_logto as logto",
      'acme = logto.SsoConnector(\n    "acme",\n',
    ],
  },
  go: {
    file: "main.go",
    text: "package main\n\nfunc main() {\n\tpulumi.Run(func(ctx *pulumi.Context) error {\n\t\treturn nil\n\t})\n}\n",
    declared: [
      'ClientSecret: secret("acmeClientSecret")',
      "\nfunc ssoConnectors(ctx *pulumi.Context) error {\n",
      '\n    if _, err := logto.NewSsoConnector(ctx, "acme", ',
    ],
  },
};

test.each(Object.entries(programs))(
  "in %s, --dry-run prints the code, and an import after which the preview fails leaves everything as it was",
  async (runtime, { file, text, declared }) => {
    write({ "Pulumi.yaml": projectIn(runtime), [file]: text });
    const before = contents();
    const dry = await logtoSso(stack, ["import", "--all", "--dry-run"]);
    for (const code of declared) expect(dry.stdout).toContain(code);
    expect(contents()).toEqual(before);

    // The program cannot run: the CLI has no host of its language, or there is no SDK.
    const { code, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("Nothing was imported, because `pulumi preview` "),
    ]);
    expect(contents()).toEqual(before);
    expect(stack.export().deployment.resources ?? []).toEqual([]);
  },
);

test.each([
  ["python", ["--all", "--out", "infra"], "--out is for programs in TypeScript and JavaScript"],
  ["go", ["--all", "--customers", "customers"], "--customers is for programs in TypeScript and JavaScript"],
  ["yaml", ["--all", "--customers", "customers"], "and the runtime is yaml."],
  ["python", ["--all"], "Could not find the program's main file in "],
  ["go", ["--all"], "Could not find the program's main file in "],
  [
    "dotnet",
    ["--all"],
    "Python, Go and YAML, and the runtime is dotnet. Run `pulumi import logto:index:SsoConnector",
  ],
])("in %s, import %j is an error before Logto is asked", async (runtime, args, message) => {
  write({ "Pulumi.yaml": projectIn(runtime), "other.py": "", "other.go": "package main\n" });
  const { code, stderr } = await logtoSso(stack, ["import", ...args], { mayFail: true });
  expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  expect(logto.log).toEqual([]);
});
