/** The sign-in experience of a tenant: whether enterprise SSO is enabled, and which connectors users are offered. */
import { isObject } from "../values";
import type { CallApi } from "./api";
import { listOf, request, type Shape } from "./endpoint";
import { withoutTexts } from "./response";

const path = "/api/sign-in-exp";

/** What this package knows of the sign-in experience, of which there is one in each tenant. */
export interface SingleSignOn {
  /** Whether users are offered connectors at all. A new tenant of a self-hosted Logto has it off (measured on Logto 1.42). */
  readonly singleSignOnEnabled: boolean;
  /** Part of the row, which Logto answers with as a whole (its code). */
  readonly tenantId?: string;
}

export class SignInExperience {
  constructor(private readonly call: CallApi) {}

  get(): Promise<SingleSignOn> {
    return request(this.call, "GET", path, singleSignOn);
  }

  /** Enables or disables enterprise SSO, and leaves the rest of the sign-in experience as it is. */
  setSingleSignOn(enabled: boolean): Promise<SingleSignOn> {
    return request(this.call, "PATCH", path, singleSignOn, { body: { singleSignOnEnabled: enabled } });
  }
}

/** What the sign-in page knows, without a token. */
export interface SignInPage {
  readonly singleSignOnEnabled: boolean;
  /** The IDs of the connectors that users are offered: those with a valid config and a domain, where enterprise SSO is enabled. */
  readonly connectorIds: readonly string[];
}

/** Each connector that is offered has about 10 kB of logos: these are 6,000 of them. */
const maxPageBytes = 64 * 2 ** 20;

/** @param call sends requests without a token */
export function getSignInPage(call: CallApi): Promise<SignInPage> {
  const options = { maxBytes: maxPageBytes, shorten: withoutTexts("logo", "darkLogo") };
  return request(call, "GET", "/api/.well-known/sign-in-exp", signInPage, options);
}

const singleSignOn: Shape<SingleSignOn> = {
  name: "a sign-in experience",
  parse: (body) => {
    if (!isObject(body)) return undefined;
    const { singleSignOnEnabled, tenantId } = body;
    if (typeof singleSignOnEnabled !== "boolean") return undefined;
    return { singleSignOnEnabled, ...(typeof tenantId === "string" ? { tenantId } : {}) };
  },
};

const offered = listOf("a list of connectors", {
  name: "a connector",
  parse: (body) => (isObject(body) && typeof body.id === "string" ? body.id : undefined),
});

const signInPage: Shape<SignInPage> = {
  name: "the settings of a sign-in page",
  parse: (body) => {
    const { singleSignOnEnabled, ssoConnectors } = isObject(body) ? body : {};
    const connectorIds = offered.parse(ssoConnectors);
    if (typeof singleSignOnEnabled !== "boolean" || connectorIds === undefined) return undefined;
    return { singleSignOnEnabled, connectorIds };
  },
};
