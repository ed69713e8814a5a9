/** The declarations that an import adds to a YAML program; the rest stays as it is. */
import { parse } from "yaml";
import { connectorOf } from "../../connector/apiConnector";
import { UniqueNames, variableNames } from "./identifiers";
import { declareInYaml, namesIn, programProblem, refusalOf, withDeclarations } from "./yamlProgram";

const connector = (connectorName: string, config: object = {}) =>
  connectorOf({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary", issuer: "https://acme.com", ...config },
    branding: { displayName: connectorName },
    domains: ["on"],
  });
const newNames = () => ({
  resources: new UniqueNames([]),
  variables: variableNames(),
  secrets: new Map<string, unknown>(),
});
const added = (text: string, ...names: string[]) => {
  const taken = newNames();
  const declarations = names.map((name) => declareInYaml(connector(name), taken));
  return withDeclarations(text, declarations);
};
const acme = {
  type: "logto:index:SsoConnector",
  properties: {
    providerName: "OIDC",
    config: {
      clientId: "client",
      clientSecret: "${acmeClientSecret}",
      issuer: "https://acme.com",
    },
    branding: { displayName: "acme" },
    domains: ["on"],
  },
};
const secrets = { acmeClientSecret: { type: "string", secret: true } };

const programs: Readonly<Record<string, string>> = {
  "without resources": "name: infra # ours\nruntime: yaml\n",
  "without a line break at the end": "name: infra\nruntime: yaml",
  "with comments and another indentation": `# The infrastructure.
name:    infra
runtime: yaml

config:
    region: # where
        type: string   # any
    # Not used yet.

resources:
    other:
        type: pulumi:pulumi:StackReference
        properties: { name: "acme/net/prod" }
    # The last one.
    text:
        type: random:RandomString
        properties:
            keepers:
                script: |
                    # begin
                    # end

    # Nothing below.
outputs:
    a: 1
`,
  "with sequences at the column of their key":
    "resources:\n  other:\n    type: a:B\n    properties:\n      list:\n      - a\n      - b # last\nname: infra\nruntime: yaml\n",
  "with nothing below resources": "name: infra\nresources: # none yet\nruntime: yaml\n",
  "with all of it indented": "  name: infra\n  runtime: yaml\n  resources:\n  outputs:\n    a: 1\n",
  "with all of it indented, and a section that has entries":
    "  name: infra\n  runtime: yaml\n  resources:\n   a:\n     type: b:C\n",
  "with lines that end in CRLF": "name: infra\r\nruntime: yaml\r\nresources:\r\n  a:\r\n    type: b:C\r\n",
};

test.each(Object.entries(programs))("a program %s keeps each of its lines", (_, text) => {
  const after = added(text, "acme");
  const before = parse(text) as Record<string, object | null>;
  expect(parse(after)).toEqual({
    ...before,
    config: { ...before.config, ...secrets },
    resources: { ...before.resources, acme },
  });
  const lines = after.split("\n");
  let at = -1;
  for (const line of text.trimEnd().split("\n")) {
    const next = lines.findIndex((one, index) => index > at && one.trimEnd() === line.trimEnd());
    expect([line, next > at]).toEqual([line, true]);
    at = next;
  }
  if (text.includes("\r\n")) expect(after.replaceAll("\r\n", "")).not.toContain("\n");
});

test.each([
  ['{"name":"infra","runtime":"yaml","resources":{"a":{"type":"b:C"}}}'],
  ['name: infra # ours\nruntime: yaml\nresources: {a: {type: "b:C"}}\n'],
  ["name: infra\nruntime: yaml\nresources: { # ours\n}\n"],
])("what is written like JSON is completed: %s", (text) => {
  const before = parse(text) as Record<string, object>;
  const after = added(text, "acme");
  expect(parse(after)).toEqual({ ...before, config: secrets, resources: { ...before.resources, acme } });
  if (text.includes("#")) expect(after).toContain("# ours");
});

test.each([
  ["name: infra\nruntime: yaml\nresources: {}\n"],
  ["name: infra\nruntime: yaml\nresources: {} # ours\noutputs: {a: 1}\n"],
  ["name: infra\nruntime: yaml\nresources: {\n}\noutputs: {a: 1}\n"],
  ["resources:\n  {}\nname: infra\nruntime: yaml\n"],
  ["resources: null\nname: infra\nruntime: yaml\n"],
  ["name: infra\nruntime: yaml\nresources: ~"],
  ["name: infra\nruntime: yaml\nresources: &all {}\n"],
  ["name: infra\nruntime: yaml\n? resources\n: {}\n"],
  ["\uFEFFname: infra\r\nruntime: yaml\r\nresources: {}\r\n"],
  ["name: infra\nruntime: yaml\n...\n"],
])("an empty section gets its entries in lines of their own, and all else stays: %j", (text) => {
  const after = added(text, "acme");
  const before = parse(text) as Record<string, object>;
  expect(parse(after)).toEqual({ ...before, config: secrets, resources: { acme } });
  const kept = text.split(/\r?\n/).filter((line) => !/resources|[{}]$/.test(line));
  expect(after.split(/\r?\n/)).toEqual(expect.arrayContaining(kept));
  expect(after).toMatch(/^ {2}acme:\r?$/m);
  if (text.includes("\r\n")) expect(after.replaceAll("\r\n", "")).not.toContain("\n");
});

test("metadata is a text in any form of the program, in a mapping like JSON as JSON has it", () => {
  for (const metadata of ['<?xml version="1.0"?><a/>', "<a>\n  <b/>\n\n</a>\n"]) {
    const saml = connectorOf({
      providerName: "SAML",
      connectorName: "acme",
      config: { metadata },
      domains: [],
    });
    for (const text of ["resources: {}\n", "resources: {a: {type: b}}\n", '{"resources": {}}', ""]) {
      const after = withDeclarations(text, [declareInYaml(saml, newNames())]);
      expect(parse(after)).toMatchObject({ resources: { acme: { properties: { config: { metadata } } } } });
      if (text.startsWith("{")) expect(JSON.parse(after)).toEqual(parse(after));
      else expect(after).not.toMatch(/acme: \{/);
    }
  }
});

test.each([
  ["name: infra\n  b: [\n", "is not valid YAML, at line 1, column 7: Nested mappings"],
  ["name: infra\nname: b\n", "is not valid YAML, at line 2, column 1: Map keys must be unique"],
  ["name: infra\n---\nname: b\n", "has another document from line 2 on"],
  ["- a\n", "is not a mapping of keys to values"],
  ["text", "is not a mapping of keys to values"],
  ["resources: []\n", "has a section `resources` that is not a mapping of names to values"],
  ["resources: text\n", "has a section `resources` that is not"],
  ["a: &a {}\nconfig: *a\n", "has a section `config` that is not"],
])("a program that cannot be completed is said so: %j", (text, problem) => {
  expect(programProblem(text)).toContain(problem);
});

test("a program that can be completed has no problem", () => {
  for (const text of [
    "",
    "# nothing\n",
    "resources:\n",
    "resources: {}\n",
    "config: {a: {}}\n",
    ...Object.values(programs),
  ])
    expect(programProblem(text)).toBeUndefined();
});

test("a secret that is declared already is not declared again", () => {
  const text = "config:\n  acmeClientSecret: { type: string }\n";
  expect(namesIn(added(text, "acme", "globex"), ["config", "resources"])).toEqual([
    "acmeClientSecret",
    "globexClientSecret",
    "acme",
    "globex",
  ]);
});

test("text from Logto is neither an expression nor another type, and nothing in it is unprintable", () => {
  const hostile = [
    "${pulumi.stack}",
    "$$HOME",
    "a$",
    "no",
    "2001-01-01",
    "1_000",
    "a: b",
    "\u001b[2J",
    "x\u2028y",
  ];
  for (const name of hostile) {
    const after = added("runtime: yaml\n", name);
    const [resource] = Object.values((parse(after) as { resources: Record<string, typeof acme> }).resources);
    const shown = resource?.properties.branding.displayName ?? "";
    expect(shown.replaceAll("$$", "$")).toBe(name); // as Pulumi reads it
    expect(shown).not.toMatch(/(?<!\$)\$\{/);
    expect(after.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(after).not.toContain("canary");
  }
});

test("an unknown key is refused where it would call a function, or its value is not a text", () => {
  expect(refusalOf(connector("acme", { "Fn::secret": "canary" }))).toContain(
    "config.Fn::secret: is a function",
  );
  expect(refusalOf(connector("acme", { pkce: true }))).toContain("config.pkce: is not known");
  expect(refusalOf(connector("acme", { pkce: "canary" }))).toBeUndefined();
});
