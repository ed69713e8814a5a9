/** The authorization code flow of applications (oidc-provider's code, and seen with Logto 1.42): it leads to the sign-in page. */
import { randomBytes } from "node:crypto";
import type { Application, Applications } from "./applications";
import { refuseToken } from "./auth";
import type { Attempt } from "./enterpriseSso";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import type { Organizations } from "./organizations";
import type { SsoIdentity, Users } from "./users";

/** A sign-in session, which begins with an application's request. The browser continues it with its cookies. */
export interface Interaction {
  readonly id: string;
  readonly application: Application;
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string | null;
  /** What the sign-in page does, once it has told Logto. */
  event?: "SignIn" | "Register" | "ForgotPassword";
  /** The latest attempt to sign in through a connector. */
  attempt?: Attempt;
  /** The email address of a user who has opened a link. */
  link?: { readonly verificationId: string; readonly email: string };
  /** The user who was identified, and what is written at the submission. */
  userId?: string;
  newIdentity?: SsoIdentity;
  syncedName?: string;
  isSubmitted?: boolean;
  hasConsent?: boolean;
}

/** What a code or an access token stands for. */
interface Grant {
  readonly applicationId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly userId: string;
}

export class Authorization {
  readonly #interactions = new Map<string, Interaction>();
  readonly #codes = new Map<string, Grant>();
  readonly #tokens = new Map<string, Grant>();

  constructor(
    private readonly issuer: string,
    private readonly applications: Applications,
    private readonly users: Users,
    private readonly organizations: Organizations,
  ) {}

  /** Returns the session that the browser's cookies name. */
  interactionOf({ cookie }: Pick<ApiRequest, "cookie">): Interaction {
    const interaction = this.#interactions.get(sessionOf({ cookie }));
    if (interaction !== undefined) return interaction;
    throw noSession("interaction session id cookie not found");
  }

  /** Returns a session by its ID, which a SAML identity provider sends back as RelayState. */
  find(id: string): Interaction | undefined {
    return this.#interactions.get(id);
  }

  /** Responds to a request outside the APIs; `undefined` if it is for no route of this flow. */
  respond(
    pathname: string,
    query: URLSearchParams,
    headers: Readonly<{ cookie?: string | undefined; authorization?: string | undefined }>,
  ): ApiResponse | undefined {
    if (pathname === "/oidc/auth") return this.#begin(query);
    if (pathname.startsWith("/oidc/auth/"))
      return this.#resume(pathname.slice("/oidc/auth/".length), headers);
    if (pathname === "/oidc/me") return this.#claims(headers.authorization);
    if (needsSession(pathname) && !query.get("preview") && !this.#interactions.has(sessionOf(headers)))
      return { status: 302, headers: { location: new URL("/unknown-session", this.issuer).href } };
    if (pathname === "/consent") return this.#consent(headers);
    return undefined;
  }

  /** Returns where the browser continues after the sign-in page. */
  resumeUrl({ id }: Interaction): string {
    return `${this.issuer}/auth/${id}`;
  }

  /** Exchanges a code. The ID token is left out, since the stand-in has no keys with which it could be verified. */
  redeem(applicationId: string, form: URLSearchParams): ApiResponse {
    const code = form.get("code") ?? "";
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (grant?.applicationId !== applicationId || grant.redirectUri !== form.get("redirect_uri"))
      throw refuseToken(400, "invalid_grant");
    const token = newSecret();
    this.#tokens.set(token, grant);
    const body = { access_token: token, expires_in: 3600, scope: grant.scope, token_type: "Bearer" };
    return { status: 200, headers: { "cache-control": "no-store" }, body };
  }

  #begin(query: URLSearchParams): ApiResponse {
    const application = this.applications.rows.get(query.get("client_id") ?? "");
    if (application === undefined)
      throw refuseToken(400, query.has("client_id") ? "invalid_client" : "invalid_request");
    const { redirectUris } = application.oidcClientMetadata;
    const redirectUri = query.get("redirect_uri") ?? "";
    if (!redirectUris.includes(redirectUri)) throw refuseToken(400, "invalid_redirect_uri");
    const interaction = {
      id: newSecret(),
      application,
      redirectUri,
      scope: query.get("scope") ?? "openid",
      state: query.get("state"),
    };
    this.#interactions.set(interaction.id, interaction);
    // There is no session of a browser yet, so everybody signs in.
    return this.#prompt(interaction, signInPage(application.id, query.get("direct_sign_in")));
  }

  /** Goes on after a prompt: to the next one, or back to the application with a code. */
  #resume(id: string, { cookie }: { readonly cookie?: string | undefined }): ApiResponse {
    const interaction = this.#interactions.get(id);
    if (interaction === undefined || cookieOf(cookie, "_interaction_resume") !== id)
      throw noSession("authorization request has expired");
    const { application, redirectUri, scope, state, userId, isSubmitted, hasConsent } = interaction;
    if (userId === undefined || isSubmitted !== true)
      return this.#prompt(interaction, signInPage(application.id, null));
    if (hasConsent !== true) return this.#prompt(interaction, `/consent?app_id=${application.id}`);
    this.#interactions.delete(id);
    this.users.find(userId).applicationId ??= application.id;
    const code = newSecret();
    this.#codes.set(code, { applicationId: application.id, redirectUri, scope, userId });
    const location = new URL(redirectUri);
    const parameters = { code, ...(state === null ? {} : { state }), iss: this.issuer };
    for (const [name, value] of Object.entries(parameters)) location.searchParams.append(name, value);
    return { status: 303, headers: { location: location.href } };
  }

  /** Consents for users of the tenant's own applications (Logto: middleware/koa-auto-consent.ts). */
  #consent(headers: { readonly cookie?: string | undefined }): ApiResponse | undefined {
    const interaction = this.interactionOf(headers);
    if (interaction.isSubmitted !== true) throw new ApiError(400, "session.not_found");
    if (interaction.application.isThirdParty) return undefined;
    interaction.hasConsent = true;
    return { status: 302, headers: { location: this.resumeUrl(interaction) } };
  }

  /** Sends the browser to a page of Logto. */
  #prompt({ id }: Interaction, location: string): ApiResponse {
    const cookies = ["_logto", "_interaction", "_interaction_resume"].flatMap((name) => [
      `${name}=${id}`,
      `${name}.sig=${id}`,
    ]);
    return { status: 303, headers: { location, "set-cookie": cookies } };
  }

  /** The claims of a user by scope (Logto: oidc/scope.ts). */
  #claims(authorization: string | undefined): ApiResponse {
    const grant = this.#tokens.get(/^Bearer (.+)$/i.exec(authorization ?? "")?.[1] ?? "");
    const user = grant && this.users.rows.get(grant.userId);
    if (grant === undefined || user === undefined) throw refuseToken(401, "invalid_token");
    const email = user.primaryEmail;
    const { createdAt, updatedAt, ssoIdentities } = user;
    const { members } = this.organizations;
    const byScope: Readonly<Record<string, () => object>> = {
      profile: () => ({
        name: user.name,
        picture: null,
        username: null,
        created_at: createdAt,
        updated_at: updatedAt,
      }),
      email: () => ({ email, email_verified: email !== null }),
      identities: () => ({
        identities: {},
        sso_identities: ssoIdentities.map(({ issuer, identityId, detail }) => ({
          issuer,
          identityId,
          detail,
        })),
      }),
      "urn:logto:scope:organizations": () => ({ organizations: members.organizationsOf(user.id) }),
      "urn:logto:scope:organization_roles": () => ({ organization_roles: members.rolesOf(user.id) }),
    };
    const claims = grant.scope.split(" ").map((scope) => byScope[scope]?.());
    return { status: 200, body: Object.assign({ sub: user.id }, ...claims) as unknown };
  }
}

export function cookieOf(cookies = "", name: string): string | undefined {
  return cookies
    .split("; ")
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** The ID in the cookie of a session. */
function sessionOf({ cookie }: Pick<ApiRequest, "cookie">): string {
  return cookieOf(cookie, "_interaction") ?? "";
}

/** Whether a page leads to that of unknown sessions if there is none (Logto: middleware/koa-spa-session-guard.ts). */
function needsSession(pathname: string): boolean {
  return /^\/($|sign-in|consent|register|single-sign-on|social\/register|forgot-password)/.test(pathname);
}

/** The first page of a sign-in: the one of a connector where the application asks for it (Logto: oidc/utils.ts). */
function signInPage(applicationId: string, directSignIn: string | null): string {
  if (directSignIn === null) return `/sign-in?app_id=${applicationId}`;
  const [method = "", target = ""] = directSignIn.split(":");
  return `/direct/${method}/${target}?app_id=${applicationId}&fallback=sign-in`;
}

function noSession(description: string): ApiError {
  const more = { error: "invalid_request", error_description: description };
  return new ApiError(400, "session.not_found", undefined, more);
}

function newSecret(): string {
  return randomBytes(32).toString("base64url");
}
