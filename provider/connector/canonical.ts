/** The canonical form of what a program declares and of what Logto has, in which the two can be compared. Pure. */
import { isDeepStrictEqual } from "node:util";
import { isAbsent, isObject, pick, unknown, type Values } from "../values";
import { canonicalCertificate } from "./certificate";
import { canonicalDomain } from "./domain";
import { type Field, type Fields, isProperty, type IsProperty } from "./field";
import { configFields, configOf, isProviderName, type ProviderName } from "./identityProviders";
import type { connectorInputs } from "./resources";

type CanonicalValue<F extends Field> = F extends { type: "string" | "timestamp" | "enum" }
  ? string
  : F extends { type: "boolean" }
    ? boolean
    : F extends { type: "domains" | "set" }
      ? readonly string[]
      : F extends { type: "providerName" }
        ? ProviderName
        : Values;

type IsAlwaysPresent<F> = F extends { required: true; onlyIf?: never } | { default: unknown } ? true : false;

/** The keys of properties by whether the canonical form always has them. */
type KeysOf<F extends Fields, Always extends boolean> = {
  [K in keyof F]: IsProperty<F[K]> extends true ? (IsAlwaysPresent<F[K]> extends Always ? K : never) : never;
}[keyof F];

/**
 * The properties of a resource in canonical form: defaults filled in, domains in lower case and sorted, a
 * certificate without what surrounds it, what equals an absent value left out. A value that is not known yet is {@link unknown}.
 */
export type Canonical<F extends Fields> = { readonly [K in KeysOf<F, true>]: CanonicalValue<F[K]> } & {
  readonly [K in KeysOf<F, false>]?: CanonicalValue<F[K]>;
};

/** A connector as a program declares it or as Logto has it. Without `config`, the config is not managed. */
export type Connector = Canonical<typeof connectorInputs>;

export function propertyKeys<F extends Fields>(fields: F): (keyof Canonical<F> & string)[] {
  return Object.keys(fields).filter((key) => fields[key] !== undefined && isProperty(fields[key])) as never[];
}

/** The properties of a resource among values in canonical form. */
export function propertiesOf<F extends Fields>(fields: F, values: Values): Canonical<F> {
  return pick(
    values,
    propertyKeys(fields).filter((key) => values[key] !== undefined),
  ) as Canonical<F>;
}

/** The properties of a resource as its table describes them, of what Logto has. */
export function stateFrom<Inputs extends Fields, Outputs extends Fields>(
  { inputs, outputs }: { readonly inputs: Inputs; readonly outputs: Outputs },
  row: Values,
): Canonical<Inputs & Outputs> {
  const fields = { ...inputs, ...outputs };
  return propertiesOf(fields, canonical(fields, row));
}

/** The inputs that matter when a resource is created only. */
export type CreateOptions<F extends Fields> = {
  readonly [K in keyof F as F[K] extends { createOnly: true } ? K : never]?: F[K] extends { type: "boolean" }
    ? boolean
    : string;
};

export function createOptions<F extends Fields>(fields: F, values: Values): CreateOptions<F> {
  const keys = Object.keys(fields).filter(
    (key) => fields[key]?.createOnly === true && !isAbsent(values[key]),
  );
  return pick(values, keys) as CreateOptions<F>;
}

/** Fills in what the name of the resource decides. */
export function withDefaults(fields: Fields, args: object, name: string): Values {
  const values: Values = { ...args };
  for (const [key, field] of Object.entries(fields)) {
    if (field.defaultsToResourceName === true) values[key] ??= name;
  }
  return values;
}

/** Brings validated inputs, or what Logto or an older version of this package holds, to the canonical form. */
export function canonical(fields: Fields, values: Values): Values {
  const merged = { ...values };
  for (const [key, { mergedInto }] of Object.entries(fields)) {
    if (mergedInto === undefined) continue;
    const [target, extra] = [values[mergedInto], values[key]];
    Reflect.deleteProperty(merged, key);
    if (isAbsent(target) || isAbsent(extra)) continue;
    // Keys that are not known yet cannot be merged, so the whole value is not known yet.
    const isKnown = isObject(target) && isObject(extra);
    merged[mergedInto] = isKnown ? { ...target, ...extra } : unknown;
  }
  return canonicalObject(fields, merged);
}

function canonicalObject(fields: Fields, values: Values): Values {
  const result: Values = {};
  for (const [key, field] of Object.entries(fields)) {
    if (field.default !== undefined) result[key] = field.default;
  }
  for (const [key, given] of Object.entries(values)) {
    if (isAbsent(given)) continue;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const value = field === undefined || given === unknown ? given : canonicalValue(field, given, values);
    const equalsAbsent = field?.equalsAbsent !== undefined && isDeepStrictEqual(value, field.equalsAbsent);
    if (!equalsAbsent) result[key] = value;
  }
  return result;
}

/** @param siblings the object that the value belongs to */
function canonicalValue(field: Field, value: unknown, { providerName }: Values): unknown {
  switch (field.type) {
    case "domains":
      if (!Array.isArray(value)) return value;
      return field.asWritten === true ? canonicalSet(value) : canonicalDomains(value);
    case "set":
      return Array.isArray(value) ? canonicalSet(value) : value;
    case "object":
      return isObject(value) ? canonicalObject(field.fields, value) : value;
    case "config": {
      const fields = isProviderName(providerName) ? configOf(providerName).fields : configFields;
      return isObject(value) ? canonicalObject(fields, value) : value;
    }
    case "timestamp":
      return typeof value === "number" ? timestamp(value) : value;
    case "string":
      return field.format === "certificate" && typeof value === "string"
        ? canonicalCertificate(value)
        : value;
    case "map":
      return asStored(value);
    case "boolean":
    case "enum":
    case "providerName":
      return value;
  }
}

/** A number that is no moment stays as it is: somebody can have edited the state. */
function timestamp(milliseconds: number): unknown {
  const date = new Date(milliseconds);
  return Number.isFinite(date.getTime()) ? date.toISOString() : milliseconds;
}

function canonicalDomains(domains: unknown[]): unknown[] {
  return canonicalSet(
    domains.map((domain) => (typeof domain === "string" ? canonicalDomain(domain) : domain)),
  );
}

/** Elements that are not known yet come last. */
function canonicalSet(elements: unknown[]): unknown[] {
  const isText = (element: unknown) => typeof element === "string";
  return [...elements.filter(isText).sort(), ...elements.filter((element) => !isText(element))];
}

/** Leaves out keys whose value is `null`, at every level, as the engine does, and the sign of zero, which JSON does not have. */
function asStored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStored);
  if (!isObject(value)) return value === 0 ? 0 : value;
  const entries = Object.entries(value).filter(([, inner]) => !isAbsent(inner));
  return Object.fromEntries(entries.map(([key, inner]) => [key, asStored(inner)]));
}
