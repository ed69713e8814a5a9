/** What is known of a tenant and its connectors, from which the steps follow. */
import type { LogtoError } from "../../logto/errors";
import type { Settings } from "../../logto/settings";
import type { SignInPage } from "../../logto/signInExperience";
import type { Tenant } from "../tenant/tenants";

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

export function isProblem(value: object | undefined): value is Problem {
  return value !== undefined && "problem" in value;
}
