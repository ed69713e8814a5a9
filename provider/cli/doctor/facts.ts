/** What is known of a tenant and its connectors, from which the steps follow. */
import type { ApiConnector } from "../../connector/apiConnector";
import type { LogtoError } from "../../logto/errors";
import type { Settings } from "../../logto/settings";
import type { SignInPage } from "../../logto/signInExperience";
import type { SigningKey } from "../../logto/signingKeys";
import type { Tenant } from "../drift/tenants";
import type { Probe } from "../probe/probe";

export interface TenantFacts {
  /** Name of the `logto.Provider`; `undefined` for the stack's own settings. */
  readonly provider: string | undefined;
  readonly settings: Settings | Problem;
  /** The proxy for Logto's endpoint. */
  readonly proxy?: { readonly address: string; readonly variable: string } | Problem | undefined;
  /** What asking Logto resulted in; `undefined` if it could not be asked, since the settings are wrong. */
  readonly logto?: LogtoFacts | undefined;
}

/** Why something cannot be used: a message that says what to do. */
export interface Problem {
  readonly problem: string;
}

export interface LogtoFacts {
  /** The failure of the token request, or of the sign-in with it. */
  readonly token: LogtoError | undefined;
  readonly page: SignInPage | LogtoError;
  /** `undefined` without a token. */
  readonly tenant: Tenant | LogtoError | undefined;
  /** The endpoint at which the connectors of this same tenant are examined. */
  readonly sameTenantAs?: string | undefined;
  /** Whether a stack was read at all. */
  readonly hasStack: boolean;
}

/** A connector of the tenant. */
export interface ConnectorFacts {
  /** As Logto returns it, or as the state has it if Logto cannot return it. */
  readonly connector: ApiConnector;
  /** Whether Logto cannot return it, since its identity provider never answers. */
  readonly isUnread: boolean;
  /** URN of the resource that manages it. */
  readonly urn: string | undefined;
  /** The signing keys, where Logto signs the requests of this connector. */
  readonly keys?: readonly SigningKey[] | LogtoError | undefined;
  readonly probe?: Probe | undefined;
}

export function isProblem(value: object | undefined): value is Problem {
  return value !== undefined && "problem" in value;
}
