/** A user's sign-in at the identity provider of a connector (Logto's code). */
import { z } from "zod/v3";
import { type Authorization, cookieOf, type Interaction } from "./authorization";
import type { Connectors } from "./connectors";
import { newId, type Row } from "./database";
import type { Experience } from "./experience";
import type { Features } from "./features";
import { guard, jsonObject } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { isOidc } from "./identityProviders";
import type { IdpInitiatedAuth } from "./idpInitiatedAuth";
import { oidcRequest, oidcUser } from "./oidcSignIn";
import { samlRequest, samlUser } from "./samlSignIn";
import type { SigningKeys } from "./signingKeys";
import type { SsoIdentity } from "./users";

/** A user as the identity provider describes them, by the settings of the connector. */
export interface SsoUser {
  readonly id: string;
  readonly email?: string;
  readonly name?: string;
}

/** A sign-in through a connector that has begun. */
export interface Attempt {
  readonly connectorId: string;
  readonly verificationId: string;
  readonly state: string;
  readonly redirectUri: string;
  readonly nonce: string;
  /** Whom the response of a SAML identity provider names. */
  user?: SsoUser;
  /** The result of the verification. */
  identity?: SsoIdentity;
}

const requestGuard = z.object({ state: z.string().min(1), redirectUri: z.string().url() });
const verifyGuard = z.object({ verificationId: z.string(), connectorData: jsonObject });
const responseGuard = z.object({ SAMLResponse: z.string(), RelayState: z.string().optional() });

const idpSessionCookie = "_logto_idp_saml_sso_session_id";

export class EnterpriseSso {
  /** Who comes from an identity provider without a request, by the ID in the browser's cookie. */
  readonly #fromIdp = new Map<string, { readonly connectorId: string; readonly user: SsoUser }>();

  constructor(
    private readonly connectors: Connectors,
    private readonly signingKeys: SigningKeys,
    private readonly authorization: Authorization,
    private readonly experience: Experience,
    private readonly idpInitiatedAuth: IdpInitiatedAuth,
    private readonly features: Readonly<Features>,
  ) {}

  /** Returns where the browser goes to sign in at the identity provider. */
  readonly authorize = async (call: ApiRequest): Promise<ApiResponse> => {
    const interaction = this.experience.startedOf(call);
    const given = guard(requestGuard, call.body);
    const row = this.connectors.find(call.params[0] ?? "");
    const [verificationId, nonce] = [newId(21), newId(21)];
    const attempt: Attempt = { connectorId: row.id, verificationId, nonce, ...given };
    interaction.attempt = attempt;
    const user = this.#takeFromIdp(call, row);
    if (user !== undefined) {
      attempt.user = user;
      return {
        status: 200,
        headers: { "set-cookie": [`${idpSessionCookie}=`] },
        body: { authorizationUri: callbackOf(attempt), verificationId },
      };
    }
    const config = await this.connectors.providerConfig(row);
    const authorizationUri = isOidc(row.providerName)
      ? oidcRequest(row, config, attempt)
      : samlRequest(row, config, interaction.id, this.signingKeys.active(row.id));
    return { status: 200, body: { authorizationUri, verificationId } };
  };

  /** Takes the response of a SAML identity provider, which the browser posts (Logto: routes/authn.ts). */
  readonly assertionConsumer = async (call: ApiRequest): Promise<ApiResponse> => {
    const { SAMLResponse, RelayState } = guard(responseGuard, call.body);
    const row = this.connectors.find(call.params[0] ?? "");
    if (!RelayState && this.features.idpInitiatedAuth) return this.#startFromIdp(row, SAMLResponse);
    const attempt = this.authorization.find(RelayState ?? "")?.attempt;
    if (attempt?.connectorId !== row.id) throw noValidationSession();
    attempt.user = await samlUser(row, await this.connectors.providerConfig(row), SAMLResponse);
    return { status: 302, headers: { location: callbackOf(attempt) } };
  };

  /** Takes what the identity provider sent the browser back with. */
  readonly verify = async (call: ApiRequest): Promise<ApiResponse> => {
    const { attempt } = this.experience.startedOf(call);
    const { verificationId, connectorData } = guard(verifyGuard, call.body);
    const row = this.connectors.find(call.params[0] ?? "");
    if (attempt?.verificationId !== verificationId || attempt.connectorId !== row.id) throw noVerification();
    const config = await this.connectors.providerConfig(row);
    const user = isOidc(row.providerName)
      ? await oidcUser(row, config, attempt, connectorData)
      : attempt.user;
    if (user === undefined) throw new ApiError(400, "session.connector_session_not_found");
    attempt.identity = {
      issuer: isOidc(row.providerName)
        ? this.connectors.issuerOf(row.providerName, row.config)
        : entityIdIn(config),
      identityId: user.id,
      ssoConnectorId: row.id,
      detail: { ...user },
    };
    return { status: 200, body: { verificationId } };
  };

  /** Sends a user who begins at the identity provider on, to the application or to Logto's own authorization request. */
  async #startFromIdp(row: Row, SAMLResponse: string): Promise<ApiResponse> {
    const target = this.idpInitiatedAuth.startOf(row.id, `${this.connectors.endpoint}/oidc`);
    if (target === undefined) throw noValidationSession();
    const user = await samlUser(row, await this.connectors.providerConfig(row), SAMLResponse);
    const id = newId(21);
    this.#fromIdp.set(id, { connectorId: row.id, user });
    return { status: 302, headers: { location: target(), "set-cookie": [`${idpSessionCookie}=${id}`] } };
  }

  /** Returns the user who came from the identity provider of a connector, once. */
  #takeFromIdp({ cookie }: ApiRequest, { id: connectorId }: Row): SsoUser | undefined {
    const id = cookieOf(cookie, idpSessionCookie) ?? "";
    const session = this.#fromIdp.get(id);
    if (session?.connectorId !== connectorId || !this.features.idpInitiatedAuth) return undefined;
    this.#fromIdp.delete(id);
    return session.user;
  }
}

/** Returns the identity that a connector has verified in a session. */
export function verifiedIdentity({ attempt }: Interaction, verificationId: string): SsoIdentity {
  if (attempt?.verificationId !== verificationId) throw noVerification();
  if (attempt.identity === undefined) throw new ApiError(400, "session.verification_failed");
  return attempt.identity;
}

/** Returns the page of Logto to which a SAML response leads. */
function callbackOf({ redirectUri, state }: Attempt): string {
  const url = new URL(redirectUri);
  url.searchParams.append("state", state);
  return url.href;
}

function entityIdIn(config: unknown): string {
  return String((config as { identityProvider?: { entityId?: string } }).identityProvider?.entityId);
}

const noVerification = () => new ApiError(404, "session.verification_session_not_found");
const noValidationSession = () => new ApiError(404, "session.connector_validation_session_not_found");
