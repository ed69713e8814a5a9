/** A tenant, with all from which the steps that its sign-ins have in common follow. */
import type { LogtoError } from "../../logto/errors";
import type { Settings, SettingsError } from "../../logto/settings";
import type { SignInPage } from "../../logto/signInExperience";
import type { Tenant } from "../tenant/tenants";

export interface ExaminedTenant {
  /** Name of the `logto.Provider`; `undefined` for the stack's own settings. */
  readonly provider: string | undefined;
  readonly settings: Settings | SettingsError;
  /** The proxy for Logto's endpoint. */
  readonly proxy?: { readonly address: string; readonly variable: string } | SettingsError | undefined;
  /** `undefined` if Logto could not be asked, since the settings are wrong. */
  readonly logto?: LogtoAccess | undefined;
}

/** The results of asking Logto. */
export interface LogtoAccess {
  /** The failure of the token request, or of the sign-in with it. */
  readonly token: LogtoError | undefined;
  readonly page: SignInPage | LogtoError;
  /** The address of the tenant, where the endpoint is that of Logto's console. */
  readonly tenantEndpoint?: string | undefined;
  /** `undefined` without a token. */
  readonly tenant: Tenant | LogtoError | undefined;
  /** The endpoint at which the connectors of this same tenant are examined. */
  readonly sameTenantAs?: string | undefined;
  /** Whether a stack was read at all. */
  readonly hasStack: boolean;
}
