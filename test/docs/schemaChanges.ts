// npx tsx test/docs/schemaChanges.ts: records the schema of a release, with which the schema of the next one is compared.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaFile } from "./schema";

const releasedFile = join(__dirname, "releasedSchema.json");

type Json = Readonly<Record<string, unknown>>;
interface Members {
  readonly properties?: Readonly<Record<string, Json>> | undefined;
  readonly required?: readonly string[] | undefined;
}
interface Entry extends Members {
  readonly inputProperties?: Members["properties"];
  readonly requiredInputs?: readonly string[];
  readonly aliases?: readonly unknown[];
  readonly inputs?: Members;
  readonly outputs?: Members;
  readonly enum?: readonly { readonly value: unknown }[];
}
type Entries = Readonly<Record<string, Entry>>;
export interface Schema {
  readonly resources?: Entries;
  readonly functions?: Entries;
  readonly types?: Entries;
  readonly provider?: Entry;
  readonly config?: { readonly variables: Members["properties"] };
  readonly language?: Readonly<Record<string, Json>>;
}

/** The schema of the last release, without its texts. */
export function releasedSchema(): Schema {
  return JSON.parse(readFileSync(releasedFile, "utf8")) as Schema;
}

/** A sentence for each change after which a program or a state of an older version would no longer do. */
export function breakingChanges(old: Schema, now: Schema): string[] {
  return [
    ...entries(old.resources, now.resources),
    ...entries(old.functions, now.functions),
    ...entries(old.types, now.types),
    ...entries({ provider: old.provider ?? {} }, { provider: now.provider ?? {} }),
    ...inputs("config", { properties: old.config?.variables }, { properties: now.config?.variables }),
    ...Object.entries(old.language ?? {}).flatMap(([language, names]) =>
      Object.entries(names)
        .filter(([key, value]) => !same(value, now.language?.[language]?.[key]))
        .map(([key]) => `language: ${key} of ${language} is changed`),
    ),
  ];
}

function entries(old: Entries = {}, now: Entries = {}): string[] {
  return Object.entries(old).flatMap(([token, was]) => {
    const is = now[token];
    if (is === undefined) return [`${token} is removed`];
    const values = (entry: Entry) => entry.enum?.map(({ value }) => value) ?? [];
    return [
      ...outputs(token, was, is),
      ...outputs(token, was.outputs, is.outputs),
      // An object is part of inputs as well. The properties of a resource are outputs alone, which `requiredInputs` tells.
      ...(was.inputProperties ? [] : newlyRequired(`${token}:`, was, is)),
      ...inputs(token, inputsOf(was), inputsOf(is)),
      ...missing(was.aliases, is.aliases).map(
        (alias) => `${token}: the alias ${JSON.stringify(alias)} is removed`,
      ),
      ...missing(values(was), values(is)).map(
        (value) => `${token}: the value ${JSON.stringify(value)} is removed`,
      ),
    ];
  });
}

function inputsOf({ inputs: ofFunction, inputProperties, requiredInputs }: Entry): Members {
  return ofFunction ?? { properties: inputProperties, required: requiredInputs };
}

function inputs(token: string, old: Members, now: Members): string[] {
  return [...members(`${token}: the input`, old, now), ...newlyRequired(`${token}: the input`, old, now)];
}

function outputs(token: string, old: Members = {}, now: Members = {}): string[] {
  const place = `${token}:`;
  const optional = missing(old.required, now.required).filter((key) => now.properties?.[key] !== undefined);
  return [...members(place, old, now), ...optional.map((key) => `${place} ${key} can be absent`)];
}

function newlyRequired(place: string, old: Members, now: Members): string[] {
  return missing(now.required, old.required).map((key) => `${place} ${key} is required`);
}

function members(place: string, old: Members, now: Members): string[] {
  return Object.entries(old.properties ?? {}).flatMap(([key, was]) => {
    const is = now.properties?.[key];
    if (is === undefined) return [`${place} ${key} is removed`];
    return same(typeOf(was), typeOf(is)) ? [] : [`${place} ${key} has another type`];
  });
}

function typeOf({ type, items, additionalProperties, oneOf, $ref }: Json): Json {
  return { type, items, additionalProperties, oneOf, $ref };
}

function missing<Value>(from: readonly Value[] = [], within: readonly Value[] = []): Value[] {
  return from.filter((one) => !within.some((other) => same(one, other)));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

if (require.main === module) {
  const { resources, functions, types, provider, config, language } = JSON.parse(
    readFileSync(schemaFile, "utf8"),
  ) as Schema;
  const text = JSON.stringify(
    { resources, functions, types, provider, config, language },
    (key, value: unknown) => (key === "description" && typeof value === "string" ? undefined : value),
    2,
  );
  writeFileSync(releasedFile, `${text}\n`);
}
