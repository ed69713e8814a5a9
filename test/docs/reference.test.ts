/** The comments that editors and the reference show, and the pages that are derived from data. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Field, Fields } from "../../provider/connector/field";
import { identityProviders, providerNames } from "../../provider/connector/identityProviders";
import { type Resource, resources } from "../../provider/connector/resources";
import { clientCodes } from "../../provider/logto/errors";
import { hints } from "../../provider/logto/hints";
import { Api, compile, reference, referenceFile, sourcesIn } from "./reference";

const repository = join(__dirname, "..", "..");
const tables = { resources, identityProviders };
const sources = compile(sourcesIn(repository));
const declarations = join(repository, "dist", "index.d.ts");
const page = (name: string) => readFileSync(join(repository, "docs", name), "utf8");

test("docs/reference.md equals the output of `npm run reference`", async () => {
  expect(readFileSync(referenceFile, "utf8")).toBe(await reference(tables, sources));
});

test.each([
  ["provider/index.ts", () => new Api(sources, sourcesIn(repository)[0])],
  ["dist/index.d.ts", () => new Api(compile([declarations]), declarations)],
])("every exported name of %s and each of its members has a comment", (_, open) => {
  const api = open();
  expect(api.names.length).toBeGreaterThan(20);
  const uncommented = api.names.flatMap((name) => [
    ...(api.docOf(name) === "" ? [name] : []),
    ...api
      .membersOf(name)
      .filter(({ doc }) => doc === "")
      .map((member) => `${name}.${member.name}`),
  ]);
  expect(uncommented).toEqual([]);
});

test("docs/errors.md has the error codes of this package, and those of Logto for which errors have a hint, and no others", () => {
  const codesIn = (title: string) => {
    const [, section = ""] = page("errors.md").split(`\n## ${title}\n`);
    const [list = ""] = section.split("\n## ");
    const entries = [...list.matchAll(/^- \*\*(.*?)\*\*: /gm)].map(([, entry = ""]) => entry);
    return entries.flatMap((entry) => [...entry.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code)).sort();
  };
  expect(codesIn("Codes of this package")).toEqual([...clientCodes].sort());
  // Errors without a code are told by their status.
  const ofLogto = codesIn("Codes of Logto").filter((code) => !code.startsWith("http-"));
  expect(ofLogto).toEqual(Object.keys(hints).sort());
});

test("the default in the comment of a field agrees with the table of the field", () => {
  const [, ...files] = sourcesIn(repository);
  const [ofResources, ofProviders] = files.map((file) => new Api(sources, file)) as [Api, Api];
  const fields = [
    ...Object.entries<Resource>({ ...resources }).flatMap(([key, { inputs, outputs }]) => [
      ...flatten(inputs, [key, "inputs"], (path) => ofResources.docAt("resources", path)),
      ...flatten(outputs, [key, "outputs"], (path) => ofResources.docAt("resources", path)),
    ]),
    ...providerNames.flatMap((name) =>
      flatten(identityProviders[name].config.fields, [name, "config", "fields"], (path) =>
        ofProviders.docAt("identityProviders", path),
      ),
    ),
  ];
  expect(fields.length).toBeGreaterThan(50);
  expect(fields.filter(({ field, comment }) => !statesDefault(field, comment))).toEqual([]);
});

/** The fields of a table and of the objects in it, with their comments. */
function flatten(
  fields: Fields,
  path: readonly string[],
  commentAt: (path: readonly string[]) => string,
): { path: string; field: Field; comment: string }[] {
  return Object.entries(fields).flatMap(([key, field]) => [
    { path: [...path, key].join("."), field, comment: commentAt([...path, key]) },
    ...(field.type === "object" ? flatten(field.fields, [...path, key, "fields"], commentAt) : []),
  ]);
}

function statesDefault(field: Field, comment: string): boolean {
  const [, stated] = /Default: ([\s\S]*)$/.exec(comment) ?? [];
  const value = defaultOf(field);
  if (value !== undefined) return stated?.startsWith(`\`${JSON.stringify(value)}\``) === true;
  if (field.defaultsToResourceName) return stated === "the name of the resource.";
  // Any other default is chosen by Logto, the identity provider or the application.
  return stated === undefined || /of the (identity provider|application)\.$|\bLogto\b/.test(stated);
}

/** The value of a field that is left out, unless it is chosen elsewhere. */
function defaultOf(field: Field): unknown {
  if (field.default !== undefined) return field.default;
  if (field.equalsAbsent !== undefined && field.equalsAbsent !== "") return field.equalsAbsent;
  return field.type === "boolean" && field.createOnly ? false : undefined;
}
