/** Where Logto is and how to sign in there: read from the stack config, then from the environment. */
import { nearest } from "../connector/nearest";
import { isUrl } from "../connector/url";
import { printable, quote } from "../untrustedText";
import { type AddressName, addressProblems, canonicalUrl } from "./addresses";

/** Returns a value of the stack config by its full key, such as `logto:endpoint`. */
export type StackConfig = (key: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings can't be used. The message lists every problem, and where to fix it. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

export interface Setting<Value> {
  /** The environment variable that is read where the stack config lacks the setting. */
  readonly variable?: string;
  readonly required?: true;
  readonly secret?: true;
  /** Whether white space around the value is ignored. */
  readonly trimmed?: true;
  /**
   * Returns a sentence for each problem with a value.
   *
   * @param source where the value was found
   */
  readonly problems: (text: string, source: string, env: Environment) => string[];
  readonly parse: (text: string) => Value;
  /** Returns the value where the setting is not set, which can depend on the endpoint. */
  readonly default?: (endpoint: string) => Value | undefined;
}

const address = (name: AddressName) => ({
  trimmed: true as const,
  problems: (text: string, _source: string, env: Environment) => addressProblems(name, text, allowsHttp(env)),
  parse: canonicalUrl,
});

/**
 * Credentials. Logto responds with `oidc.invalid_request` to other characters than these, and with `oidc.invalid_client` to a
 * space at an end (measured), which does not point to the line break that a file or a clipboard left behind.
 */
const printableAscii = {
  problems: characterProblems,
  parse: (text: string) => text,
};

const numberUpTo = (max: number) => ({
  problems: (text: string, source: string) => {
    const number = numberOf(text);
    if (number >= 1 && number <= max) return [];
    return [`${source} must be a number from 1 to ${max} (got ${quote(text.slice(0, 40))}).`];
  },
  parse: numberOf,
});

/** The settings by their name in the stack config, under `logto:`. */
const settingTable = {
  /** Base URL of Logto, without a slash at the end. */
  endpoint: { ...address("endpoint"), variable: "LOGTO_ENDPOINT", required: true },
  /** ID of the machine-to-machine application that signs in to the Management API. */
  clientId: { ...printableAscii, variable: "LOGTO_CLIENT_ID", required: true },
  /** Secret of that application. */
  clientSecret: { ...printableAscii, variable: "LOGTO_CLIENT_SECRET", required: true, secret: true },
  /** Resource indicator of the Management API. */
  resource: { ...printableAscii, variable: "LOGTO_RESOURCE", default: defaultResource },
  /** Base URL at which users sign in, such as a custom domain. */
  signInEndpoint: { ...address("signInEndpoint"), default: (endpoint: string) => endpoint },
  /** How long a request may take, its retries included. */
  timeoutSeconds: { ...numberUpTo(3600), default: () => 30 },
  /** `undefined`: unlimited. */
  maxRequestsPerSecond: { ...numberUpTo(1000), default: defaultRate },
  /** Whether a create adopts a connector that equals what is declared, without `adopt: true` at the resource. */
  adopt: { problems: adoptProblems, parse: () => "identical" as const, default: () => undefined },
} as const satisfies Record<string, Setting<unknown>>;

type SettingTable = typeof settingTable;
export type SettingName = keyof SettingTable;

type Values = {
  readonly [Name in SettingName]:
    | ReturnType<SettingTable[Name]["parse"]>
    | (SettingTable[Name] extends { default: (endpoint: string) => infer Default } ? Default : never);
};

export interface Settings extends Values {
  /** Returns where a setting was found, or belongs, such as `logto:endpoint` or `LOGTO_ENDPOINT`. */
  readonly origin: (name: SettingName) => string;
}

export const settingNames = Object.keys(settingTable) as SettingName[];

/** Returns the entry of a setting, as a type that has the optional properties of all. */
export const settingOf = (name: SettingName): Setting<Values[SettingName]> => settingTable[name];

/** Reads one setting: the stack config wins over the environment; an empty value counts as not set. */
export function setting(name: SettingName, config: StackConfig, env: Environment): string | undefined {
  const { variable, trimmed } = settingOf(name);
  const isSet = (value: string | undefined) => value !== undefined && (trimmed ? value.trim() : value) !== "";
  return [config(`logto:${name}`), variable && env[variable]].find(isSet);
}

/** @throws SettingsError naming every setting that is missing or wrong */
export function readSettings(config: StackConfig, env: Environment): Settings {
  const origin = (name: SettingName) => {
    const isFromEnvironment = setting(name, config, {}) !== setting(name, config, env);
    return (isFromEnvironment ? settingOf(name).variable : undefined) ?? `logto:${name}`;
  };
  const problems = settingNames.flatMap((name) => {
    const text = setting(name, config, env);
    return text === undefined ? [] : settingOf(name).problems(text, origin(name), env);
  });
  problems.unshift(...missingSettings(config, env));
  if (problems.length > 0) throw new SettingsError(problems.join("\n"));
  const endpoint = canonicalUrl(setting("endpoint", config, env) ?? "");
  const values = settingNames.map((name) => {
    const text = setting(name, config, env);
    const { parse, default: defaultOf } = settingOf(name);
    return [name, text === undefined ? defaultOf?.(endpoint) : parse(text)] as const;
  });
  return { ...(Object.fromEntries(values) as Values), origin };
}

/** Returns a sentence for each required setting that is not set. */
export function missingSettings(config: StackConfig, env: Environment): string[] {
  return settingNames
    .filter((name) => settingOf(name).required && setting(name, config, env) === undefined)
    .map((name) => {
      const { secret, variable } = settingOf(name);
      const command = `pulumi config set ${secret ? "--secret " : ""}logto:${name} …`;
      return `logto:${name} is not set. Run \`${command}\`${variable ? ` or set ${variable}` : ""}.`;
    });
}

/**
 * Returns a warning for each key of the stack config that is probably a misspelt setting. Other keys can belong to the program: a
 * project named `logto` has its own keys there.
 *
 * @param keys full keys, such as `logto:endpoint`; those of other namespaces are left alone
 */
export function misspeltSettings(keys: Iterable<string>): string[] {
  return [...keys].flatMap((key) => {
    const [, name] = /^logto:(.*)$/s.exec(key) ?? [];
    if (name === undefined || settingNames.some((known) => known === name)) return [];
    const meant = nearest(name, settingNames);
    if (meant === undefined) return [];
    return [
      `${printable(key)} is not a setting of pulumi-logto-sso, so it has no effect. Did you mean logto:${meant}?`,
    ];
  });
}

/** Returns the warning of a preview, which needs no credentials, so that a pull request from a fork can have one. */
export function previewWarning(missing: readonly string[]): string {
  return `This preview needs no access to Logto, but \`pulumi up\` will.\n${missing.join("\n")}`;
}

/**
 * Returns the base URL of the URLs to register at an identity provider: where users sign in. `undefined` where neither
 * `signInEndpoint` nor `endpoint` is set.
 *
 * @throws SettingsError where it is malformed
 */
export function signInAddress(config: StackConfig, env: Environment): string | undefined {
  for (const name of ["signInEndpoint", "endpoint"] as const) {
    const text = setting(name, config, env);
    if (text !== undefined) return canonicalAddress(name, text, env);
  }
  return undefined;
}

/** @throws SettingsError where the address is malformed */
export function canonicalAddress(name: AddressName, text: string, env: Environment = process.env): string {
  const problems = addressProblems(name, text, allowsHttp(env));
  if (problems.length > 0) throw new SettingsError(problems.join("\n"));
  return canonicalUrl(text);
}

/** Encodes the credentials for HTTP Basic. RFC 6749, 2.3.1: each is form-encoded before they are joined. */
export function basicCredentials({ clientId, clientSecret }: Settings): string {
  return Buffer.from([clientId, clientSecret].map(encodeURIComponent).join(":")).toString("base64");
}

/** Returns the Management API's resource indicator: the tenant's own on Logto Cloud, else the fixed one of a self-hosted Logto. */
export function defaultResource(endpoint: string): string {
  return isCloud(endpoint) ? `${new URL(endpoint).origin}/api` : "https://default.logto.app/api";
}

/**
 * Returns the default rate. Logto Cloud allows a tenant 200 requests in 10 s (its documentation), sign-ins included: a quarter
 * is left to them. A self-hosted Logto has no limit.
 */
function defaultRate(endpoint: string): number | undefined {
  return isCloud(endpoint) ? 15 : undefined;
}

/** Returns the environment of an explicit `logto.Provider`, whose settings come from its arguments alone. */
export function environmentOfProvider({ LOGTO_ALLOW_HTTP }: Environment): Environment {
  return { LOGTO_ALLOW_HTTP };
}

function isCloud(endpoint: string): boolean {
  return isUrl(endpoint) && /^[^.]+\.logto\.app$/.test(new URL(endpoint).hostname);
}

function allowsHttp(env: Environment): boolean {
  return env.LOGTO_ALLOW_HTTP === "1";
}

function characterProblems(text: string, source: string): string[] {
  const places = { "ends with": /[^\x21-\x7e]+$/, "starts with": /^[^\x21-\x7e]+/, contains: /[^\x20-\x7e]/ };
  const found = Object.entries(places).find(([, pattern]) => pattern.test(text));
  if (found === undefined) return [];
  const kind = kindOf(found[1].exec(text)?.[0] ?? "");
  return [
    `${source} ${found[0]} ${kind}: only printable ASCII characters are allowed. Set it again without it.`,
  ];
}

/** Returns the kind of the first of some characters, which themselves may be part of a secret. */
function kindOf(characters: string): string {
  const [character = ""] = characters;
  if (/[\n\v\f\r\x85\u2028\u2029]/.test(character)) return "a line break";
  if (character === "\t") return "a tab";
  if (character === "\ufeff") return "a byte order mark";
  if (/\s/.test(character)) return "a space";
  if (/[\p{Control}\p{Format}]/u.test(character)) return "an invisible character";
  return "a non-ASCII character";
}

function adoptProblems(text: string, source: string): string[] {
  if (text === "identical") return [];
  return [
    `${source} must be "identical" (got ${quote(text)}). To adopt a connector that differs from its declaration, set ` +
      "`adopt: true` at its resource.",
  ];
}

/** Parses a decimal number, else returns NaN: `Number` accepts `0x10` and an empty text as well. */
function numberOf(text: string): number {
  return /^\s*\d+(?:\.\d+)?(?:e\d+)?\s*$/i.test(text) ? Number(text) : NaN;
}
