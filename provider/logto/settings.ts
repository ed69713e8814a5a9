/** Where Logto is and how to sign in there: read from the stack's config, then from the environment. */

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
  /** Says for people where a setting was found, such as `logto:endpoint in the stack's config`. */
  readonly origin: (name: SettingName) => string;
}

type Lookup = (name: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings can't be used. The message lists everything that is wrong with them, and where to set it. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly code = "settings";
}

/** One setting: the stack's config wins over the environment; an empty one counts as not set. */
export function setting(name: SettingName, config: Lookup, env: Environment): string | undefined {
  const variable = sources[name];
  return [config(`logto:${name}`), variable && env[variable]].find(
    (value) => value !== undefined && value !== "",
  );
}

/**
 * @param config gives a value of the stack's config by its full key, such as `logto:endpoint`
 * @throws SettingsError naming every setting that is missing or wrong
 */
export function readSettings(config: Lookup, env: Environment): Settings {
  const get = (name: SettingName) => setting(name, config, env);
  const problems = [
    ...missingSettings(config, env),
    ...endpointProblems(get("endpoint"), env.LOGTO_ALLOW_HTTP === "1"),
    ...rangeProblems("timeoutSeconds", get("timeoutSeconds"), 3600),
    ...rangeProblems("maxRequestsPerSecond", get("maxRequestsPerSecond"), 1000),
    ...adoptProblems(get("adopt")),
  ];
  if (problems.length > 0) throw new SettingsError(problems.join("\n"));
  const endpoint = withoutSlash(get("endpoint") ?? "");
  return {
    endpoint,
    clientId: get("clientId") ?? "",
    clientSecret: get("clientSecret") ?? "",
    resource: get("resource") ?? defaultResource(endpoint),
    timeoutSeconds: Number(get("timeoutSeconds") ?? "30"),
    maxRequestsPerSecond: Number(get("maxRequestsPerSecond") ?? NaN) || defaultPace(endpoint),
    adopt: get("adopt") === "identical" ? "identical" : undefined,
    origin: (name) =>
      config(`logto:${name}`) ? `logto:${name} in the config` : (sources[name] ?? `logto:${name}`),
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

export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function endpointProblems(endpoint: string | undefined, allowHttp: boolean): string[] {
  if (endpoint === undefined) return [];
  if (!URL.canParse(endpoint)) {
    return [
      `logto:endpoint is no URL: ${JSON.stringify(endpoint)}. Give Logto's address, such as https://acme.logto.app.`,
    ];
  }
  const { protocol, hostname, pathname, username, password } = new URL(endpoint);
  if (username !== "" || password !== "") {
    return [
      "logto:endpoint must hold no user name or password: sign in with logto:clientId and logto:clientSecret.",
    ];
  }
  if (/^\/(api|oidc)\/?$/.test(pathname)) {
    return [`logto:endpoint must be Logto's base address: leave ${pathname} out.`];
  }
  const loopback = ["localhost", "[::1]"].includes(hostname) || /^127(\.\d+){3}$/.test(hostname);
  if (protocol === "https:" || (protocol === "http:" && (loopback || allowHttp))) return [];
  return [
    `logto:endpoint must begin with https://, but begins with ${protocol}//: the client secret would travel in clear. ` +
      "(http:// is taken for the loopback address, or where LOGTO_ALLOW_HTTP=1 is set.)",
  ];
}

function adoptProblems(adopt: string | undefined): string[] {
  if (adopt === undefined || adopt === "identical") return [];
  return [
    `logto:adopt can only be "identical", but is ${JSON.stringify(adopt)}. To take over a connector that differs from ` +
      "what is declared, write `adopt: true` at its resource.",
  ];
}

function rangeProblems(name: SettingName, text: string | undefined, max: number): string[] {
  if (text === undefined || (Number(text) >= 1 && Number(text) <= max)) return [];
  return [`logto:${name} must be a number from 1 to ${max}, but is ${JSON.stringify(text)}.`];
}
