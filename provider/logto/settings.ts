/** Where Logto is and how to sign in there: read from the stack's config, then from the environment. */
import { quote } from "../untrustedText";
import { type AddressName, addressProblems, canonical } from "./addresses";

/** Names in the stack's config, under `logto:`, and the environment variable that stands in where one has one. */
const sources = {
  endpoint: "LOGTO_ENDPOINT",
  clientId: "LOGTO_CLIENT_ID",
  clientSecret: "LOGTO_CLIENT_SECRET",
  resource: "LOGTO_RESOURCE",
  signInEndpoint: undefined,
  timeoutSeconds: undefined,
  maxRequestsPerSecond: undefined,
  adopt: undefined,
} as const;

export type SettingName = keyof typeof sources;

export interface Settings {
  /** Base URL of Logto, without a slash at the end. */
  readonly endpoint: string;
  /** Of the machine-to-machine application that signs in to the Management API. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Resource indicator of the Management API. */
  readonly resource: string;
  /** How long a request may take, its retries included. */
  readonly timeoutSeconds: number;
  /** `undefined`: as many as come up. */
  readonly maxRequestsPerSecond: number | undefined;
  /** Whether a create takes over a connector that equals what is declared, without being told to one by one. */
  readonly adopt: "identical" | undefined;
  /** Says for people where a setting was found, such as `logto:endpoint in the config`. */
  readonly origin: (name: SettingName) => string;
}

/** Gives a value of the stack's config by its full key, such as `logto:endpoint`. */
export type Lookup = (name: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings can't be used. The message lists everything that is wrong with them, and where to set it. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly code = "settings";
}

/** One setting: the stack's config wins over the environment; an empty one counts as not set. */
export function setting(name: SettingName, config: Lookup, env: Environment): string | undefined {
  const variable = sources[name];
  const isSet = (value: string | undefined) =>
    value !== undefined && (isAddress(name) ? value.trim() : value) !== "";
  return [config(`logto:${name}`), variable && env[variable]].find(isSet);
}

/** @throws SettingsError naming every setting that is missing or wrong */
export function readSettings(config: Lookup, env: Environment): Settings {
  const get = (name: SettingName) => setting(name, config, env);
  const origin = (name: SettingName) =>
    setting(name, config, {}) === undefined
      ? (sources[name] ?? `logto:${name}`)
      : `logto:${name} in the config`;
  const check = <Name extends SettingName>(name: Name, problems: (text: string, name: Name) => string[]) => {
    const text = get(name);
    return text === undefined ? [] : problems(text, name);
  };
  const problems = [
    ...missingSettings(config, env),
    ...(["endpoint", "signInEndpoint"] as const).flatMap((name) =>
      check(name, (text) => addressProblems(name, text, allowsHttp(env))),
    ),
    ...(["clientId", "clientSecret", "resource"] as const).flatMap((name) =>
      check(name, (text) => characterProblems(origin(name), text)),
    ),
    ...check("timeoutSeconds", (text, name) => rangeProblems(name, text, 3600)),
    ...check("maxRequestsPerSecond", (text, name) => rangeProblems(name, text, 1000)),
    ...check("adopt", adoptProblems),
  ];
  if (problems.length > 0) throw new SettingsError(problems.join("\n"));
  const endpoint = canonical(get("endpoint") ?? "");
  return {
    endpoint,
    clientId: get("clientId") ?? "",
    clientSecret: get("clientSecret") ?? "",
    resource: get("resource") ?? defaultResource(endpoint),
    timeoutSeconds: numberOf(get("timeoutSeconds")) ?? 30,
    maxRequestsPerSecond: numberOf(get("maxRequestsPerSecond")) ?? defaultPace(endpoint),
    adopt: get("adopt") === "identical" ? "identical" : undefined,
    origin,
  };
}

/** A sentence for each credential that is set nowhere. */
export function missingSettings(config: Lookup, env: Environment): string[] {
  const required = ["endpoint", "clientId", "clientSecret"] as const;
  return required
    .filter((name) => setting(name, config, env) === undefined)
    .map((name) => {
      const secret = name === "clientSecret" ? "--secret " : "";
      return `logto:${name} is not set: run \`pulumi config set ${secret}logto:${name} …\`, or set ${sources[name]}.`;
    });
}

/**
 * The address that URLs to register at an identity provider begin with: where users sign in. `undefined` where neither
 * `signInEndpoint` nor `endpoint` is set.
 *
 * @throws SettingsError where it is malformed
 */
export function signInAddress(config: Lookup, env: Environment): string | undefined {
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
  return canonical(text);
}

/** The credentials as HTTP Basic sends them. RFC 6749, 2.3.1: each is form-encoded before they are joined. */
export function basicCredentials({ clientId, clientSecret }: Settings): string {
  return Buffer.from([clientId, clientSecret].map(encodeURIComponent).join(":")).toString("base64");
}

/** The Management API's resource indicator: the tenant's own on Logto Cloud, else the fixed one of a self-hosted Logto. */
export function defaultResource(endpoint: string): string {
  return isCloud(endpoint) ? `${new URL(endpoint).origin}/api` : "https://default.logto.app/api";
}

/**
 * Logto Cloud takes 200 requests in 10 s from a tenant (its documentation), sign-ins included: a quarter is left to
 * them. A self-hosted Logto has no limit.
 */
function defaultPace(endpoint: string): number | undefined {
  return isCloud(endpoint) ? 15 : undefined;
}

function isCloud(endpoint: string): boolean {
  return URL.canParse(endpoint) && /^[^.]+\.logto\.app$/.test(new URL(endpoint).hostname);
}

function isAddress(name: SettingName): name is AddressName {
  return name === "endpoint" || name === "signInEndpoint";
}

function allowsHttp(env: Environment): boolean {
  return env.LOGTO_ALLOW_HTTP === "1";
}

/**
 * Logto answers `oidc.invalid_request` to credentials with other characters than these, and `oidc.invalid_client` to a
 * space at an end (measured), which says nothing of the line break that a file or a clipboard left behind.
 */
function characterProblems(origin: string, text: string): string[] {
  const end = /[^\x21-\x7e]+$/.exec(text)?.[0];
  const start = /^[^\x21-\x7e]+/.exec(text)?.[0];
  const middle = /[^\x20-\x7e]/.exec(text)?.[0];
  const found =
    end !== undefined
      ? `ends with ${kindOf(end)}`
      : start !== undefined
        ? `begins with ${kindOf(start)}`
        : middle !== undefined
          ? `contains ${kindOf(middle)}`
          : undefined;
  if (found === undefined) return [];
  return [`${origin} ${found}: it takes printable ASCII characters only. Set it again without.`];
}

/** The kind of the first of some characters, which themselves may be part of a secret. */
function kindOf(characters: string): string {
  const [character = ""] = characters;
  if (/[\n\v\f\r\x85\u2028\u2029]/.test(character)) return "a line break";
  if (character === "\t") return "a tab";
  if (character === "\ufeff") return "a byte order mark";
  if (/\s/.test(character)) return "a space";
  if (/[\p{Control}\p{Format}]/u.test(character)) return "an invisible character";
  return "a character outside ASCII";
}

function adoptProblems(adopt: string): string[] {
  if (adopt === "identical") return [];
  return [
    `logto:adopt can only be "identical", but is ${quote(adopt)}. To take over a connector that differs from ` +
      "what is declared, write `adopt: true` at its resource.",
  ];
}

function rangeProblems(name: SettingName, text: string, max: number): string[] {
  const number = numberOf(text);
  if (number !== undefined && number >= 1 && number <= max) return [];
  return [`logto:${name} must be a number from 1 to ${max}, but is ${quote(text.slice(0, 40))}.`];
}

/** In decimal: `Number` takes `0x10` as well. */
function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(?:\.\d+)?(?:e\d+)?\s*$/i.test(text) ? Number(text) : undefined;
}
