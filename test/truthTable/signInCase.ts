/** A row of the table: a connector, its identity provider, and whoever signs in. */
import type { SignInTarget, WebApplication } from "../signIn";
import type { TenantFeatures } from "../acceptance/testedTenant";
import type { World } from "./world";

export type Values = Readonly<Record<string, unknown>>;

/** What Logto has for a connector, to be registered at its identity provider. */
export interface Registration {
  readonly id: string;
  readonly redirectUri: string;
  readonly entityId: string;
  readonly assertionConsumerServiceUrl: string;
}

export interface Prepared {
  /** The inputs of the connector, besides its name. Default of `domains`: a domain of its own. */
  readonly inputs: Values;
  /** Registers Logto at the identity provider, when the connector exists. */
  readonly register?: (registration: Registration) => unknown;
  /** Changes something when all is deployed and registered. */
  readonly afterwards?: (registration: Registration) => unknown;
  /** The inputs of its IdP-initiated sign-in, besides the connector. */
  readonly idpInitiated?: (application: WebApplication) => Values;
  /** Signs in otherwise than with an email address of the domain. Rejects where that fails. */
  readonly signIn?: (target: SignInTarget, registration: Registration) => Promise<unknown>;
}

export interface SignInCase {
  readonly name: string;
  /** What a Logto must have for it. */
  readonly needs?: keyof TenantFeatures;
  /** The email address. Default: `user@DOMAIN`. */
  readonly address?: (domain: string) => string;
  /** Whether the address decides, so that the connector is as it should be. */
  readonly byAddress?: true;
  /** Whether another resource, or a later change, can complete it, so that a preview has no reason to say anything. */
  readonly isIncomplete?: true;
  /** Whether enterprise SSO is off in the tenant. */
  readonly isSwitchedOff?: true;
  /** Whether only the identity provider knows it, so that `doctor` must ask it with `--probe`. */
  readonly atProvider?: true;
  /** Why nobody can know it without signing in. */
  readonly beyondSight?: string;
  /** @param domain an email domain that no other case has */
  readonly prepare: (world: World, domain: string) => Prepared | Promise<Prepared>;
}
