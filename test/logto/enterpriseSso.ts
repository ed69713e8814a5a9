/** A user's sign-in through a connector, as far as the connector influences it (Logto's code). */
import { z } from "zod/v3";
import type { Connectors } from "./connectors";
import { newId } from "./database";
import { guard, jsonObject } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { isOidc } from "./identityProviders";
import { oidcRequest, oidcUser } from "./oidcSignIn";
import { samlRequest, samlUser } from "./samlSignIn";
import type { SignInExperience } from "./signInExperience";
import type { SigningKeys } from "./signingKeys";

/** A user as the identity provider describes them, by the settings of the connector. */
export interface SsoUser {
  readonly id: string;
  readonly email?: string;
  readonly name?: string;
}

/** A sign-in that has begun. */
export interface Attempt {
  readonly connectorId: string;
  readonly verificationId: string;
  readonly state: string;
  readonly redirectUri: string;
  readonly nonce: string;
  user?: SsoUser;
  isVerified?: boolean;
}

const requestGuard = z.object({ state: z.string().min(1), redirectUri: z.string().url() });
const verifyGuard = z.object({ verificationId: z.string(), connectorData: jsonObject });
const identifyGuard = z.object({ verificationId: z.string() });
const responseGuard = z.object({ SAMLResponse: z.string(), RelayState: z.string() });

export class EnterpriseSso {
  /** The users that were signed in, in this order. */
  readonly signedIn: (SsoUser & { readonly connectorId: string })[] = [];
  /** The latest attempt in each session. */
  readonly #attempts = new Map<string, Attempt>();

  constructor(
    private readonly connectors: Connectors,
    private readonly signingKeys: SigningKeys,
    private readonly signInExperience: SignInExperience,
  ) {}

  /** Returns where the browser goes to sign in at the identity provider. */
  readonly authorize = async (call: ApiRequest): Promise<ApiResponse> => {
    const session = this.signInExperience.sessionOf(call);
    const given = guard(requestGuard, call.body);
    const row = this.connectors.find(call.params[0] ?? "");
    const [verificationId, nonce] = [newId(21), newId(21)];
    const attempt = { connectorId: row.id, verificationId, nonce, ...given };
    this.#attempts.set(session, attempt);
    const config = await this.connectors.providerConfig(row);
    const authorizationUri = isOidc(row.providerName)
      ? oidcRequest(row, config, attempt)
      : samlRequest(row, config, session, this.signingKeys.active(row.id));
    return { status: 200, body: { authorizationUri, verificationId } };
  };

  /** Takes the response of a SAML identity provider, which the browser posts. */
  readonly assertionConsumer = async (call: ApiRequest): Promise<ApiResponse> => {
    const { SAMLResponse, RelayState } = guard(responseGuard, call.body);
    const row = this.connectors.find(call.params[0] ?? "");
    const attempt = this.#attempts.get(RelayState);
    if (attempt?.connectorId !== row.id) {
      throw new ApiError(404, "session.connector_validation_session_not_found");
    }
    attempt.user = await samlUser(row, await this.connectors.providerConfig(row), SAMLResponse);
    const { redirectUri, state } = attempt;
    return { status: 302, headers: { location: `${redirectUri}?state=${encodeURIComponent(state)}` } };
  };

  /** Takes what the identity provider sent the browser back with. */
  readonly verify = async (call: ApiRequest): Promise<ApiResponse> => {
    const { verificationId, connectorData } = guard(verifyGuard, call.body);
    const attempt = this.#attemptOf(call, verificationId);
    const row = this.connectors.find(call.params[0] ?? "");
    if (isOidc(row.providerName)) {
      const config = await this.connectors.providerConfig(row);
      attempt.user = await oidcUser(row, config, attempt, connectorData);
    }
    if (attempt.user === undefined) throw new ApiError(400, "session.connector_session_not_found");
    attempt.isVerified = true;
    return { status: 200, body: { verificationId } };
  };

  /** Signs the user in. Logto has the sign-in page register a new user first, which no connector influences. */
  readonly identify = (call: ApiRequest): ApiResponse => {
    const { verificationId } = guard(identifyGuard, call.body);
    const { connectorId, user, isVerified } = this.#attemptOf(call, verificationId);
    if (user === undefined || isVerified !== true) throw new ApiError(400, "session.verification_failed");
    this.signedIn.push({ ...user, connectorId });
    return { status: 204 };
  };

  #attemptOf(call: ApiRequest, verificationId: string): Attempt {
    const attempt = this.#attempts.get(this.signInExperience.sessionOf(call));
    const [connectorId = attempt?.connectorId] = call.params;
    if (attempt?.verificationId !== verificationId || attempt.connectorId !== connectorId) {
      throw new ApiError(404, "session.verification_session_not_found");
    }
    return attempt;
  }
}
