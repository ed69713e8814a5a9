import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { inLanguage, languageOf, otherSpelling, type ProgramLanguage } from "./programLanguage";

const inEach = (text: string) =>
  Object.fromEntries(
    (["typescript", "nodejs", "python", "go", "dotnet", "java", "yaml"] as const).map((language) => [
      language,
      inLanguage(language, text),
    ]),
  );

test("an argument, with a comma where it is to be inserted", () => {
  expect(inEach("add `adopt: true,` next to providerName")).toEqual({
    typescript: "add `adopt: true,` next to providerName",
    nodejs: "add `adopt: true,` next to providerName",
    python: "add `adopt=True,` next to provider_name",
    go: "add `Adopt: pulumi.Bool(true),` next to ProviderName",
    dotnet: "add `Adopt = true,` next to ProviderName",
    java: "add `.adopt(true)` next to providerName",
    yaml: "add `adopt: true` next to providerName",
  });
});

test("an argument that is a text", () => {
  expect(inEach('`adopt: "id",`')).toEqual({
    typescript: '`adopt: "id",`',
    nodejs: '`adopt: "id",`',
    python: '`adopt="id",`',
    go: '`Adopt: pulumi.String("id"),`',
    dotnet: '`Adopt = "id",`',
    java: '`.adopt("id")`',
    yaml: '`adopt: "id"`',
  });
});

test("options of a resource", () => {
  expect(
    inEach("the option `retainOnDelete`: `deleteBeforeReplace: true`, `deletedWith: connector`"),
  ).toEqual({
    typescript: "the option `retainOnDelete`: `deleteBeforeReplace: true`, `deletedWith: connector`",
    nodejs: "the option `retainOnDelete`: `deleteBeforeReplace: true`, `deletedWith: connector`",
    python:
      "the option `retain_on_delete`: `opts=pulumi.ResourceOptions(delete_before_replace=True)`, `opts=pulumi.ResourceOptions(deleted_with=connector)`",
    go: "the option `RetainOnDelete`: `pulumi.DeleteBeforeReplace(true)`, `pulumi.DeletedWith(connector)`",
    dotnet:
      "the option `RetainOnDelete`: `new CustomResourceOptions { DeleteBeforeReplace = true }`, `new CustomResourceOptions { DeletedWith = connector }`",
    java: "the option `retainOnDelete`: `CustomResourceOptions.builder().deleteBeforeReplace(true).build()`, `CustomResourceOptions.builder().deletedWith(connector).build()`",
    yaml: 'the option `retainOnDelete`: `options: { deleteBeforeReplace: true }`, `options: { deletedWith: "${connector}" }`',
  });
});

test.each<[ProgramLanguage, string, string]>([
  [
    "python",
    "Check config.clientSecret and attributeMapping.id.",
    "Check config.client_secret and attribute_mapping.id.",
  ],
  ["go", "Remove enableTokenStorage.", "Remove EnableTokenStorage."],
  ["go", "Check config.issuer and config.metadataUrl.", "Check Config.Issuer and Config.MetadataUrl."],
  ["dotnet", '"ACME.com" duplicates domains[0].', '"ACME.com" duplicates Domains[0].'],
  ["go", "a domain such as acme.com, e.g. a name", "a domain such as acme.com, e.g. a name"],
  ["python", "Remove extraConfig.clientId.", "Remove extra_config.clientId."],
  ["python", "Set `providerName`", "Set `provider_name`"],
  ["python", "timeoutSeconds of the provider", "timeout_seconds of the provider"],
  ["yaml", "Remove enableTokenStorage.", "Remove enableTokenStorage."],
])("a key in %s: %s", (language, text, expected) => {
  expect(inLanguage(language, text)).toBe(expected);
});

test.each([
  'the connector "clientSecret" has the name "a \\" clientId"',
  "set logto:clientId and LOGTO_CLIENT_ID",
  "GET /api/sso-connectors/connectorName: failed",
  "`pulumi up --refresh`",
  "someOtherWord",
])("a value, a key of the stack config or of something else, and a command stay: %s", (text) => {
  expect(inLanguage("python", text)).toBe(text);
});

test("YAML has one alias for a resource that was renamed or moved, and the message says where its URN is", () => {
  const advice =
    'such as `aliases: [{ name: "OLD_NAME" }]`, or `aliases: [{ parent: pulumi.rootStackResource }]` if it moved into a component; if';
  expect(inLanguage("yaml", advice)).toBe(
    "such as `options: { aliases: [OLD_URN] }` with the URN that `pulumi stack --show-urns` prints; if",
  );
});

test("the language of a runtime; an unknown one is written as in the schema", () => {
  expect(
    ["nodejs", "bun", "python", "go", "dotnet", "java", "yaml", "hcl", undefined].map(languageOf),
  ).toEqual(["nodejs", "nodejs", "python", "go", "dotnet", "java", "yaml", "yaml", "yaml"]);
});

test.each<[ProgramLanguage, string, string | undefined]>([
  ["python", "config.clientId", "client_id"],
  ["dotnet", "domains[0]", undefined],
  ["go", 'branding["darkLogo"]', "DarkLogo"],
  ["yaml", "config.clientId", undefined],
  ["python", "config.someOther", undefined],
  ["python", "extraConfig.clientId", undefined],
  ["python", "maxRequestsPerSecond", "max_requests_per_second"],
  ["python", 'customData["primaryColor"]', undefined],
])("the last key of a path in %s: %s", (language, property, spelling) => {
  expect(otherSpelling(language, property)).toBe(spelling);
});

test("all TypeScript in messages is written otherwise in Python", () => {
  const code = sourceFiles(join(__dirname, ".."))
    .flatMap(textsIn)
    .flatMap((text) => [...text.matchAll(/`([^`]+)`/g)].map(([quoted]) => quoted))
    .filter((quoted) => /^`(?:new |npx logto-sso import --id|\w+: [\w["{])/.test(quoted));
  expect(code.length).toBeGreaterThan(10);
  expect(code.filter((quoted) => inLanguage("python", quoted) === quoted)).toEqual([]);
});

test("no message names a function, which each language calls otherwise", () => {
  const texts = sourceFiles(join(__dirname, "..")).flatMap(textsIn);
  expect(
    texts.filter((text) => text.includes(" ") && /\bget(?:SsoConnector|Organization)/.test(text)),
  ).toEqual([]);
});

/** The folders whose messages reach programs in every language. */
function sourceFiles(provider: string): string[] {
  return ["connector", "logto", "lifecycle", "engine", "plugin"].flatMap((folder) =>
    readdirSync(join(provider, folder))
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "programLanguage.ts")
      .map((file) => join(provider, folder, file)),
  );
}

function textsIn(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node))
      texts.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("ID"));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
  return texts;
}
