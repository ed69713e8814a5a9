/** The sign-in experience of a tenant: whether enterprise SSO is enabled, and which connectors are shown at sign-in. */
import { isUrl } from "../connector/url";
import { isObject } from "../values";
import type { CallApi } from "./api";
import { callFor, listOfTexts, type Shape } from "./endpoint";
import { withoutTexts } from "./response";

const path = "/api/sign-in-exp";

/** The part of the sign-in experience that this package uses. Each tenant has one sign-in experience. */
export interface SingleSignOn {
  /** Whether connectors are shown at sign-in at all. Off by default (Logto: packages/schemas/tables/sign_in_experiences.sql). */
  readonly singleSignOnEnabled: boolean;
  /** Logto responds with the whole sign-in experience (Logto: routes/sign-in-experience/index.ts). */
  readonly tenantId?: string;
}

export class SignInExperience {
  constructor(private readonly call: CallApi) {}

  get(): Promise<SingleSignOn> {
    return callFor(this.call, "GET", path, singleSignOnShape);
  }

  /** Enables or disables enterprise SSO, and leaves the rest of the sign-in experience as it is. */
  setSingleSignOn(enabled: boolean): Promise<SingleSignOn> {
    return callFor(this.call, "PATCH", path, singleSignOnShape, { body: { singleSignOnEnabled: enabled } });
  }
}

/** The settings that the sign-in page reads without a token. */
export interface SignInPage {
  readonly singleSignOnEnabled: boolean;
  /**
   * The IDs of the connectors that are shown at sign-in: those with a valid config and a domain, where enterprise SSO is
   * enabled.
   */
  readonly connectorIds: readonly string[];
  /** With `SignIn`, Logto registers nobody, not even through a connector (test/logto/signIn.test.ts). */
  readonly signInMode?: string;
  /** The tenant; that of Logto's console has the ID `admin` (Logto: packages/schemas/src/seeds/tenant.ts). */
  readonly tenantId?: string;
}

/** Whether a sign-in page is that of Logto's console, which manages no connectors of other tenants. */
export function isConsole({ tenantId }: SignInPage): boolean {
  return tenantId === "admin";
}

/**
 * Asks Logto's console, which needs no token for it, at which address a tenant is (Logto: routes/well-known/index.ts).
 *
 * @param call sends requests without a token
 */
export function getTenantEndpoint(call: CallApi, tenantId: string): Promise<string> {
  return callFor(call, "GET", `/api/.well-known/endpoints/${encodeURIComponent(tenantId)}`, {
    name: "the address of a tenant",
    parse: (body) =>
      isObject(body) && typeof body.user === "string" && isUrl(body.user) ? body.user : undefined,
  });
}

/** Each connector that is shown has about 10 kB of logos: these are 6,000 of them. */
const maxPageBytes = 64 * 2 ** 20;

/**
 * Reads the settings of the sign-in page.
 *
 * @param call sends requests without a token
 */
export function getSignInPage(call: CallApi): Promise<SignInPage> {
  const options = { maxBytes: maxPageBytes, shorten: withoutTexts("logo", "darkLogo") };
  return callFor(call, "GET", "/api/.well-known/sign-in-exp", signInPageShape, options);
}

const singleSignOnShape: Shape<SingleSignOn> = {
  name: "a sign-in experience",
  parse: (body) => {
    if (!isObject(body)) return undefined;
    const { singleSignOnEnabled, tenantId } = body;
    if (typeof singleSignOnEnabled !== "boolean") return undefined;
    return { singleSignOnEnabled, ...(typeof tenantId === "string" ? { tenantId } : {}) };
  },
};

const connectorIdsShape = listOfTexts("a list of connectors", "a connector", "id");

const signInPageShape: Shape<SignInPage> = {
  name: "the settings of a sign-in page",
  parse: (body) => {
    const { singleSignOnEnabled, ssoConnectors, signInMode, tenantId } = isObject(body) ? body : {};
    const connectorIds = connectorIdsShape.parse(ssoConnectors);
    if (typeof singleSignOnEnabled !== "boolean" || connectorIds === undefined) return undefined;
    return {
      singleSignOnEnabled,
      connectorIds,
      ...(typeof signInMode === "string" ? { signInMode } : {}),
      ...(typeof tenantId === "string" ? { tenantId } : {}),
    };
  },
};
