/**
 * The settings that the engine takes from the state: in a command that does not run the program, they are those of the last
 * `pulumi up` (seen with Pulumi CLI 3.259, of both front ends: `refresh`, `destroy`, `import` and the refresh of `up` and `preview`;
 * also in an `up` of a program that no longer declares a resource of the provider). Correcting them has no effect until then. Pure.
 */
import { LogtoError } from "./errors";
import { originOf, SettingsError, type SettingsSource } from "./settings";
import { type SettingName, settingOf } from "./settingTable";

/** The settings that an error can come from, by its code, and by its status where that says more. */
const settingsByCode: Readonly<Record<string, readonly SettingName[]>> = {
  "auth.forbidden": ["clientId", "resource"],
  "auth.unauthorized": ["resource"],
  "no-role": ["clientId", "resource"],
  "not-logto": ["endpoint"],
  "oidc.invalid_client 400": ["clientId", "endpoint"],
  "oidc.invalid_client 401": ["clientSecret"],
  "oidc.invalid_target": ["resource"],
  "other-tenant": ["endpoint"],
  timeout: ["timeoutSeconds", "endpoint"],
  "too-large": ["endpoint"],
  unreachable: ["endpoint"],
};

/** Returns the settings of which another value can mend an error. */
function settingsBehind(error: unknown): readonly SettingName[] {
  if (error instanceof SettingsError) return error.settings;
  if (!(error instanceof LogtoError)) return [];
  const { code, status } = error;
  const known = settingsByCode[`${code} ${String(status)}`] ?? settingsByCode[code];
  if (known !== undefined) return known;
  if (status === 429) return ["maxRequestsPerSecond", "endpoint"];
  if (code.startsWith("oidc.")) return ["clientId", "clientSecret", "resource"];
  // Whatever answered, it did not answer as Logto does.
  return code.startsWith("http-") ? ["endpoint"] : [];
}

/**
 * Adds to an error that a setting can cause where the settings came from, and how a correction gets there. Those of the
 * environment are always the current ones.
 */
export function withRecordedSettings(error: unknown, source: SettingsSource): unknown {
  const isRecorded = (name: SettingName) => originOf(name, source) !== settingOf(name).variable;
  if (!settingsBehind(error).some(isRecorded)) return error;
  const [what, them, declared] =
    source.environment === undefined
      ? ["the inputs of a provider", "them", "the provider with a resource"]
      : ["the stack config", "it", "a resource of this package"];
  const advice =
    `Without \`--run-program\`, \`pulumi refresh\`, \`destroy\`, \`import\` and \`up --refresh\` take ${what} from the state, as the last ` +
    `\`pulumi up\` recorded ${them}: after a correction, run \`pulumi up\` without \`--refresh\` first, with a program that still ` +
    `declares ${declared}, or add \`--run-program\`.`;
  if (error instanceof LogtoError) return error.withAdvice(advice);
  return error instanceof SettingsError
    ? new SettingsError(`${error.message}\n${advice}`, error.settings)
    : error;
}
