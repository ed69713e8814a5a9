/** The tenants that a stack's settings and providers name, with the resources that the stack manages in each. */
import { tenantKey } from "../../logto/sameTenant";
import {
  providerSettings,
  readSettings,
  type Settings,
  SettingsError,
  type SettingsSource,
  settingText,
} from "../../logto/settings";
import {
  type ExplicitProvider,
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

/** A tenant that a stack has settings of, with the resources that it manages there. */
export interface StackTenant {
  /** Name of the first provider with these settings; `undefined` for the stack's own. */
  readonly provider: string | undefined;
  readonly settings: Settings;
  readonly managed: readonly LocatedConnector[];
  readonly others: readonly OtherResource[];
}

/** A provider whose settings cannot be used, with the connectors that it manages. */
export interface UnusableTenant {
  readonly provider: string | undefined;
  readonly error: SettingsError;
  readonly managed: readonly ManagedConnector[];
}

/** Returns the tenants of a stack, each once. The stack's own settings take precedence, as they are the current ones. */
export function stackTenantsOf(
  resources: readonly StateResource[],
  workspace: Workspace | undefined,
): (StackTenant | UnusableTenant)[] {
  const groups = managedByProvider(resources);
  const tenants = new Map<string, StackTenant | UnusableTenant>();
  for (const { provider, managed, others } of groups.filter((group) => !isUnused(group, groups))) {
    const name = provider?.name;
    const settings = settingsOf(provider, workspace);
    if (settings instanceof SettingsError) {
      tenants.set(`error of ${name ?? ""}`, { provider: name, error: settings, managed });
      continue;
    }
    const key = tenantKey(settings);
    const earlier = tenants.get(key);
    const tenant =
      earlier === undefined || "error" in earlier
        ? { provider: name, settings, managed: [], others: [] }
        : earlier;
    const { signInEndpoint } = settings;
    const mayHaveOtherSignInEndpoint = provider?.mayLackSignInEndpoint === true;
    const located = managed.map((connector) => ({
      ...connector,
      signInEndpoint,
      mayHaveOtherSignInEndpoint,
    }));
    tenants.set(key, {
      ...tenant,
      managed: [...tenant.managed, ...located],
      others: [...tenant.others, ...others],
    });
  }
  return [...tenants.values()];
}

/** @throws SettingsError if its settings cannot be used */
export function usable(tenant: StackTenant | UnusableTenant): StackTenant {
  if ("error" in tenant) throw tenant.error;
  return tenant;
}

function settingsOf(
  provider: ManagedByProvider["provider"],
  workspace: Workspace | undefined,
): Settings | SettingsError {
  const source = provider === undefined ? settingsSourceOf(workspace) : recordedSettings(provider);
  try {
    return readSettings(source);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

/** The settings of a provider as the state has them. A corrected one is there after the next `pulumi up`. */
function recordedSettings({ name, inputs }: ExplicitProvider): SettingsSource {
  const source = providerSettings((setting) => settingText(inputs[setting]), name);
  return {
    ...source,
    label: (setting) => `${source.label(setting)} (in the state, where \`pulumi up\` records it)`,
  };
}
