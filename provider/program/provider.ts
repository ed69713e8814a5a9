import * as pulumi from "@pulumi/pulumi";
import { canonicalAddress, defaultResource } from "../logto/settings";
import { quote } from "../untrustedText";

/** The arguments of a `Provider`. */
export interface ProviderArgs {
  /** Base URL of Logto, such as `https://acme.logto.app`. */
  endpoint: pulumi.Input<string>;
  /** ID of the machine-to-machine application that signs in to the Management API. */
  clientId: pulumi.Input<string>;
  /** Its secret; encrypted in the state. */
  clientSecret: pulumi.Input<string>;
  /**
   * Resource indicator of the Management API. Default: `https://TENANT.logto.app/api` for the endpoint
   * `https://TENANT.logto.app`, else `https://default.logto.app/api`; a Cloud tenant with a custom domain names its own.
   */
  resource?: pulumi.Input<string | undefined>;
  /** Where users sign in, if not at `endpoint`: a custom domain. */
  signInEndpoint?: pulumi.Input<string | undefined>;
  /** How long a request may take. Default: 30. */
  timeoutSeconds?: pulumi.Input<number | undefined>;
  /** Default: 15 for an endpoint at `*.logto.app` (Logto Cloud has a limit), else unlimited. */
  maxRequestsPerSecond?: pulumi.Input<number | undefined>;
  /**
   * `"identical"`: a connector that is there already and equals what is declared in every field, secret included, is
   * taken over. Default: none is, but by `adopt: true` at the resource.
   */
  adopt?: pulumi.Input<"identical" | undefined>;
}

/**
 * A Logto tenant besides the one that the stack's config names: resources with the option `provider` live there.
 * It takes everything from its arguments, nothing from the stack's config or the environment.
 */
export class Provider extends pulumi.ProviderResource {
  /** @internal What tells it from providers of other packages, also where the program has two copies of this one. */
  readonly __logtoProvider = true;
  /** @internal The address that URLs to register at an identity provider begin with. */
  readonly signInAddress: pulumi.Output<string>;
  /** @internal By `logto:name`, for what the program asks by itself; in clear. */
  readonly settings: pulumi.Output<unknown>;

  /** Whether something is a `logto.Provider`, also one of another copy of this package. */
  static override isInstance(object: unknown): object is Provider {
    return (object as { __logtoProvider?: unknown } | null | undefined)?.__logtoProvider === true;
  }

  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    for (const key of ["endpoint", "clientId", "clientSecret"] as const) {
      // A JavaScript program can leave it out, and the environment's, meant for another tenant, must not stand in.
      if ((args as Partial<ProviderArgs> | undefined)?.[key] === undefined) {
        throw new pulumi.RunError(`logto.Provider ${quote(name)} needs ${key}.`);
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
      "logto:timeoutSeconds": asText(args.timeoutSeconds),
      "logto:maxRequestsPerSecond": asText(args.maxRequestsPerSecond),
      "logto:adopt": args.adopt,
    };
    super("pulumi-nodejs", name, settings, opts);
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

/** Provider inputs are texts. */
function asText(value: pulumi.Input<number | undefined>): pulumi.Output<string | undefined> {
  return pulumi.output(value).apply((number) => number?.toString());
}
