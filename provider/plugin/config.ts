/** The settings as the engine passes them to a plugin: under their bare names, from the stack config or an explicit provider. */
import type { Values } from "../values";
import type { Problem } from "../connector/problem";
import { isDefaultProviderName } from "../engine/pluginTokens";
import { secretMark, secretValue, unknownValue } from "../engine/engineValues";
import {
  missingSettings,
  providerSettings,
  type SettingsSource,
  settingText,
  stackSettings,
  wrongSettings,
} from "../logto/settings";
import { configKeyOf, secretSettings, type SettingName, settingNames } from "../logto/settingTable";

/**
 * The settings of a provider. The engine makes its default one for the stack config; a program makes any other.
 *
 * @param providerName empty where the engine does not tell it
 */
export function settingsOf(providerName: string, args: Values): SettingsSource {
  const given = (name: string) => textOf(args[name]);
  return isDefault(providerName)
    ? stackSettings((key) => given(key.replace(/^logto:/, "")))
    : providerSettings(given, providerName);
}

function isDefault(providerName: string): boolean {
  return providerName === "" || isDefaultProviderName(providerName);
}

/** Checks what is known of the settings, without a request. */
export function checkSettings(
  providerName: string,
  args: Values,
): { inputs: Values; failures: readonly Problem[] } {
  const source = settingsOf(providerName, args);
  // A preview with the stack's own settings needs no credentials.
  const missing = isDefault(providerName) ? [] : missingSettings(source);
  const problems = [...missing, ...wrongSettings(source)].filter(({ name }) => isKnown(args[name]));
  const failures = problems.map(({ name, message }) => {
    const sensitive = secretSettings.includes(name) ? { sensitive: true as const } : {};
    return { path: name, message, ...sensitive };
  });
  const secrets = secretSettings
    .filter((name) => args[name] !== undefined)
    .map((name) => [name, secretValue(args[name])] as const);
  return { inputs: { ...args, ...Object.fromEntries(secrets) }, failures };
}

/**
 * The settings that differ. None of them replaces a provider, and so its resources: whether an endpoint is another tenant is
 * found out by looking. A state of the dynamic provider has the whole stack config, under its full keys.
 */
export function changedSettings(oldInputs: Values, inputs: Values): SettingName[] {
  const oldText = (name: SettingName) => textOf(oldInputs[name] ?? oldInputs[configKeyOf(name)]);
  return settingNames.filter((name) => oldText(name) !== textOf(inputs[name]));
}

function isKnown(value: unknown): boolean {
  return withoutMark(value) !== unknownValue;
}

function textOf(value: unknown): string | undefined {
  return isKnown(value) ? settingText(withoutMark(value)) : undefined;
}

function withoutMark(value: unknown): unknown {
  const isMarked =
    typeof value === "object" && value !== null && Object.keys(secretMark).every((key) => key in value);
  return isMarked ? withoutMark((value as Values).value) : value;
}
