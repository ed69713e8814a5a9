/** What breaks programs and states between two schemas; and that nothing has, since the last release. */
import { readFileSync } from "node:fs";
import { schemaFile } from "./schema";
import { breakingChanges, releasedSchema, type Schema } from "./schemaChanges";

const text = { type: "string" };
const released = {
  resources: {
    "logto:index:Thing": {
      properties: { name: text, tags: { type: "array", items: text }, url: text },
      required: ["name", "url"],
      inputProperties: { name: text, tags: { type: "array", items: text } },
      requiredInputs: ["name"],
      aliases: [{ type: "pulumi-nodejs:dynamic/logto:Thing" }],
    },
  },
  functions: {
    "logto:index:getThing": {
      inputs: { properties: { id: text } },
      outputs: { properties: { id: text }, required: ["id"] },
    },
  },
  types: {
    "logto:index:Part": { type: "object", properties: { size: { type: "number" } } },
    "logto:index:Kind": { type: "string", enum: [{ value: "A" }, { value: "B" }] },
  },
  provider: { inputProperties: { endpoint: text }, requiredInputs: [] as string[] },
  config: { variables: { endpoint: text } },
  language: { python: { packageName: "pulumi_logto" } },
};
type Released = typeof released;

/** @param path to what is changed, by its keys */
function changed(path: readonly string[], to: unknown): Schema {
  const copy = JSON.parse(JSON.stringify(released)) as Record<string, unknown>;
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
  holder[path.at(-1) ?? ""] = to;
  return JSON.parse(JSON.stringify(copy)) as Schema;
}
const thing = ["resources", "logto:index:Thing"] satisfies [keyof Released, string];
const get = ["functions", "logto:index:getThing"] satisfies [keyof Released, string];

test.each<[change: string, path: readonly string[], to: unknown]>([
  ["logto:index:Thing is removed", thing, undefined],
  ["logto:index:getThing is removed", get, undefined],
  ["logto:index:Part is removed", ["types", "logto:index:Part"], undefined],
  ["logto:index:Thing: url is removed", [...thing, "properties", "url"], undefined],
  ["logto:index:Thing: url has another type", [...thing, "properties", "url"], { type: "number" }],
  ["logto:index:Thing: url can be absent", [...thing, "required"], ["name"]],
  ["logto:index:Thing: the input tags is removed", [...thing, "inputProperties", "tags"], undefined],
  ["logto:index:Thing: the input tags has another type", [...thing, "inputProperties", "tags", "items"], {}],
  ["logto:index:Thing: the input tags is required", [...thing, "requiredInputs"], ["name", "tags"]],
  [
    'logto:index:Thing: the alias {"type":"pulumi-nodejs:dynamic/logto:Thing"} is removed',
    [...thing, "aliases"],
    [],
  ],
  ["logto:index:getThing: the input id is required", [...get, "inputs", "required"], ["id"]],
  ["logto:index:getThing: the input id is removed", [...get, "inputs"], undefined],
  ["logto:index:getThing: id can be absent", [...get, "outputs", "required"], undefined],
  ["logto:index:Part: size is required", ["types", "logto:index:Part", "required"], ["size"]],
  ['logto:index:Kind: the value "B" is removed', ["types", "logto:index:Kind", "enum"], [{ value: "A" }]],
  ["provider: the input endpoint is required", ["provider", "requiredInputs"], ["endpoint"]],
  ["config: the input endpoint is removed", ["config", "variables"], undefined],
  ["language: packageName of python is changed", ["language", "python", "packageName"], "logto"],
])("%s", (change, path, to) => {
  expect(breakingChanges(released, changed(path, to))).toEqual([change]);
});

test.each<[change: string, path: readonly string[], to: unknown]>([
  ["a resource", ["resources", "logto:index:Other"], {}],
  ["an optional input", [...thing, "inputProperties", "more"], text],
  ["an output", [...thing, "properties", "more"], text],
  ["an output that is always there", [...thing, "required"], ["name", "tags", "url"]],
  ["an input that need not be given", [...thing, "requiredInputs"], []],
  ["a description", [...thing, "properties", "url", "description"], "The URL."],
  ["a value", ["types", "logto:index:Kind", "enum"], [{ value: "A" }, { value: "B" }, { value: "C" }]],
])("%s is no breaking change", (_, path, to) => {
  expect(breakingChanges(released, changed(path, to))).toEqual([]);
});

test("the schema breaks nothing of the last release", () => {
  const now = JSON.parse(readFileSync(schemaFile, "utf8")) as Schema;
  expect(breakingChanges(releasedSchema(), now)).toEqual([]);
});
