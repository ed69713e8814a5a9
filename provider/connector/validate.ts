/** Rejects what Logto would reject or silently drop, before anything is sent, and warns of what will hardly work. */
import { quote as quoteWhole } from "../untrustedText";
import { isAbsent, isObject, unknown, type Values } from "../values";
import { canonicalDomain } from "./domain";
import { domainProblem, domainWarning, writtenDomainProblem } from "./domainProblem";
import { exposedSecretProblem } from "./exposedSecret";
import type { Field, Fields, ObjectField, SetField } from "./field";
import { formats, objectRules } from "./formats";
import {
  configOf,
  identityProviders,
  isProviderName,
  type ProviderName,
  providerNames,
} from "./identityProviders";
import { entraWarning } from "./issuer";
import { nearest } from "./nearest";
import type { Problem, TextProblem } from "./problem";
import { unsignedRequestsRemedy, unsignedRequestsWarning } from "./samlMetadata";

/** Logto answers a larger body with a bare 404 (Logto: middleware/koa-error-handler.ts, which leaves koa-body's error to Koa). */
const maxBodyBytes = 1024 * 1024;

/** Checks the inputs of a resource against its fields. A value that is not known yet passes. */
export function validate(fields: Fields, inputs: Values): Problem[] {
  const oversize = checkSize(inputs);
  if (oversize.length > 0) return oversize;
  return [
    ...checkFields("", fields, inputs),
    ...Object.entries(fields).flatMap(([key, field]) =>
      isAbsent(inputs[key]) ? [] : checkAgainstOthers(key, field, inputs),
    ),
  ];
}

/** @param merged keys that may be given elsewhere, and are checked there */
function checkFields(
  path: string,
  fields: Fields,
  values: Values,
  merged: readonly string[] = [],
): Problem[] {
  const pathOf = (key: string) => (path === "" ? key : `${path}.${key}`);
  const missing = Object.entries(fields).filter(
    ([key, field]) =>
      field.required && isAbsent(values[key]) && !merged.includes(key) && applies(field, values) === true,
  );
  const given = Object.keys(values).filter((key) => !isAbsent(values[key]) && !merged.includes(key));
  return [
    ...missing.map(([key]) => ({ path: pathOf(key), message: "is missing." })),
    ...given.flatMap((key) => {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (field !== undefined) return checkValue(pathOf(key), field, values[key], values);
      const keys = Object.keys(fields);
      const message = `is not a known property${didYouMean(key, keys)} Known properties: ${list(keys)}.`;
      return [{ path: pathOf(key), message }];
    }),
  ];
}

/** Whether a field exists beside the given siblings; `undefined` if that is not known. */
function applies({ onlyIf }: Field, siblings: Values): boolean | undefined {
  if (onlyIf === undefined) return true;
  const flag = siblings[onlyIf.key];
  return typeof flag === "boolean" ? flag === onlyIf.is : undefined;
}

function checkAgainstOthers(key: string, field: Field, inputs: Values): Problem[] {
  const { providerName } = inputs;
  const { protocol, onlyIf, mergedInto } = field;
  if (mergedInto !== undefined) return checkMerged(key, mergedInto, inputs);
  // What is not known yet may turn out to be absent, as an output of another resource that does not have it.
  if (onlyIf !== undefined && inputs[key] !== unknown && applies(field, inputs) === false) {
    const message = `requires ${onlyIf.key} to be ${onlyIf.is}; Logto would silently ignore it. Remove it, or change ${onlyIf.key}.`;
    return [{ path: key, message }];
  }
  if (protocol === undefined || inputs[key] !== true || !isProviderName(providerName)) return [];
  if (identityProviders[providerName].protocol === protocol) return [];
  const other = identityProviders[providerName].protocol.toUpperCase();
  const message = `requires an identity provider of the protocol ${protocol.toUpperCase()}, and ${providerName} uses ${other}. Remove it.`;
  return [{ path: key, message }];
}

function checkMerged(key: string, target: string, inputs: Values): Problem[] {
  const [extra, config] = [inputs[key], inputs[target]];
  if (!isObject(extra)) return [];
  if (isAbsent(config)) {
    return [{ path: key, message: `is merged into ${target}, so it requires ${target}.` }];
  }
  if (!isProviderName(inputs.providerName)) return [];
  const { fields } = configOf(inputs.providerName);
  return Object.entries(extra).flatMap(([inner, value]) => {
    const path = `${key}.${inner}`;
    if (isObject(config) && !isAbsent(config[inner])) {
      return [{ path, message: `is also in ${target}: specify it in one of the two.` }];
    }
    // A release of this package that learns a key accepts it where programs have it by then.
    const field = Object.hasOwn(fields, inner) ? fields[inner] : undefined;
    return field === undefined || isAbsent(value) ? [] : checkValue(path, field, value, extra);
  });
}

/** @param siblings the object that the value belongs to */
function checkValue(path: string, field: Field, value: unknown, siblings: Values): Problem[] {
  if (value === unknown) return [];
  const exposed = field.secret === true ? [] : checkExposed(path, uncheckedPart(field, value));
  if (exposed.length > 0) return exposed;
  switch (field.type) {
    case "string":
    case "timestamp":
    case "enum":
    case "providerName": {
      if (typeof value !== "string") return wrongType(path, "a string", value);
      const message = stringProblem(field, value);
      return message === undefined ? checkFormat(path, field, value) : [{ path, message }];
    }
    case "boolean":
      return typeof value === "boolean" ? [] : wrongType(path, "a boolean", value);
    case "domains":
      return Array.isArray(value)
        ? checkDomains(path, value, field.asWritten)
        : wrongType(path, "a list of domains", value);
    case "set":
      return Array.isArray(value) ? checkSet(path, field, value) : wrongType(path, "a list of texts", value);
    case "object":
      return isObject(value) ? checkObject(path, field, value) : wrongType(path, "an object", value);
    case "config":
      return isObject(value) ? checkConfig(path, value, siblings) : wrongType(path, "an object", value);
    case "map":
      if (!isObject(value)) return wrongType(path, "an object", value);
      return Object.entries(value).flatMap(([key, inner]) => [
        ...checkKey(path, key),
        ...(field.values === undefined
          ? checkStorable(`${path}.${key}`, inner)
          : checkValue(`${path}.${key}`, { type: "string", equalsAbsent: "" }, inner, value)),
      ]);
  }
}

/** The fields together are checked once each of them is valid. */
function checkObject(path: string, { fields, rule }: ObjectField, value: Values): Problem[] {
  const problems = checkFields(path, fields, value);
  if (rule === undefined || problems.some(({ isWarning }) => isWarning !== true)) return problems;
  const problem = objectRules[rule](value);
  return problem === undefined ? problems : [...problems, { path, ...problem }];
}

/** Returns the part of a value that is not checked by itself, with its own path. Values in a map may be secret. */
function uncheckedPart({ type }: Field, value: unknown): unknown {
  if ((type === "domains" || type === "set") && Array.isArray(value)) return undefined;
  const isChecked = type === "object" || type === "config" || type === "map";
  return isChecked && isObject(value) ? Object.keys(value) : value;
}

function checkExposed(path: string, value: unknown): Problem[] {
  return problems(path, exposedSecretProblem(value), { sensitive: true });
}

function checkConfig(path: string, config: Values, { providerName, extraConfig }: Values): Problem[] {
  if (!isProviderName(providerName)) return [];
  const { fields, oneOf } = configOf(providerName);
  const extra = isObject(extraConfig) ? extraConfig : {};
  const foreign = Object.keys(config).filter((key) => !isAbsent(config[key]) && !Object.hasOwn(fields, key));
  return [
    ...foreign.map((key) => ({ path: `${path}.${key}`, message: foreignKeyMessage(key, providerName) })),
    ...checkFields(path, fields, config, [...foreign, ...Object.keys(extra)]),
    ...(oneOf === undefined || extraConfig === unknown
      ? []
      : checkOneOf(path, oneOf, { ...config, ...extra })),
    ...checkEntraIssuer(path, providerName, config),
    ...(extraConfig === unknown ? [] : checkSignature(path, { ...config, ...extra })),
  ];
}

function checkEntraIssuer(path: string, providerName: ProviderName, { issuer }: Values): Problem[] {
  if (providerName === "AzureAdOidc" || typeof issuer !== "string") return [];
  return problems(`${path}.issuer`, entraWarning(issuer), { isWarning: true });
}

function checkSignature(path: string, { metadata, signAuthnRequest }: Values): Problem[] {
  if (typeof metadata !== "string") return [];
  const warning = unsignedRequestsWarning(metadata, signAuthnRequest);
  const message = warning && `${warning} ${unsignedRequestsRemedy}`;
  return problems(`${path}.metadata`, message, { isWarning: true, whenNew: true });
}

/** Distinguishes a misspelt key, a key of another identity provider's config and a key that nobody knows. */
function foreignKeyMessage(key: string, providerName: ProviderName): string {
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

function checkOneOf(path: string, sets: NonNullable<ObjectField["oneOf"]>, values: Values): Problem[] {
  const given = (key: string) => !isAbsent(values[key]);
  const begun = sets.filter((set) => set.some(given));
  const ways = sets.map((set) => set.join(" + ")).join(", or ");
  const [first, second] = begun;
  if (first === undefined) return [{ path, message: `requires one of: ${ways}.` }];
  if (second !== undefined) {
    const exclusive = begun.flatMap((set) => set.filter(given));
    return [
      {
        path: `${path}.${second.find(given) ?? ""}`,
        message: `${list(exclusive)} are mutually exclusive: Logto would keep ${list(first)} and drop the rest. Specify only one of: ${ways}.`,
      },
    ];
  }
  return first
    .filter((key) => !given(key))
    .map((key) => ({
      path: `${path}.${key}`,
      message: `is missing: ${list(first)} are required together.`,
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
  const { maxLength = Infinity } = field;
  return text.length > maxLength
    ? `is ${text.length} characters long; Logto accepts at most ${maxLength}.`
    : undefined;
}

function checkFormat(path: string, field: Field, text: string): Problem[] {
  if (field.type !== "string" || field.format === undefined || text === "") return [];
  const problem = formats[field.format](text, Date.now());
  return problem === undefined ? [] : [{ path, ...problem }];
}

/**
 * Logto's database rejects both, but for half a character in a name, which it replaces (`test/logto/rules.test.ts`: "the database
 * refuses a NUL anywhere, and a lone surrogate in JSON").
 */
function unstorableText(text: string): string | undefined {
  if (text.includes("\0")) return "must not contain a NUL character, which Logto's database rejects.";
  if (!/\p{Surrogate}/u.test(text)) return undefined;
  return "must not contain half of a character (a lone surrogate), which Logto cannot store. The text was probably cut within a character.";
}

/** Checks the texts and the numbers in a value of any form. */
function checkStorable(path: string, value: unknown): Problem[] {
  if (typeof value === "string") return problems(path, unstorableText(value));
  if (typeof value === "number" && !Number.isFinite(value))
    return problems(path, `must be a finite number (got ${value}), since Logto stores JSON.`);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...checkKey(path, key),
    ...checkStorable(`${path}.${key}`, inner),
  ]);
}

function checkKey(path: string, key: string): Problem[] {
  const problem = unstorableText(key);
  return problems(path, problem && `has the key ${quote(key)}, which ${problem}`);
}

function checkDomains(path: string, domains: unknown[], asWritten = false): Problem[] {
  const keyOf = asWritten ? (domain: string) => domain : canonicalDomain;
  const all = domains.filter((domain) => typeof domain === "string").map(canonicalDomain);
  return checkElements(path, domains, keyOf, (domain) => {
    const canonical = canonicalDomain(domain);
    if (asWritten) return writtenDomainProblem(domain);
    const problem = domainProblem(canonical);
    if (problem !== undefined) return { message: problem };
    const warning = domainWarning(canonical, all);
    return warning === undefined ? undefined : { message: warning, isWarning: true };
  });
}

function checkSet(path: string, { of }: SetField, elements: unknown[]): Problem[] {
  return checkElements(
    path,
    elements,
    (element) => element,
    (element) => (element === "" ? { message: `must be ${of}, not an empty text.` } : undefined),
  );
}

/**
 * @param keyOf returns what two elements must not have in common
 * @param check returns the problem with one element
 */
function checkElements(
  path: string,
  elements: unknown[],
  keyOf: (element: string) => string,
  check: (element: string) => TextProblem | undefined,
): Problem[] {
  const seen = new Map<string, number>();
  return elements.flatMap((element, index): Problem[] => {
    const at = `${path}[${index}]`;
    if (element === unknown) return [];
    const exposed = checkExposed(at, element);
    if (exposed.length > 0) return exposed;
    if (typeof element !== "string") return wrongType(at, "a string", element);
    const first = seen.get(keyOf(element));
    seen.set(keyOf(element), first ?? index);
    if (first !== undefined) return problems(at, `${quote(element)} duplicates ${path}[${first}].`);
    const unstorable = unstorableText(element);
    if (unstorable !== undefined) return problems(at, unstorable);
    const problem = check(element);
    return problem === undefined ? [] : [{ path: at, ...problem }];
  });
}

function checkSize(values: Values): Problem[] {
  if (sizeOf(values) <= maxBodyBytes) return [];
  const [largest = ""] = Object.keys(values).sort((a, b) => sizeOf(values[b]) - sizeOf(values[a]));
  return problems(largest, "is too large: Logto accepts at most 1 MiB for a connector.");
}

/** The bytes of a value in a request. A value that is not known yet has none: `JSON.stringify` leaves it out. */
function sizeOf(value: unknown): number {
  return value === unknown ? 0 : Buffer.byteLength(JSON.stringify(value ?? null));
}

/** Names the actual type, never the value, which may be a secret in the wrong place. */
function wrongType(path: string, expected: string, value: unknown): Problem[] {
  const type = Array.isArray(value) ? "list" : typeof value;
  return problems(path, `must be ${expected} (got ${type}).`);
}

/** Returns the problem with this message; none where it is `undefined`. */
function problems(
  path: string,
  message: string | undefined,
  more: Omit<TextProblem, "message"> = {},
): Problem[] {
  return message === undefined ? [] : [{ path, message, ...more }];
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
