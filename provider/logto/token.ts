/** The access token for the Management API: one a process. */
import { LogtoError } from "./errors";
import type { Settings } from "./settings";
import type { Send } from "./transport";

interface Token {
  readonly value: string;
  /** From then on another one is asked for, in milliseconds since the epoch. */
  readonly goodUntil: number;
}

export const tokenPath = "/oidc/token";

const request = { method: "POST", path: tokenPath };

export class TokenSource {
  #current: Promise<Token> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly send: Send,
  ) {}

  /**
   * A token that is good for a while yet; asked for once, however many calls wait for it.
   *
   * @throws LogtoError saying which setting is wrong. Credentials that Logto refused are not tried again.
   */
  async get(): Promise<string> {
    this.#current ??= this.#request();
    const token = await this.#current;
    if (Date.now() < token.goodUntil) return token.value;
    await this.drop(token.value);
    return this.get();
  }

  /** Forgets a token that Logto refused or that is old; a newer one that another call got meanwhile stays. */
  async drop(value: string): Promise<void> {
    const current = this.#current;
    const token = await current;
    if (token?.value === value && this.#current === current) this.#current = undefined;
  }

  async #request(): Promise<Token> {
    const { clientId, clientSecret, resource } = this.settings;
    // RFC 6749, 2.3.1: each is form-encoded before they are joined.
    const basic = Buffer.from([clientId, clientSecret].map(encodeURIComponent).join(":")).toString("base64");
    const asked = Date.now();
    try {
      const answer = await this.send({
        ...request,
        headers: {
          authorization: `Basic ${basic}`,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({ grant_type: "client_credentials", resource, scope: "all" }).toString(),
        secrets: [clientSecret, basic],
      });
      return this.#accept(answer as { access_token?: unknown; expires_in?: unknown; scope?: unknown }, asked);
    } catch (error) {
      if (error instanceof LogtoError && transient.has(error.code)) this.#current = undefined;
      throw this.#explain(error);
    }
  }

  #accept({ access_token, expires_in, scope }: Record<string, unknown>, asked: number): Token {
    const { clientId, endpoint, origin } = this.settings;
    if (typeof access_token !== "string") {
      throw new LogtoError(request, {
        code: "not-logto",
        status: 200,
        message: `${endpoint}${request.path} gave no access token. Check that ${origin("endpoint")} is the address of Logto.`,
      });
    }
    // Logto leaves the scope out for an application without the role, and then answers every call with 403.
    if (!String(scope).split(" ").includes("all")) {
      throw new LogtoError(request, {
        code: "no-role",
        status: 200,
        message:
          `Logto gave the application ${clientId} (${origin("clientId")}) no access to the Management API. In Logto's ` +
          "console, give this machine-to-machine application a role with the Management API's permission `all`.",
      });
    }
    const lifetime = (typeof expires_in === "number" ? expires_in : 3600) * 1000;
    return { value: access_token, goodUntil: asked + lifetime - Math.min(60_000, lifetime / 10) };
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof LogtoError)) return error;
    const { clientId, endpoint, resource, origin } = this.settings;
    const explanation =
      error.code === "oidc.invalid_client" && error.status === 401
        ? `Logto at ${endpoint} refused the secret of the application ${clientId}: set ${origin("clientSecret")} right.`
        : error.code === "oidc.invalid_client"
          ? `Logto at ${endpoint} has no machine-to-machine application ${clientId}: set ${origin("clientId")} right.`
          : error.code === "oidc.invalid_target"
            ? `Logto at ${endpoint} has no API resource ${resource}: set ${origin("resource")} to the indicator of its ` +
              "Management API (https://default.logto.app/api where Logto is self-hosted, https://TENANT.logto.app/api on Cloud)."
            : undefined;
    if (explanation === undefined) return error;
    const { code, status } = error;
    return new LogtoError(request, {
      code,
      ...(status === undefined ? {} : { status }),
      message: explanation,
    });
  }
}

/** Failures that say nothing about the credentials, so that the next call may try again. */
const transient: ReadonlySet<string> = new Set(["unreachable", "timeout"]);
