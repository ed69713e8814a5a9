/** IdP-initiated sign-in of SAML connectors: `/api/sso-connectors/{id}/idp-initiated-auth-config`. */
import { z } from "zod/v3";
import type { Applications } from "./applications";
import type { Connectors } from "./connectors";
import { guardJson, guardText, inJsonbOrder } from "./database";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { identityProviders } from "./identityProviders";

export interface IdpInitiatedAuthConfig {
  readonly tenantId: string;
  readonly connectorId: string;
  readonly createdAt: number;
  defaultApplicationId: string;
  redirectUri: string | null;
  authParameters: Record<string, string>;
  /** Whether Logto sends the authorization request itself; otherwise it redirects the user to the client's callback. */
  autoSendAuthorizationRequest: boolean;
  clientIdpInitiatedAuthCallbackUri: string | null;
}

const defaultApplicationId = z.string().min(1).max(21);
/** The schema puts the scope first in a response; the other parameters follow in the order of the database. */
const authParameters = z.object({ scope: z.string().optional() }).catchall(z.string());
/** The two modes, in the order of an issue's `options`. A field of the other mode is dropped silently (recorded). */
const putGuard = z.discriminatedUnion("autoSendAuthorizationRequest", [
  z.object({
    defaultApplicationId,
    autoSendAuthorizationRequest: z.literal(false),
    clientIdpInitiatedAuthCallbackUri: z.string(),
  }),
  z.object({
    defaultApplicationId,
    redirectUri: z.string().nullable().optional(),
    authParameters: authParameters.optional(),
    autoSendAuthorizationRequest: z.literal(true),
  }),
]);
type Given = z.output<typeof putGuard>;

export class IdpInitiatedAuth {
  /** The rows by the ID of their connector, which has at most one. */
  readonly rows = new Map<string, IdpInitiatedAuthConfig>();

  constructor(
    private readonly connectors: Connectors,
    private readonly applications: Applications,
  ) {}

  /** Inserts or replaces a row in the database without any check. Default: Logto sends the authorization request. */
  insert(
    values: Pick<IdpInitiatedAuthConfig, "connectorId" | "defaultApplicationId"> &
      Partial<IdpInitiatedAuthConfig>,
  ): IdpInitiatedAuthConfig {
    const row = {
      tenantId: "default",
      createdAt: Date.now(),
      redirectUri: null,
      authParameters: {},
      autoSendAuthorizationRequest: true,
      clientIdpInitiatedAuthCallbackUri: null,
      ...values,
    };
    this.rows.set(row.connectorId, row);
    return row;
  }

  /** Deletes the configs of an application, as the database does when the application is deleted. */
  removeByApplication(applicationId: string): void {
    for (const { connectorId, defaultApplicationId } of this.rows.values()) {
      if (defaultApplicationId === applicationId) this.rows.delete(connectorId);
    }
  }

  readonly get = ({ params: [connectorId = ""] }: ApiRequest): ApiResponse => ({
    status: 200,
    body: shown(this.#find(connectorId)),
  });

  /** Replaces the whole config except `createdAt`: fields that the body omits are reset to their defaults. */
  readonly put = ({ params: [connectorId = ""], body }: ApiRequest): ApiResponse => {
    const given = guard(putGuard, body);
    const { providerName } = this.connectors.find(connectorId);
    if (identityProviders[providerName]?.providerType !== "saml") throw refuse("not_supported");
    this.#guardApplication(given);
    const values = given.autoSendAuthorizationRequest
      ? {
          redirectUri: given.redirectUri === "" ? null : (given.redirectUri ?? null),
          authParameters: given.authParameters ?? {},
        }
      : { clientIdpInitiatedAuthCallbackUri: given.clientIdpInitiatedAuthCallbackUri };
    guardJson(values);
    const { defaultApplicationId, autoSendAuthorizationRequest } = given;
    const { createdAt = Date.now() } = this.rows.get(connectorId) ?? {};
    const row = { connectorId, defaultApplicationId, autoSendAuthorizationRequest, createdAt, ...values };
    return { status: 200, body: shown(this.insert(row)) };
  };

  readonly delete = ({ params: [connectorId = ""] }: ApiRequest): ApiResponse => {
    this.#find(connectorId);
    this.rows.delete(connectorId);
    return { status: 204 };
  };

  /**
   * Returns where a user goes who begins at the identity provider; `undefined` if the connector has no config. It can
   * fail, which Logto notices only after it has read the response (Logto: routes/authn.ts, libraries/sso-connector.ts).
   */
  startOf(connectorId: string, issuer: string): (() => string) | undefined {
    const row = this.rows.get(connectorId);
    if (row === undefined) return undefined;
    return () => (row.autoSendAuthorizationRequest ? this.#authorizationUrl(row, issuer) : clientUrl(row));
  }

  #authorizationUrl(row: IdpInitiatedAuthConfig, issuer: string): string {
    const { connectorId, defaultApplicationId, authParameters: parameters } = row;
    const { scope = "", ...extraParameters } = parameters;
    const [registered] =
      this.applications.rows.get(defaultApplicationId)?.oidcClientMetadata.redirectUris ?? [];
    const redirectUri = row.redirectUri ?? registered;
    if (redirectUri === undefined) throw new ApiError(400, "oidc.invalid_redirect_uri");
    const query = new URLSearchParams({
      client_id: defaultApplicationId,
      redirect_uri: redirectUri,
      response_type: "code",
      prompt: "login",
      direct_sign_in: `sso:${connectorId}`,
      ...extraParameters,
    });
    const scopes = new Set(["openid", "profile", ...scope.split(" ").filter((one) => one !== "")]);
    query.append("scope", [...scopes].join(" "));
    return `${issuer}/auth?${query.toString()}`;
  }

  /** Finds a row. GET and DELETE do not tell a missing connector from a missing config (recorded). */
  #find(connectorId: string): IdpInitiatedAuthConfig {
    guardText(connectorId);
    const row = this.rows.get(connectorId);
    if (row === undefined) throw new ApiError(404, "entity.not_found");
    return row;
  }

  #guardApplication(given: Given): void {
    const { type, isThirdParty, oidcClientMetadata } = this.applications.find(given.defaultApplicationId);
    const isAllowed =
      (type === "Traditional" && !isThirdParty) ||
      type === "SAML" ||
      (type === "SPA" && !given.autoSendAuthorizationRequest);
    if (!isAllowed) throw refuse("invalid_application_type");
    if (!given.autoSendAuthorizationRequest) {
      // This check is not part of the schema, so the error has no `data` with issues (recorded).
      if (given.clientIdpInitiatedAuthCallbackUri === "") throw new ApiError(400, "guard.invalid_input");
    } else if (given.redirectUri && !oidcClientMetadata.redirectUris.includes(given.redirectUri)) {
      throw refuse("redirect_uri_not_registered");
    }
  }
}

function clientUrl({ connectorId, clientIdpInitiatedAuthCallbackUri }: IdpInitiatedAuthConfig): string {
  const url = new URL(clientIdpInitiatedAuthCallbackUri ?? "");
  url.searchParams.append("ssoConnectorId", connectorId);
  return url.href;
}

function refuse(reason: string): ApiError {
  return new ApiError(400, `single_sign_on.idp_initiated_authentication_${reason}`);
}

function shown(row: IdpInitiatedAuthConfig): IdpInitiatedAuthConfig {
  return { ...row, authParameters: { ...authParameters.parse(inJsonbOrder(row.authParameters)) } };
}
