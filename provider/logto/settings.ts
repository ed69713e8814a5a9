/** Reads the settings of a provider. Which source supplies each of them is decided here alone. */
import { nearest } from "../connector/nearest";
import { ExpectedError } from "../expectedError";
import { printable, quote } from "../untrustedText";
import { type AddressName, canonicalUrl } from "./addresses";
import {
  configKeyOf,
  secretSettings,
  type SettingName,
  settingNames,
  settingOf,
  type SettingValues,
} from "./settingTable";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The source of a provider's settings. */
export interface SettingsSource {
  /** Returns the text that is given for a setting; `undefined` where there is none. */
  readonly given: (name: SettingName) => string | undefined;
  /** Returns how messages name a setting, such as `logto:endpoint`. */
  readonly label: (name: SettingName) => string;
  /**
   * Completes settings that are not given or empty. `undefined` for an explicit provider: the environment is meant for the tenant
   * of the stack config, and an empty value of an explicit provider is an error.
   */
  readonly environment: Environment | undefined;
  /** Whether `http:` may be used for addresses other than those of the loopback interface. */
  readonly allowsHttp: boolean;
}

/**
 * The settings of Pulumi's default provider and of the commands: the stack config, then the environment.
 *
 * @param config returns a value of the stack config by its full key, such as `logto:endpoint`
 */
export function stackSettings(
  config: (key: string) => string | undefined,
  environment: Environment = process.env,
): SettingsSource {
  return {
    given: (name) => config(configKeyOf(name)),
    label: configKeyOf,
    environment,
    allowsHttp: allowsHttp(environment),
  };
}

/**
 * The settings of an explicit provider: its inputs, and nothing else.
 *
 * @param provider its name, where that is known
 */
export function providerSettings(
  given: SettingsSource["given"],
  provider?: string,
  environment: Environment = process.env,
): SettingsSource {
  const owner = provider === undefined ? "its logto.Provider" : `the provider ${quote(provider)}`;
  return {
    given,
    label: (name) => `${name} of ${owner}`,
    environment: undefined,
    allowsHttp: allowsHttp(environment),
  };
}

/** Returns the text of an input of a provider: programs pass numbers as such or as texts, by language. */
export function settingText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The settings can't be used. The message lists every problem, and where to fix it. */
export class SettingsError extends ExpectedError {
  override readonly name = "SettingsError";

  /** @param settings those that are missing or wrong; none where the environment names a proxy that cannot be used */
  constructor(
    message: string,
    readonly settings: readonly SettingName[] = [],
  ) {
    super(message);
  }
}

/** The settings of a provider, complete and checked. */
export interface Settings extends SettingValues {
  /** Returns where a setting was found, or belongs, such as `logto:endpoint` or `LOGTO_ENDPOINT`. */
  readonly origin: (name: SettingName) => string;
}

/**
 * Reads all settings.
 *
 * @throws SettingsError naming every setting that is missing or wrong
 */
export function readSettings(source: SettingsSource): Settings {
  const problems = settingProblems(source);
  if (problems.length > 0) throw settingsError(problems);
  const endpoint = canonicalUrl(locate("endpoint", source).text ?? "");
  const values = settingNames.map((name) => {
    const { text } = locate(name, source);
    const { parse, default: defaultOf } = settingOf(name);
    return [name, text === undefined ? defaultOf?.(endpoint) : parse(text)] as const;
  });
  return {
    ...(Object.fromEntries(values) as unknown as SettingValues),
    origin: (name) => originOf(name, source),
  };
}

/** Returns where a setting was found, or belongs, as messages name it. */
export function originOf(name: SettingName, source: SettingsSource): string {
  return locate(name, source).origin;
}

/** A setting that is missing or wrong. */
export interface SettingProblem {
  readonly name: SettingName;
  /** A sentence that says where to fix it. */
  readonly message: string;
}

function settingsError(problems: readonly SettingProblem[]): SettingsError {
  const messages = problems.map(({ message }) => message);
  return new SettingsError(
    messages.join("\n"),
    problems.map(({ name }) => name),
  );
}

/** Returns every problem for which the settings can't be used. */
export function settingProblems(source: SettingsSource): SettingProblem[] {
  return [...missingSettings(source), ...wrongSettings(source)];
}

/** Returns the problems of the settings that are given. */
export function wrongSettings(source: SettingsSource): SettingProblem[] {
  return settingNames.flatMap((name) => {
    const { text, origin } = locate(name, source);
    if (text === undefined) return [];
    const { required, problems } = settingOf(name);
    const empty = `${origin} is empty. Give it a value${required ? "" : ", or leave it out"}.`;
    const messages = isBlank(name, text) ? [empty] : problems(text, origin, source.allowsHttp);
    return messages.map((message) => ({ name, message }));
  });
}

/** Returns the secrets among the settings that are set. */
export function secretsIn(source: SettingsSource): string[] {
  return secretSettings.flatMap((name) => locate(name, source).text ?? []);
}

/** Returns the required settings that are not set. */
export function missingSettings(source: SettingsSource): SettingProblem[] {
  return settingNames
    .filter((name) => settingOf(name).required && locate(name, source).text === undefined)
    .map((name) => ({ name, message: missingMessage(name, source) }));
}

function missingMessage(name: SettingName, { label, environment }: SettingsSource): string {
  if (environment === undefined) return `${label(name)} is missing.`;
  const { secret, variable } = settingOf(name);
  // Without a value, the CLI asks for it, so that a secret does not get into the shell's history.
  const command = `pulumi config set ${secret ? `--secret ${label(name)}` : `${label(name)} …`}`;
  const isEmpty = variable !== undefined && environment[variable] !== undefined;
  return (
    `${label(name)} is not set${isEmpty ? `, and ${variable} is empty` : ""}. Run \`${command}\`` +
    `${variable === undefined ? "" : ` or set ${variable}`}.`
  );
}

/** Returns the text of a setting and where it was found; where it belongs, if it is not set. */
function locate(name: SettingName, source: SettingsSource): { text: string | undefined; origin: string } {
  const { label, environment } = source;
  const given = source.given(name);
  if (given !== undefined && (environment === undefined || !isBlank(name, given))) {
    return { text: given, origin: label(name) };
  }
  const { variable } = settingOf(name);
  const fallback = variable === undefined ? undefined : environment?.[variable];
  return variable === undefined || fallback === undefined || isBlank(name, fallback)
    ? { text: undefined, origin: label(name) }
    : { text: fallback, origin: variable };
}

function isBlank(name: SettingName, text: string): boolean {
  return (settingOf(name).trimmed ? text.trim() : text) === "";
}

/**
 * Returns a warning for each key of the stack config that is probably a misspelt setting. Other keys can belong to the program: a
 * project named `logto` has its own keys there.
 *
 * @param keys full keys, such as `logto:endpoint`; those of other namespaces are left alone
 */
export function misspeltSettings(keys: Iterable<string>): string[] {
  return [...keys].flatMap((key) => {
    const [, name] = /^logto:(.*)/s.exec(key) ?? [];
    if (name === undefined || (settingNames as string[]).includes(name)) return [];
    const meant = nearest(name, settingNames);
    if (meant === undefined) return [];
    return [
      `${printable(key)} is not a setting of pulumi-logto-sso, so it has no effect. Did you mean logto:${meant}?`,
    ];
  });
}

/** Returns the warning of a preview, which needs credentials only to read something, so that a pull request from a fork can have one. */
export function previewWarning(missing: readonly SettingProblem[]): string {
  const messages = missing.map(({ message }) => message);
  return [
    "`pulumi up` will need access to Logto; a preview needs it only to read what is there (`get…`).",
    ...messages,
  ].join("\n");
}

/** Returns the canonical form of an address; `undefined` where it is not set, or malformed, which the first request reports. */
export function usableAddress(name: AddressName, source: SettingsSource): string | undefined {
  const { text } = locate(name, source);
  const isWrong = text === undefined || wrongSettings(source).some((problem) => problem.name === name);
  return isWrong ? undefined : canonicalUrl(text);
}

/**
 * Returns the base URL of the URLs to register at an identity provider: where users sign in. `undefined` where neither
 * `signInEndpoint` nor `endpoint` is set.
 *
 * @throws SettingsError where it is malformed
 */
export function signInAddress(source: SettingsSource): string | undefined {
  const names = ["signInEndpoint", "endpoint"] as const;
  const name = names.find((candidate) => locate(candidate, source).text !== undefined);
  if (name === undefined) return undefined;
  const problems = wrongSettings(source).filter((problem) => problem.name === name);
  if (problems.length > 0) throw settingsError(problems);
  return canonicalUrl(locate(name, source).text ?? "");
}

/** Encodes the credentials for HTTP Basic. RFC 6749, 2.3.1: each is form-encoded before they are joined. */
export function basicCredentials({ clientId, clientSecret }: Settings): string {
  return Buffer.from([clientId, clientSecret].map(encodeURIComponent).join(":")).toString("base64");
}

function allowsHttp({ LOGTO_ALLOW_HTTP }: Environment): boolean {
  return LOGTO_ALLOW_HTTP === "1";
}
