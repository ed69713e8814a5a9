/** The tenants that a stack's settings and providers name, with what the stack manages in each. */
import { tenantKey } from "../../logto/sameTenant";
import {
  providerSettings,
  readSettings,
  type Settings,
  SettingsError,
  settingText,
} from "../../logto/settings";
import {
  isUnused,
  type ManagedByProvider,
  managedByProvider,
  type ManagedConnector,
  type OtherResource,
} from "../stack/managedResources";
import type { StateResource } from "../stack/stateResource";
import { settingsSourceOf, type Workspace } from "../stack/workspace";

/** A connector of the stack, and where the users of its provider sign in. */
export interface LocatedConnector extends ManagedConnector {
  readonly signInEndpoint: string;
  /** Whether the program may have another `signInEndpoint` than the state. */
  readonly mayHaveOtherSignInEndpoint: boolean;
}

/** What a stack manages with the settings of one tenant. */
export interface Target {
  /** Name of the first provider with these settings; `undefined` for the stack's own. */
  readonly provider: string | undefined;
  readonly settings: Settings;
  readonly managed: readonly LocatedConnector[];
  readonly others: readonly OtherResource[];
}

/** What a stack manages with a provider whose settings cannot be used. */
export interface UnusableTarget {
  readonly provider: string | undefined;
  readonly error: SettingsError;
  readonly managed: readonly ManagedConnector[];
}

/** Merges the providers of one tenant. The stack's own settings take precedence, as they are the current ones. */
export function targetsOf(
  resources: readonly StateResource[],
  workspace: Workspace | undefined,
): (Target | UnusableTarget)[] {
  const groups = managedByProvider(resources);
  const targets = new Map<string, Target | UnusableTarget>();
  for (const { provider, managed, others } of groups.filter((group) => !isUnused(group, groups))) {
    const name = provider?.name;
    const settings = settingsOf(provider, workspace);
    if (settings instanceof SettingsError) {
      targets.set(`error of ${name ?? ""}`, { provider: name, error: settings, managed });
      continue;
    }
    const key = tenantKey(settings);
    const found = targets.get(key);
    const target =
      found === undefined || "error" in found ? { provider: name, settings, managed: [], others: [] } : found;
    const { signInEndpoint } = settings;
    const mayHaveOtherSignInEndpoint = provider?.mayLackSignInEndpoint === true;
    const located = managed.map((one) => ({ ...one, signInEndpoint, mayHaveOtherSignInEndpoint }));
    targets.set(key, {
      ...target,
      managed: [...target.managed, ...located],
      others: [...target.others, ...others],
    });
  }
  return [...targets.values()];
}

/** @throws SettingsError if the target cannot be used */
export function usable(target: Target | UnusableTarget): Target {
  if ("error" in target) throw target.error;
  return target;
}

function settingsOf(
  provider: ManagedByProvider["provider"],
  workspace: Workspace | undefined,
): Settings | SettingsError {
  const source =
    provider === undefined
      ? settingsSourceOf(workspace)
      : providerSettings((name) => settingText(provider.inputs[name]), provider.name);
  try {
    return readSettings(source);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}
