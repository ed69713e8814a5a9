/** Sign-ins through a connector at any Logto, by the requests of its sign-in page, for a web application of the tenant. */
import { randomUUID } from "node:crypto";
import { Browser, type Page } from "./browser";

/** A web application, which need not run: the sign-in ends with the redirect to it. */
export interface WebApplication {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}

/** A Logto, and the application whose users sign in. */
export interface SignInTarget {
  readonly url: string;
  readonly webApplication: WebApplication;
  /** Receives Logto's IDs of the users that sign-ins register. */
  readonly registered?: Set<string>;
}

/** What an application learns of a user who has signed in, as far as it asked for it. */
export interface SignedIn {
  /** The connector that Logto offered, or that the identity provider began with. */
  readonly connectorId: string;
  /** Whether this sign-in registered the user; otherwise Logto knew the identity or the email address. */
  readonly isRegistered: boolean;
  /** Logto's ID of the user. */
  readonly sub: string;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly ssoIdentities: readonly SsoIdentity[];
  /** The IDs of the organizations that the user is a member of. */
  readonly organizations: readonly string[];
  /** The roles there, as `ORGANIZATION_ID:NAME`. */
  readonly organizationRoles: readonly string[];
}

export interface SsoIdentity {
  readonly issuer: string;
  /** The identity provider's ID of the user. */
  readonly identityId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where a sign-in can fail, in the order of a sign-in. */
export type SignInStep =
  | "authorization request"
  | "start"
  | "offer"
  | "request to the identity provider"
  | "identity provider"
  | "SAML response"
  | "verification"
  | "identification"
  | "registration"
  | "submission"
  | "consent"
  | "tokens"
  | "claims";

/** A sign-in that failed: at which step, and what was answered there. */
export class SignInError extends Error {
  /** Logto's code, or the `error` of the identity provider. */
  readonly code: string | undefined;
  /** The status of the answer; 0 if there was none, or if it offered no connector. */
  readonly status: number;

  constructor(
    email: string,
    readonly step: SignInStep,
    { url, status, text }: Page,
    code = codeIn(text),
  ) {
    super(`The sign-in of ${email} failed at the ${step}: ${status} at ${url.replace(/\?.*/, "")}: ${text}`);
    this.name = "SignInError";
    this.code = code;
    this.status = status;
  }
}

/** Signs a user in with an email address, at the identity provider of the first connector that Logto offers for it. */
export async function signIn(at: SignInTarget, email: string): Promise<SignedIn> {
  const session = new Session(at, email);
  await session.begin();
  return session.through(await session.offered());
}

/**
 * Signs a user in without a connector, by a link that somebody with access to the Management API has sent them.
 * @param token of `POST /api/one-time-tokens` for this email address
 */
export async function signInByLink(
  at: SignInTarget,
  email: string,
  token: string,
): Promise<Omit<SignedIn, "connectorId">> {
  const session = new Session(at, email);
  await session.begin();
  return session.byToken(token);
}

/**
 * Signs a user in who begins at the identity provider.
 * @param url the page of the identity provider from which it sends a response without a request
 */
export async function signInFromIdentityProvider(
  at: SignInTarget,
  url: string,
  email: string,
): Promise<SignedIn> {
  const session = new Session(at, email);
  return session.through(await session.beginAt(url));
}

const scope = [
  "openid profile email identities",
  "urn:logto:scope:organizations",
  "urn:logto:scope:organization_roles",
].join(" ");

class Session {
  readonly #browser: Browser;
  /** The application's own; none where Logto sends the authorization request itself. */
  #state: string | undefined;

  constructor(
    private readonly at: SignInTarget,
    private readonly email: string,
  ) {
    this.#browser = new Browser(new URL(at.webApplication.redirectUri).origin);
  }

  /** Sends the application's authorization request, which leads to Logto's sign-in page. */
  async begin(parameters: Readonly<Record<string, string>> = {}): Promise<Page> {
    const { id, redirectUri } = this.at.webApplication;
    this.#state = randomUUID();
    const query = new URLSearchParams({
      client_id: id,
      redirect_uri: redirectUri,
      response_type: "code",
      scope,
      state: this.#state,
      prompt: "login",
      ...parameters,
    });
    const page = await this.#browser.open(`${this.at.url}/oidc/auth?${query.toString()}`);
    if (page.status !== 200) throw this.#failed("authorization request", page);
    return page;
  }

  /** Signs in at the identity provider first. Returns the connector to go on with. */
  async beginAt(url: string): Promise<string> {
    const page = await this.#signInAt(url);
    const ofClient = new URL(page.url).searchParams.get("ssoConnectorId");
    const { pathname } =
      ofClient === null ? new URL(page.url) : new URL((await this.begin(directSignIn(ofClient))).url);
    const [, connectorId] = /^\/direct\/sso\/([^/]+)$/.exec(pathname) ?? [];
    if (connectorId === undefined) throw this.#failed(this.#stepOf(page), page);
    return connectorId;
  }

  /** Returns the first connector that Logto offers for the email address. */
  async offered(): Promise<string> {
    const path = `/experience/sso-connectors?email=${encodeURIComponent(this.email)}`;
    const { connectorIds } = await this.#request<{ connectorIds: string[] }>("offer", "GET", path);
    const [connectorId] = connectorIds;
    if (connectorId !== undefined) return connectorId;
    throw this.#failed("offer", {
      url: this.at.url,
      status: 0,
      text: `Logto offers no connector for ${this.email}.`,
    });
  }

  async through(connectorId: string): Promise<SignedIn> {
    await this.#start();
    return { connectorId, ...(await this.#end(await this.#verify(connectorId))) };
  }

  async byToken(token: string): Promise<Omit<SignedIn, "connectorId">> {
    await this.#start();
    const path = "/experience/verification/one-time-token/verify";
    const body = { identifier: { type: "email", value: this.email }, token };
    const { verificationId = "" } = await this.#request("verification", "POST", path, body);
    return this.#end(verificationId);
  }

  async #start(): Promise<void> {
    await this.#request("start", "PUT", "/experience", { interactionEvent: "SignIn" });
  }

  /** Goes on with a verified user, up to the claims. */
  async #end(verificationId: string): Promise<Omit<SignedIn, "connectorId">> {
    const isRegistered = await this.#identify(verificationId);
    const { redirectTo } = await this.#request("submission", "POST", "/experience/submit");
    const page = await this.#browser.open(redirectTo ?? "");
    const { redirectUri } = this.at.webApplication;
    const parameters = new URL(page.url).searchParams;
    const code = parameters.get("code");
    const hasState = parameters.get("state") === (this.#state ?? null);
    if (!page.url.startsWith(`${redirectUri}?`) || code === null || !hasState)
      throw this.#failed("consent", page);
    return { isRegistered, ...(await this.#claims(code)) };
  }

  /** Has Logto verify whom the identity provider has signed in. */
  async #verify(connectorId: string): Promise<string> {
    const [state, redirectUri] = [randomUUID(), `${this.at.url}/callback/${connectorId}`];
    const path = `/experience/verification/sso/${connectorId}`;
    const request = { state, redirectUri };
    const { authorizationUri = "", verificationId = "" } = await this.#request(
      "request to the identity provider",
      "POST",
      `${path}/authorization-uri`,
      request,
    );
    const page = await this.#signInAt(authorizationUri);
    const { state: returned, ...rest } = Object.fromEntries(new URL(page.url).searchParams);
    if (!page.url.startsWith(`${redirectUri}?`) || returned !== state)
      throw this.#failed(this.#stepOf(page), page);
    if (rest.error !== undefined) throw this.#failed("identity provider", page, rest.error);
    const connectorData = { ...rest, redirectUri };
    await this.#request("verification", "POST", `${path}/verify`, { verificationId, connectorData });
    return verificationId;
  }

  async #signInAt(url: string): Promise<Page> {
    const page = await this.#browser.open(url);
    return this.#browser.fillIn(page, { login: this.email, password: "canary-password" });
  }

  /** Returns whether the user had to be registered. */
  async #identify(verificationId: string): Promise<boolean> {
    const identify = (step: SignInStep) =>
      this.#request(step, "POST", "/experience/identification", { verificationId });
    try {
      await identify("identification");
      return false;
    } catch (error) {
      const isNew =
        error instanceof SignInError &&
        ["user.sso_identity_not_exist", "user.user_not_exist"].includes(error.code ?? "");
      if (!isNew) throw error;
    }
    const event = { interactionEvent: "Register" };
    await this.#request("registration", "PUT", "/experience/interaction-event", event);
    await identify("registration");
    // Now, since a later step may fail.
    const { userId } = await this.#request("registration", "GET", "/experience/interaction");
    if (userId !== undefined) this.at.registered?.add(userId);
    return true;
  }

  async #claims(code: string): Promise<Omit<SignedIn, "connectorId" | "isRegistered">> {
    const { id, secret, redirectUri } = this.at.webApplication;
    const tokens = await this.#browser.open(`${this.at.url}/oidc/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri }),
    });
    const { access_token: token = "" } = this.#json("tokens", tokens) as { access_token?: string };
    const headers = { authorization: `Bearer ${token}` };
    const answer = await this.#browser.open(`${this.at.url}/oidc/me`, { headers });
    const claims = this.#json("claims", answer) as Claims;
    return {
      sub: claims.sub,
      email: claims.email ?? undefined,
      name: claims.name ?? undefined,
      ssoIdentities: (claims.sso_identities ?? []).map(({ issuer, identityId, detail }) => ({
        issuer,
        identityId,
        detail,
      })),
      organizations: claims.organizations ?? [],
      organizationRoles: claims.organization_roles ?? [],
    };
  }

  /** Sends a request of Logto's sign-in page. */
  async #request<Answer = Readonly<Partial<Record<string, string>>>>(
    step: SignInStep,
    method: string,
    path: string,
    body?: object,
  ): Promise<Answer> {
    const page = await this.#browser.open(`${this.at.url}/api${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return this.#json(step, page) as Answer;
  }

  #json(step: SignInStep, page: Page): unknown {
    if (page.status === 0 || page.status >= 400) throw this.#failed(step, page);
    // Some answers are empty, or a word such as `Created`.
    return JSON.parse(page.text.startsWith("{") ? page.text : "{}") as unknown;
  }

  /** Whether a journey to the identity provider ended there, or with its response at Logto. */
  #stepOf({ url }: Page): SignInStep {
    return url.startsWith(`${this.at.url}/`) ? "SAML response" : "identity provider";
  }

  #failed(step: SignInStep, page: Page, code?: string): SignInError {
    return new SignInError(this.email, step, page, code);
  }
}

interface Claims {
  readonly sub: string;
  readonly email?: string | null;
  readonly name?: string | null;
  readonly sso_identities?: readonly SsoIdentity[];
  readonly organizations?: readonly string[];
  readonly organization_roles?: readonly string[];
}

function directSignIn(connectorId: string): Record<string, string> {
  return { direct_sign_in: `sso:${connectorId}` };
}

/** The code in an answer of Logto. */
function codeIn(text: string): string | undefined {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === "string" ? code : undefined;
  } catch {
    return undefined;
  }
}
