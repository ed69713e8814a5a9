import * as pulumi from "@pulumi/pulumi";
import { packageName } from "../engine/pluginTokens";
import { explicitProviderKey } from "../dynamic/tokens";
import { canonicalUrl } from "../logto/addresses";
import { providerSettings, settingProblems, settingText } from "../logto/settings";
import {
  configKeyOf,
  defaultResource,
  secretSettings,
  type SettingName,
  settingNames,
} from "../logto/settingTable";

/** The arguments of a `Provider`. */
export interface ProviderArgs {
  /** The base URL of Logto, such as `https://acme.logto.app`. */
  endpoint: pulumi.Input<string>;
  /** The ID of the machine-to-machine application with access to the Management API. */
  clientId: pulumi.Input<string>;
  /** The secret of the application. It is encrypted in the state. */
  clientSecret: pulumi.Input<string>;
  /**
   * The resource indicator of the Management API. A tenant of Logto Cloud with a custom domain must set it.
   *
   * Default: `https://TENANT.logto.app/api` on Logto Cloud, otherwise `https://default.logto.app/api`.
   */
  resource?: pulumi.Input<string | undefined>;
  /**
   * The base URL at which users sign in, such as a custom domain. The URLs to register at identity providers begin with it.
   *
   * Default: `endpoint`.
   */
  signInEndpoint?: pulumi.Input<string | undefined>;
  /**
   * The timeout of a request in seconds, retries included.
   *
   * Default: `30`.
   */
  timeoutSeconds?: pulumi.Input<number | undefined>;
  /**
   * The highest number of requests per second.
   *
   * Default: `15` for an endpoint at `*.logto.app`, because Logto Cloud limits requests; otherwise unlimited.
   */
  maxRequestsPerSecond?: pulumi.Input<number | undefined>;
  /**
   * Whether to adopt existing connectors: with `"identical"`, a connector that equals its declaration in every field, secrets
   * included, is adopted when the resource is created.
   *
   * Default: only resources with `adopt: true` adopt a connector.
   */
  adopt?: pulumi.Input<"identical" | undefined>;
}

/**
 * A Logto tenant in addition to the one of the stack config. Resources use it with the option `provider`.
 *
 * ```ts
 * const staging = new logto.Provider("staging", { endpoint, clientId, clientSecret });
 * new logto.SsoConnector("acme-staging", { providerName: "Okta" }, { provider: staging });
 * ```
 *
 * All settings come from its arguments; neither the stack config nor the environment applies.
 */
export class Provider extends pulumi.ProviderResource {
  /** @internal Marks providers of this package, even if another copy of it created them. */
  readonly __logtoProvider = true;
  /** @internal The base URL of the URLs to register at an identity provider. */
  readonly signInAddress: pulumi.Output<string>;
  /** @internal The inputs, not marked as secret: for look-ups, which run in the program. */
  readonly settings: pulumi.Output<unknown>;

  /** Returns whether an object is a `logto.Provider`, even if another copy of this package created it. */
  static override isInstance(object: unknown): object is Provider {
    return (object as { __logtoProvider?: unknown } | null | undefined)?.__logtoProvider === true;
  }

  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    const inputs = checkedInputs(name, args);
    const settings = {
      ...Object.fromEntries(settingNames.map((key) => [configKeyOf(key), inputs[key]])),
      ...Object.fromEntries(secretSettings.map((key) => [configKeyOf(key), pulumi.secret(inputs[key])])),
      [configKeyOf("resource")]: pulumi
        .all([inputs.endpoint, inputs.resource])
        .apply(([endpoint, resource]) => resource ?? defaultResource(endpoint ?? "")),
      [explicitProviderKey]: "true",
    };
    // A stack may come from a program in another language.
    const aliases = [{ type: `pulumi:providers:${packageName}` }, ...(opts?.aliases ?? [])];
    // Providers of version 0.1.0 have no mark. To add it to one would be a change of every such stack.
    const ignoreChanges = [explicitProviderKey, ...(opts?.ignoreChanges ?? [])];
    super("pulumi-nodejs", name, settings, { ...opts, aliases, ignoreChanges });
    this.settings = pulumi.unsecret(pulumi.output(settings));
    this.signInAddress = pulumi
      .all([inputs.endpoint, inputs.signInEndpoint])
      .apply(([endpoint, signInEndpoint]) => canonicalUrl(signInEndpoint ?? endpoint ?? ""));
  }
}

type Inputs = Readonly<Record<SettingName, pulumi.Output<string | undefined>>>;

/**
 * Returns the settings as texts, which the inputs of a provider are. Those that are outputs are checked once they are known.
 *
 * @throws RunError naming every input that is missing or wrong
 */
function checkedInputs(provider: string, args: Partial<ProviderArgs> | undefined): Inputs {
  const given: Readonly<Record<string, unknown>> = { ...args };
  const isKnown = (name: SettingName) =>
    !pulumi.Output.isInstance(given[name]) && !(given[name] instanceof Promise);
  assertUsable(provider, given, settingNames.filter(isKnown));
  const entries = settingNames.map((name) => {
    const text = (pulumi.output(given[name]) as pulumi.Output<unknown>).apply((value) => {
      assertUsable(provider, { [name]: value }, [name]);
      return settingText(value);
    });
    return [name, text] as const;
  });
  return Object.fromEntries(entries) as Inputs;
}

function assertUsable(
  provider: string,
  values: Readonly<Record<string, unknown>>,
  names: readonly SettingName[],
): void {
  const source = providerSettings((name) => settingText(values[name]), provider);
  const problems = settingProblems(source).filter(({ name }) => names.includes(name));
  if (problems.length > 0) throw new pulumi.RunError(problems.map(({ message }) => message).join("\n"));
}
