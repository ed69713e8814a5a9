/** Refuses what Logto would reject or silently drop, before anything is sent. Pure: no HTTP, no Pulumi. */
import { X509Certificate } from "node:crypto";
import { closest, distance } from "fastest-levenshtein";
import { isGroup, unknown, type Values } from "./connector";
import { exposedSecret } from "./exposedSecret";
import {
  connectorFields,
  type Field,
  type Fields,
  isProviderName,
  type ProviderName,
  providerNames,
  providers,
  ssoConnectorConfigFields,
} from "./fields";
import { quote as quoteWhole } from "../untrustedText";
import { publicMailDomains } from "./publicMailDomains";

/** What is wrong, where (`config.issuer`, `domains[1]`), and what to do. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
  /** Whether the value must not be shown. Default: `false`. */
  readonly sensitive?: true;
}

/** Logto answers a body over 1 MiB with a bare 404 (measured). */
const maxBodyBytes = 1024 * 1024;

/** Checks the declaration of a connector. A value that is not known yet passes. */
export function validate(values: Values): Failure[] {
  return validateWithConfig(connectorFields, values);
}

/** The same for the config of a connector by itself. */
export function validateConfig(values: Values): Failure[] {
  const missing = isAbsent(values.config) ? [{ property: "config", reason: "is missing." }] : [];
  return [...missing, ...validateWithConfig(ssoConnectorConfigFields, values)];
}

/** The same for a resource that has no config. */
export function validateFields(fields: Fields, values: Values): Failure[] {
  return checkGroup("", fields, values, []);
}

function validateWithConfig(fields: Fields, values: Values): Failure[] {
  const { providerName, config, extraConfig, ...rest } = values;
  const failures = [
    ...checkProviderName(providerName),
    ...checkGroup("", fields, { ...rest, providerName, extraConfig }, ["config"]),
    ...(isAbsent(config) ? [] : checkConfig(providerName, config, extraConfig)),
    ...(isAbsent(extraConfig) ? [] : checkExtraConfig(providerName, config, extraConfig)),
    ...checkTokenStorage(providerName, values.enableTokenStorage),
  ];
  return failures.length > 0 ? failures : checkSize(values);
}

function checkProviderName(providerName: unknown): Failure[] {
  if (typeof providerName !== "string" || isProviderName(providerName)) return [];
  if (exposedSecret(providerName) !== undefined) return [];
  return [
    {
      property: "providerName",
      reason: `Logto has no provider ${quote(providerName)}${didYouMean(providerName, providerNames)} It has ${list(providerNames)}.`,
    },
  ];
}

function checkConfig(providerName: unknown, config: unknown, extraConfig: unknown): Failure[] {
  if (config === unknown || !isProviderName(providerName)) return [];
  const { config: group, providerType } = providers[providerName];
  if (!isGroup(config)) return [wrongType("config", "an object", config)];
  const extra = isGroup(extraConfig) ? extraConfig : {};
  const strange = Object.keys(config).filter(
    (key) => !isAbsent(config[key]) && !Object.hasOwn(group.fields, key),
  );
  return [
    ...strange.map((key) => ({ property: `config.${key}`, reason: strangeKey(key, providerName) })),
    ...checkGroup("config", group.fields, config, [...strange, ...Object.keys(extra)]),
    ...(providerType === "saml" ? checkOneOf("config", samlShapes, { ...config, ...extra }) : []),
  ];
}

const samlShapes = providers.SAML.config.oneOf;

/** Tells a misspelt key, a key of another kind of config and a key that nobody knows apart. */
function strangeKey(key: string, providerName: ProviderName): string {
  const keys = Object.keys(providers[providerName].config.fields);
  const takers = providerNames.filter((name) => Object.hasOwn(providers[name].config.fields, key));
  if (takers.length > 0) {
    return `${quote(key)} belongs to the config of ${list(takers)}, not of ${providerName}, which takes ${list(keys)}.`;
  }
  return (
    `the config of ${providerName} has no ${quote(key)}${didYouMean(key, keys)} It takes ${list(keys)}; ` +
    "a key that only a newer Logto knows goes into extraConfig."
  );
}

function checkOneOf(property: string, shapes: readonly (readonly string[])[], values: Values): Failure[] {
  const given = (key: string) => !isAbsent(values[key]);
  const begun = shapes.filter((shape) => shape.some(given));
  const ways = shapes.map((shape) => shape.join(" + ")).join(", or ");
  const [first, second] = begun;
  if (first === undefined) return [{ property, reason: `needs one of: ${ways}.` }];
  if (second !== undefined) {
    const found = begun.flatMap((shape) => shape.filter(given));
    return [
      {
        property: `${property}.${second.find(given) ?? ""}`,
        reason: `${list(found)} exclude each other: Logto would keep ${list(first)} and drop the rest. Give only one of: ${ways}.`,
      },
    ];
  }
  return first
    .filter((key) => !given(key))
    .map((key) => ({ property: `${property}.${key}`, reason: `is missing: ${list(first)} go together.` }));
}

function checkExtraConfig(providerName: unknown, config: unknown, extraConfig: unknown): Failure[] {
  if (extraConfig === unknown) return [];
  if (!isGroup(extraConfig)) return [wrongType("extraConfig", "an object", extraConfig)];
  if (isAbsent(config)) {
    return [{ property: "extraConfig", reason: "is merged into config, so it needs a config." }];
  }
  if (!isProviderName(providerName)) return [];
  const { fields }: { fields: Fields } = providers[providerName].config;
  return Object.entries(extraConfig).flatMap(([key, value]) => {
    const property = `extraConfig.${key}`;
    if (isGroup(config) && !isAbsent(config[key])) {
      return [{ property, reason: "is in config as well: write it at one of the two." }];
    }
    // A release of this package that learns a key takes it where programs have it by then.
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return field === undefined || isAbsent(value) ? [] : checkValue(property, field, value);
  });
}

function checkTokenStorage(providerName: unknown, enableTokenStorage: unknown): Failure[] {
  if (enableTokenStorage !== true || !isProviderName(providerName)) return [];
  if (providers[providerName].providerType === "oidc") return [];
  return [
    {
      property: "enableTokenStorage",
      reason: `Logto stores tokens of OIDC providers only, and ${providerName} is SAML. Leave it out.`,
    },
  ];
}

function checkGroup(
  property: string,
  fields: Fields,
  values: Values,
  elsewhere: readonly string[],
): Failure[] {
  const path = (key: string) => (property === "" ? key : `${property}.${key}`);
  const given = Object.keys(values).filter((key) => !isAbsent(values[key]) && !elsewhere.includes(key));
  const missing = Object.keys(fields).filter(
    (key) => fields[key]?.required === true && isAbsent(values[key]) && !elsewhere.includes(key),
  );
  return [
    ...missing.map((key) => ({ property: path(key), reason: "is missing." })),
    ...given.flatMap((key) => {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (field !== undefined) return checkValue(path(key), field, values[key]);
      const keys = [...Object.keys(fields), ...elsewhere];
      return [
        { property: path(key), reason: `is not known${didYouMean(key, keys)} Known are ${list(keys)}.` },
      ];
    }),
  ];
}

function checkValue(property: string, field: Field, value: unknown): Failure[] {
  if (value === unknown) return [];
  const exposed = typeof value === "string" && field.secret !== true ? exposedSecret(value) : undefined;
  if (exposed !== undefined) return [{ property, reason: exposed, sensitive: true }];
  switch (field.type) {
    case "text": {
      if (typeof value !== "string") return [wrongType(property, "a text", value)];
      const reason = textProblem(field, value);
      return reason === undefined ? [] : [{ property, reason }];
    }
    case "flag":
      return typeof value === "boolean" ? [] : [wrongType(property, "true or false", value)];
    case "choice":
      if (typeof value !== "string") return [wrongType(property, "a text", value)];
      // A wrong providerName has a check of its own, with a hint.
      return field.choices.includes(value) || property === "providerName"
        ? []
        : [{ property, reason: `must be ${list(field.choices, "or")}.` }];
    case "domains":
      return Array.isArray(value)
        ? checkDomains(property, value)
        : [wrongType(property, "a list of domains", value)];
    case "group":
      return isGroup(value)
        ? checkGroup(property, field.fields, value, [])
        : [wrongType(property, "an object", value)];
    case "open":
      return [];
  }
}

function textProblem(field: Field & { type: "text" }, text: string): string | undefined {
  if (text === "") return field.sameAsAbsent === "" ? undefined : "must not be empty.";
  if (text.includes("\0")) return "must not hold a NUL character: Logto's database takes none.";
  if (field.maxLength !== undefined && text.length > field.maxLength) {
    return `is ${text.length} characters long; Logto takes at most ${field.maxLength}.`;
  }
  switch (field.format) {
    case "url":
      return isHttpUrl(text) ? undefined : "must be a URL that begins with https:// (or http://).";
    case "certificate":
      return isCertificate(text)
        ? undefined
        : "is no X.509 certificate: give it as PEM (-----BEGIN CERTIFICATE-----) or as bare base64.";
    case "samlMetadata":
      return /<([\w.-]+:)?EntityDescriptor[\s>]/.test(text)
        ? undefined
        : "is no SAML metadata: it must be XML with an EntityDescriptor. A URL goes into metadataUrl.";
    case undefined:
      return undefined;
    default:
      return field.format satisfies never;
  }
}

function checkDomains(property: string, domains: unknown[]): Failure[] {
  const seen = new Map<string, number>();
  return domains.flatMap((domain, index) => {
    const at = `${property}[${index}]`;
    if (domain === unknown) return [];
    if (typeof domain !== "string") return [wrongType(at, "a text", domain)];
    const exposed = exposedSecret(domain);
    if (exposed !== undefined) return [{ property: at, reason: exposed, sensitive: true }];
    const canonical = domain.toLowerCase();
    const first = seen.get(canonical);
    seen.set(canonical, first ?? index);
    const reason =
      first === undefined
        ? domainProblem(canonical)
        : `${quote(domain)} is in the list already, as ${property}[${first}].`;
    return reason === undefined ? [] : [{ property: at, reason }];
  });
}

/** Logto takes any text as a domain (measured) and then never matches it, hence the checks of its form. */
function domainProblem(domain: string): string | undefined {
  if (domain === "") return "must not be empty.";
  if (/\s/.test(domain)) return `${quote(domain)} holds a space.`;
  if (domain.includes("://")) return `${quote(domain)} is a URL: give only the domain, such as acme.com.`;
  if (domain.includes("@"))
    return `${quote(domain)} holds an @: give only what stands behind it, such as acme.com.`;
  if (/[\0/]/.test(domain)) return `${quote(domain)} is no domain: give one such as acme.com.`;
  if (publicMailDomains.has(domain)) {
    return `${quote(domain)} is a public mail domain, which Logto refuses: anybody can have an address there.`;
  }
  return undefined;
}

function checkSize(values: Values): Failure[] {
  const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value ?? null));
  if (size(values) <= maxBodyBytes) return [];
  const [largest = ""] = Object.keys(values).sort((a, b) => size(values[b]) - size(values[a]));
  return [{ property: largest, reason: "is too large: Logto takes at most 1 MiB for a connector." }];
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

function isCertificate(text: string): boolean {
  const pem = text.includes("-----BEGIN")
    ? text
    : `-----BEGIN CERTIFICATE-----\n${text.trim()}\n-----END CERTIFICATE-----`;
  try {
    return new X509Certificate(pem).serialNumber !== "";
  } catch {
    return false;
  }
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Names the type that was found, never the value: it may be a secret in the wrong place. */
function wrongType(property: string, expected: string, value: unknown): Failure {
  const found = Array.isArray(value)
    ? "a list"
    : typeof value === "object"
      ? "an object"
      : `a ${typeof value}`;
  return { property, reason: `must be ${expected}, but is ${found}.` };
}

function didYouMean(word: string, words: readonly string[]): string {
  const lower = (text: string) => text.toLowerCase();
  const near = closest(lower(word), words.map(lower));
  const match = words.find((candidate) => lower(candidate) === near);
  const close = distance(lower(word), near) <= Math.max(2, word.length / 3);
  return match !== undefined && close ? `; did you mean ${quote(match)}?` : ".";
}

function quote(text: string): string {
  return quoteWhole(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function list(words: readonly string[], joint = "and"): string {
  return new Intl.ListFormat("en-GB", { type: joint === "or" ? "disjunction" : "conjunction" }).format(words);
}
