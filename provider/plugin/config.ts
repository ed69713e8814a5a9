/** The settings as the engine passes them to a plugin: under their bare names, from the stack config or an explicit provider. */
import type { Values } from "../connector/canonical";
import type { Failure } from "../connector/validate";
import { secretMark, secretValue, unknownValue } from "../engine/values";
import {
  type Environment,
  environmentOfProvider,
  type SettingName,
  settingNames,
  settingOf,
  type StackConfig,
} from "../logto/settings";

/** Whether the engine made the provider for the stack config; a program made any other (from Pulumi's code). */
function isDefault(name: string): boolean {
  return name === "" || name.startsWith("default");
}

/** As for the class `Provider` of TypeScript programs: the environment is meant for the tenant of the stack config. */
export function environmentOf(providerName: string): Environment {
  return isDefault(providerName) ? process.env : environmentOfProvider(process.env);
}

export function stackConfigOf(args: Values): StackConfig {
  return (key) => textOf(args[key.replace(/^logto:/, "")]);
}

/** Checks what is known of the settings, without a request. */
export function checkSettings(
  providerName: string,
  args: Values,
): { inputs: Values; failures: readonly Failure[] } {
  const env = environmentOf(providerName);
  const failures = settingNames.flatMap((name) => {
    const { required, secret, problems } = settingOf(name);
    const sensitive = secret === true ? { sensitive: true as const } : {};
    const failed = (reason: string) => ({ property: name, reason, ...sensitive });
    const text = textOf(args[name]);
    if (text === undefined || text === "") {
      // A preview needs no credentials, and the environment may have those of the default provider.
      const isMissing = required === true && args[name] !== unknownValue && !isDefault(providerName);
      return isMissing ? [failed("is missing.")] : [];
    }
    return problems(text, `logto:${name}`, env).map(failed);
  });
  const secrets = settingNames
    .filter((name) => settingOf(name).secret === true && args[name] !== undefined)
    .map((name) => [name, secretValue(args[name])] as const);
  return { inputs: { ...args, ...Object.fromEntries(secrets) }, failures };
}

/**
 * The settings that differ. None of them replaces a provider, and so its resources: whether an endpoint is another tenant is
 * found out by looking. A state of the dynamic provider has the whole stack config, under its full keys.
 */
export function changedSettings(olds: Values, news: Values): SettingName[] {
  const old = (name: string) => textOf(olds[name] ?? olds[`logto:${name}`]);
  return settingNames.filter((name) => old(name) !== textOf(news[name]));
}

/** Programs pass numbers as such or as texts, by language. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "object" && value !== null && Object.keys(secretMark).every((key) => key in value))
    return textOf((value as Values).value);
  if (value === undefined || value === null || value === unknownValue) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
