import * as pulumi from "@pulumi/pulumi";
import { packageName } from "../engine/tokens";
import { canonicalAddress, defaultResource } from "../logto/settings";
import { quote } from "../untrustedText";

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
  /** @internal The settings by `logto:name`, not marked as secret: for look-ups, which run in the program. */
  readonly settings: pulumi.Output<unknown>;

  /** Returns whether an object is a `logto.Provider`, even if another copy of this package created it. */
  static override isInstance(object: unknown): object is Provider {
    return (object as { __logtoProvider?: unknown } | null | undefined)?.__logtoProvider === true;
  }

  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    for (const key of ["endpoint", "clientId", "clientSecret"] as const) {
      // JavaScript programs can omit them, and the environment, which is meant for another tenant, must not supply them.
      if ((args as Partial<ProviderArgs> | undefined)?.[key] === undefined) {
        throw new pulumi.RunError(`logto.Provider ${quote(name)}: ${key} is required.`);
      }
    }
    const endpoint = pulumi.output(args.endpoint);
    const resource = pulumi
      .all([endpoint, args.resource])
      .apply(([url, given]) => given ?? defaultResource(url));
    const settings = {
      "logto:endpoint": endpoint,
      "logto:clientId": args.clientId,
      "logto:clientSecret": pulumi.secret(args.clientSecret),
      "logto:resource": resource,
      "logto:timeoutSeconds": toStringOutput(args.timeoutSeconds),
      "logto:maxRequestsPerSecond": toStringOutput(args.maxRequestsPerSecond),
      "logto:adopt": args.adopt,
    };
    // A stack may come from a program in another language.
    const aliases = [{ type: `pulumi:providers:${packageName}` }, ...(opts?.aliases ?? [])];
    super("pulumi-nodejs", name, settings, { ...opts, aliases });
    this.settings = pulumi.unsecret(pulumi.output(settings));
    this.signInAddress = pulumi.all([endpoint, args.signInEndpoint]).apply(([url, given]) => {
      try {
        return given === undefined
          ? canonicalAddress("endpoint", url)
          : canonicalAddress("signInEndpoint", given);
      } catch (error) {
        throw new pulumi.RunError(`logto.Provider ${quote(name)}: ${(error as Error).message}`);
      }
    });
  }
}

/** Converts a number, since the inputs of a provider are strings. */
function toStringOutput(value: pulumi.Input<number | undefined>): pulumi.Output<string | undefined> {
  return pulumi.output(value).apply((number) => number?.toString());
}
