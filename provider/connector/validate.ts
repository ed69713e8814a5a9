/** Rejects what Logto would reject or silently drop, before anything is sent, and warns of what will hardly work. */
import { quote as quoteWhole } from "../untrustedText";
import { isAbsent, isObject, unknown, type Values } from "../values";
import { domainProblem, domainWarning } from "./domain";
import { exposedSecret } from "./exposedSecret";
import type { Field, Fields, ObjectField } from "./field";
import { formats } from "./formats";
import {
  configOf,
  identityProviders,
  isProviderName,
  type ProviderName,
  providerNames,
} from "./identityProviders";
import { entraWarning } from "./issuer";
import { nearest } from "./nearest";

/** What is wrong, where (`config.issuer`, `domains[1]`), and what to do. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
  /** Whether the value must not be shown. Default: `false`. */
  readonly sensitive?: true;
}

/** What Logto accepts, and what will hardly work. */
export interface Warning {
  readonly property: string;
  readonly reason: string;
  /** Whether it matters only while the value is new. Default: `false`. */
  readonly whenNew?: true;
}

type Finding = Failure | (Warning & { readonly isWarning: true });

/** Logto answers a body over 1 MiB with a bare 404 (measured). */
const maxBodyBytes = 1024 * 1024;

/** Checks the inputs of a resource against its fields. A value that is not known yet passes. */
export function validate(fields: Fields, inputs: Values): { failures: Failure[]; warnings: Warning[] } {
  const oversize = checkSize(inputs);
  if (oversize !== undefined) return { failures: [oversize], warnings: [] };
  const findings = [
    ...checkFields("", fields, inputs),
    ...Object.entries(fields).flatMap(([key, field]) =>
      isAbsent(inputs[key]) ? [] : checkAgainstOthers(key, field, inputs),
    ),
  ];
  return {
    failures: findings.filter((finding): finding is Failure => !("isWarning" in finding)),
    warnings: findings.flatMap((finding) => {
      if (!("isWarning" in finding)) return [];
      const { isWarning, ...warning } = finding;
      return [warning];
    }),
  };
}

/** @param merged keys that may be given elsewhere, and are checked there */
function checkFields(
  property: string,
  fields: Fields,
  values: Values,
  merged: readonly string[] = [],
): Finding[] {
  const path = (key: string) => (property === "" ? key : `${property}.${key}`);
  const missing = Object.entries(fields).filter(
    ([key, field]) =>
      field.required && isAbsent(values[key]) && !merged.includes(key) && applies(field, values) === true,
  );
  const given = Object.keys(values).filter((key) => !isAbsent(values[key]) && !merged.includes(key));
  return [
    ...missing.map(([key]) => ({ property: path(key), reason: "is missing." })),
    ...given.flatMap((key) => {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (field !== undefined) return checkValue(path(key), field, values[key], values);
      const keys = Object.keys(fields);
      const reason = `is not a known property${didYouMean(key, keys)} Known properties: ${list(keys)}.`;
      return [{ property: path(key), reason }];
    }),
  ];
}

/** Whether a field exists beside the given siblings; `undefined` if that is not known. */
function applies({ onlyIf }: Field, siblings: Values): boolean | undefined {
  if (onlyIf === undefined) return true;
  const flag = siblings[onlyIf.key];
  return typeof flag === "boolean" ? flag === onlyIf.is : undefined;
}

function checkAgainstOthers(key: string, field: Field, inputs: Values): Finding[] {
  const { providerName } = inputs;
  const { protocol, onlyIf, mergedInto } = field;
  if (mergedInto !== undefined) return checkMerged(key, mergedInto, inputs);
  if (onlyIf !== undefined && applies(field, inputs) === false) {
    const reason = `requires ${onlyIf.key}: ${onlyIf.is}; Logto would silently ignore it. Remove it, or change ${onlyIf.key}.`;
    return [{ property: key, reason }];
  }
  if (protocol === undefined || inputs[key] !== true || !isProviderName(providerName)) return [];
  if (identityProviders[providerName].protocol === protocol) return [];
  const other = identityProviders[providerName].protocol.toUpperCase();
  const reason = `requires an identity provider of the protocol ${protocol.toUpperCase()}, and ${providerName} uses ${other}. Remove it.`;
  return [{ property: key, reason }];
}

function checkMerged(key: string, target: string, inputs: Values): Finding[] {
  const [extra, config] = [inputs[key], inputs[target]];
  if (!isObject(extra)) return [];
  if (isAbsent(config)) {
    return [{ property: key, reason: `is merged into ${target}, so it requires ${target}.` }];
  }
  if (!isProviderName(inputs.providerName)) return [];
  const { fields } = configOf(inputs.providerName);
  return Object.entries(extra).flatMap(([inner, value]) => {
    const property = `${key}.${inner}`;
    if (isObject(config) && !isAbsent(config[inner])) {
      return [{ property, reason: `is also in ${target}: specify it in one of the two.` }];
    }
    // A release of this package that learns a key accepts it where programs have it by then.
    const field = Object.hasOwn(fields, inner) ? fields[inner] : undefined;
    return field === undefined || isAbsent(value) ? [] : checkValue(property, field, value, extra);
  });
}

/** @param siblings the object that the value belongs to */
function checkValue(property: string, field: Field, value: unknown, siblings: Values): Finding[] {
  if (value === unknown) return [];
  const exposed = field.secret === true ? [] : checkExposed(property, ownPart(field, value));
  if (exposed.length > 0) return exposed;
  switch (field.type) {
    case "string":
    case "timestamp":
    case "enum":
    case "providerName": {
      if (typeof value !== "string") return [wrongType(property, "a string", value)];
      const reason = stringProblem(field, value);
      return reason === undefined ? checkFormat(property, field, value) : [{ property, reason }];
    }
    case "boolean":
      return typeof value === "boolean" ? [] : [wrongType(property, "a boolean", value)];
    case "domains":
      return Array.isArray(value)
        ? checkDomains(property, value)
        : [wrongType(property, "a list of domains", value)];
    case "object":
      return isObject(value)
        ? checkFields(property, field.fields, value)
        : [wrongType(property, "an object", value)];
    case "config":
      return isObject(value)
        ? checkConfig(property, value, siblings)
        : [wrongType(property, "an object", value)];
    case "map":
      if (!isObject(value)) return [wrongType(property, "an object", value)];
      return Object.entries(value).flatMap(([key, inner]) => [
        ...checkKey(property, key),
        ...(field.values === undefined
          ? checkStorable(`${property}.${key}`, inner)
          : checkValue(`${property}.${key}`, { type: "string", equalsAbsent: "" }, inner, value)),
      ]);
  }
}

/** What of a value is not checked by itself, with its own path. Values in a map may be secret. */
function ownPart({ type }: Field, value: unknown): unknown {
  if (type === "domains" && Array.isArray(value)) return undefined;
  const isChecked = type === "object" || type === "config" || type === "map";
  return isChecked && isObject(value) ? Object.keys(value) : value;
}

function checkExposed(property: string, value: unknown): Failure[] {
  const reason = exposedSecret(value);
  return reason === undefined ? [] : [{ property, reason, sensitive: true }];
}

function checkConfig(property: string, config: Values, { providerName, extraConfig }: Values): Finding[] {
  if (!isProviderName(providerName)) return [];
  const { fields, oneOf } = configOf(providerName);
  const extra = isObject(extraConfig) ? extraConfig : {};
  const foreign = Object.keys(config).filter((key) => !isAbsent(config[key]) && !Object.hasOwn(fields, key));
  return [
    ...foreign.map((key) => ({ property: `${property}.${key}`, reason: foreignKey(key, providerName) })),
    ...checkFields(property, fields, config, [...foreign, ...Object.keys(extra)]),
    ...(oneOf === undefined || extraConfig === unknown
      ? []
      : checkOneOf(property, oneOf, { ...config, ...extra })),
    ...checkEntra(property, providerName, config),
  ];
}

function checkEntra(property: string, providerName: ProviderName, { issuer }: Values): Finding[] {
  if (providerName === "AzureAdOidc" || typeof issuer !== "string") return [];
  const reason = entraWarning(issuer);
  return reason === undefined ? [] : [{ property: `${property}.issuer`, reason, isWarning: true }];
}

/** Distinguishes a misspelt key, a key of another identity provider's config and a key that nobody knows. */
function foreignKey(key: string, providerName: ProviderName): string {
  const keys = Object.keys(configOf(providerName).fields);
  const owners = providerNames.filter((name) => Object.hasOwn(configOf(name).fields, key));
  if (owners.length > 0) {
    return `${quote(key)} belongs to the config of ${list(owners)}, not of ${providerName}, which takes ${list(keys)}.`;
  }
  return (
    `the config of ${providerName} has no ${quote(key)}${didYouMean(key, keys)} It takes ${list(keys)}. ` +
    "A key that only a newer Logto knows belongs in extraConfig."
  );
}

function checkOneOf(property: string, sets: NonNullable<ObjectField["oneOf"]>, values: Values): Failure[] {
  const given = (key: string) => !isAbsent(values[key]);
  const begun = sets.filter((set) => set.some(given));
  const ways = sets.map((set) => set.join(" + ")).join(", or ");
  const [first, second] = begun;
  if (first === undefined) return [{ property, reason: `requires one of: ${ways}.` }];
  if (second !== undefined) {
    const found = begun.flatMap((set) => set.filter(given));
    return [
      {
        property: `${property}.${second.find(given) ?? ""}`,
        reason: `${list(found)} are mutually exclusive: Logto would keep ${list(first)} and drop the rest. Specify only one of: ${ways}.`,
      },
    ];
  }
  return first
    .filter((key) => !given(key))
    .map((key) => ({
      property: `${property}.${key}`,
      reason: `is missing: ${list(first)} are required together.`,
    }));
}

function stringProblem(field: Field, text: string): string | undefined {
  if (field.type === "providerName") {
    return isProviderName(text)
      ? undefined
      : `Logto has no identity provider ${quote(text)}${didYouMean(text, providerNames)} It has ${list(providerNames)}.`;
  }
  if (field.type === "enum") {
    return field.values.includes(text) ? undefined : `must be ${list(field.values, "or")}.`;
  }
  if (field.type !== "string") return undefined;
  if (text === "") return field.equalsAbsent === "" ? undefined : "must not be empty.";
  const unstorable = unstorableText(text);
  if (unstorable !== undefined) return unstorable;
  return field.maxLength !== undefined && text.length > field.maxLength
    ? `is ${text.length} characters long; Logto accepts at most ${field.maxLength}.`
    : undefined;
}

function checkFormat(property: string, field: Field, text: string): Finding[] {
  if (field.type !== "string" || field.format === undefined || text === "") return [];
  const verdict = formats[field.format](text, Date.now());
  if (verdict === undefined) return [];
  if ("problem" in verdict) return [{ property, reason: verdict.problem }];
  const { warning: reason, ...more } = verdict;
  return [{ property, reason, ...more, isWarning: true }];
}

/** Logto's database rejects both (measured), but for half a character in a name, which it replaces. */
function unstorableText(text: string): string | undefined {
  if (text.includes("\0")) return "must not contain a NUL character, which Logto's database rejects.";
  if (!/\p{Surrogate}/u.test(text)) return undefined;
  return "must not contain half of a character (a lone surrogate), which Logto cannot store. The text was probably cut within a character.";
}

/** Checks the texts in a value of any form. */
function checkStorable(property: string, value: unknown): Failure[] {
  if (typeof value === "string") {
    const reason = unstorableText(value);
    return reason === undefined ? [] : [{ property, reason }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...checkKey(property, key),
    ...checkStorable(`${property}.${key}`, inner),
  ]);
}

function checkKey(property: string, key: string): Failure[] {
  const reason = unstorableText(key);
  return reason === undefined ? [] : [{ property, reason: `has the key ${quote(key)}, which ${reason}` }];
}

function checkDomains(property: string, domains: unknown[]): Finding[] {
  const lowerCased = domains.flatMap((domain) => (typeof domain === "string" ? [domain.toLowerCase()] : []));
  const seen = new Map<string, number>();
  return domains.flatMap((domain, index): Finding[] => {
    const at = `${property}[${index}]`;
    if (domain === unknown) return [];
    const exposed = checkExposed(at, domain);
    if (exposed.length > 0) return exposed;
    if (typeof domain !== "string") return [wrongType(at, "a string", domain)];
    const canonical = domain.toLowerCase();
    const first = seen.get(canonical);
    seen.set(canonical, first ?? index);
    if (first !== undefined) {
      return [{ property: at, reason: `${quote(domain)} duplicates ${property}[${first}].` }];
    }
    const problem = unstorableText(domain) ?? domainProblem(canonical);
    if (problem !== undefined) return [{ property: at, reason: problem }];
    const warning = domainWarning(canonical, lowerCased);
    return warning === undefined ? [] : [{ property: at, reason: warning, isWarning: true }];
  });
}

function checkSize(values: Values): Failure | undefined {
  if (sizeOf(values) <= maxBodyBytes) return undefined;
  const [largest = ""] = Object.keys(values).sort((a, b) => sizeOf(values[b]) - sizeOf(values[a]));
  return { property: largest, reason: "is too large: Logto accepts at most 1 MiB for a connector." };
}

/** The bytes of a value in a request. A value that is not known yet has none: `JSON.stringify` leaves it out. */
function sizeOf(value: unknown): number {
  return value === unknown ? 0 : Buffer.byteLength(JSON.stringify(value ?? null));
}

/** Names the actual type, never the value, which may be a secret in the wrong place. */
function wrongType(property: string, expected: string, value: unknown): Failure {
  const found = Array.isArray(value) ? "list" : typeof value;
  return { property, reason: `must be ${expected} (got ${found}).` };
}

function didYouMean(word: string, words: readonly string[]): string {
  const match = nearest(word, words);
  return match === undefined ? "." : `; did you mean ${quote(match)}?`;
}

function quote(text: string): string {
  return quoteWhole(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function list(words: readonly string[], joint = "and"): string {
  return new Intl.ListFormat("en-GB", { type: joint === "or" ? "disjunction" : "conjunction" }).format(words);
}
