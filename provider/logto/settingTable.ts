/** The settings as a table: where Logto is, and how to sign in there. Pure. */
import { isUrl } from "../connector/url";
import { quote } from "../untrustedText";
import { type AddressName, addressProblems, canonicalUrl } from "./addresses";

/** The entry of a setting. */
export interface Setting<Value> {
  /** The environment variable that completes the stack's own settings: those of the default provider and of the commands. */
  readonly variable?: string;
  readonly required?: true;
  readonly secret?: true;
  /** Whether white space around the value is ignored. */
  readonly trimmed?: true;
  /**
   * Returns a sentence for each problem with a value.
   *
   * @param origin where the value was found, as messages name it
   */
  readonly problems: (text: string, origin: string, allowsHttp: boolean) => string[];
  readonly parse: (text: string) => Value;
  /** Returns the value where the setting is not set, which can depend on the endpoint. */
  readonly default?: (endpoint: string) => Value | undefined;
}

const address = (name: AddressName) => ({
  trimmed: true as const,
  problems: (text: string, origin: string, allowsHttp: boolean) =>
    addressProblems(name, text, origin, allowsHttp),
  parse: canonicalUrl,
});

/**
 * Credentials. Logto responds with `oidc.invalid_request` to other characters than these, and with `oidc.invalid_client` to a
 * space at an end (`test/logto/http.test.ts`, "tokens"), which does not point to the line break that a file or a clipboard left
 * behind.
 */
const printableAscii = {
  problems: characterProblems,
  parse: (text: string) => text,
};

const numberUpTo = (max: number) => ({
  problems: (text: string, origin: string) => {
    const number = numberOf(text);
    if (number >= 1 && number <= max) return [];
    return [`${origin} must be a number from 1 to ${max} (got ${quote(text.slice(0, 40))}).`];
  },
  parse: numberOf,
});

/** By name: an input of an explicit provider has it, and a key of the stack config under `logto:`. */
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
  /** The highest number of requests per second; `undefined` for no limit. */
  maxRequestsPerSecond: { ...numberUpTo(1000), default: defaultRate },
  /** Whether a create adopts a connector that equals what is declared, without `adopt: true` at the resource. */
  adopt: { problems: adoptProblems, parse: () => "identical" as const, default: () => undefined },
} as const satisfies Record<string, Setting<unknown>>;

type SettingTable = typeof settingTable;
export type SettingName = keyof SettingTable;

/** The values of the settings, as far as they have a default or are required. */
export type SettingValues = {
  readonly [Name in SettingName]:
    | ReturnType<SettingTable[Name]["parse"]>
    | (SettingTable[Name] extends { default: (endpoint: string) => infer Default } ? Default : never);
};

export const settingNames = Object.keys(settingTable) as SettingName[];

/** The settings that are secret. */
export const secretSettings = settingNames.filter((name) => settingOf(name).secret === true);

/** Returns the key of a setting in the stack config, and among the inputs of the class `Provider`. */
export function configKeyOf(name: SettingName): string {
  return `logto:${name}`;
}

/** Returns the entry of a setting, as a type that has the optional properties of all. */
export function settingOf(name: SettingName): Setting<SettingValues[SettingName]> {
  return settingTable[name];
}

/**
 * Returns the Management API's resource indicator: the tenant's own on Logto Cloud, else the fixed one of a self-hosted Logto.
 */
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

function isCloud(endpoint: string): boolean {
  return isUrl(endpoint) && /^[^.]+\.logto\.app$/.test(new URL(endpoint).hostname);
}

function characterProblems(text: string, origin: string): string[] {
  const places = { "ends with": /[^\x21-\x7e]+$/, "starts with": /^[^\x21-\x7e]+/, contains: /[^\x20-\x7e]/ };
  const [place, pattern] = Object.entries(places).find(([, candidate]) => candidate.test(text)) ?? [];
  if (place === undefined) return [];
  const kind = kindOf(pattern?.exec(text)?.[0] ?? "");
  return [
    `${origin} ${place} ${kind}: only printable ASCII characters are allowed. Set it again without it.`,
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

function adoptProblems(text: string, origin: string): string[] {
  if (text === "identical") return [];
  return [
    `${origin} must be "identical" (got ${quote(text)}). To adopt a connector that differs from its declaration, set ` +
      "`adopt: true` at its resource.",
  ];
}

/** Parses a decimal number, else returns NaN: `Number` accepts `0x10` and an empty text as well. */
function numberOf(text: string): number {
  return /^\s*\d+(?:\.\d+)?(?:e\d+)?\s*$/i.test(text) ? Number(text) : NaN;
}
