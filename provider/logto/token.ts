/** The access token for the Management API: one a process. */
import { LogtoError } from "./errors";
import { basicCredentials, type Settings } from "./settings";
import type { Send } from "./transport";

interface Token {
  readonly value: string;
  /** From then on another one is asked for, in milliseconds since the epoch. */
  readonly goodUntil: number;
}

export const tokenPath = "/oidc/token";

const request = { method: "POST", path: tokenPath };

/** How long credentials that Logto refused are not tried again: a process can go on for days, and they be set right meanwhile. */
const refusedForMs = 60_000;

export class TokenSource {
  #token: Token | undefined;
  #asking: Promise<Token> | undefined;
  #refusal: { readonly error: unknown; readonly until: number } | undefined;
  /** A token that Logto refused although it had just taken the place of a refused one: another one would not help. */
  #irreplaceable: string | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly send: Send,
  ) {}

  /**
   * A token that is good for a while yet; asked for once, however many calls wait for it. Whoever waited for a token uses
   * it, however short its lifetime.
   *
   * @throws LogtoError saying which setting is wrong, where one is
   */
  async get(): Promise<string> {
    if (this.#token !== undefined && Date.now() < this.#token.goodUntil) return this.#token.value;
    if (this.#refusal !== undefined && Date.now() < this.#refusal.until) throw this.#refusal.error;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return (await this.#asking).value;
  }

  /** Another token in place of one that Logto refused. */
  replace(refused: string): Promise<string> {
    // A newer one that another call got meanwhile stays.
    if (this.#token?.value === refused && refused !== this.#irreplaceable) this.#token = undefined;
    return this.get();
  }

  /** Told of a token that {@link replace} gave, where Logto refused it as well. */
  keep(refused: string): void {
    this.#irreplaceable = refused;
  }

  async #ask(): Promise<Token> {
    try {
      this.#token = await this.#request();
      return this.#token;
    } catch (error) {
      if (error instanceof LogtoError && refusesCredentials(error)) {
        this.#refusal = { error, until: Date.now() + refusedForMs };
      }
      throw error;
    }
  }

  async #request(): Promise<Token> {
    const { resource } = this.settings;
    const asked = Date.now();
    try {
      const { body } = await this.send({
        ...request,
        headers: {
          authorization: `Basic ${basicCredentials(this.settings)}`,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({ grant_type: "client_credentials", resource, scope: "all" }).toString(),
        // One token too many does no harm.
        isIdempotent: true,
      });
      return this.#accept((body ?? {}) as Record<string, unknown>, asked);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #accept({ access_token, expires_in, scope }: Record<string, unknown>, asked: number): Token {
    const { clientId, endpoint, origin } = this.settings;
    // Another character could not be sent.
    if (typeof access_token !== "string" || !/^[\x21-\x7e]+$/.test(access_token)) {
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
    const lifetime = secondsOf(expires_in) * 1000;
    return { value: access_token, goodUntil: asked + lifetime - Math.min(60_000, lifetime / 10) };
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof LogtoError)) return error;
    const { clientId, endpoint, resource, origin } = this.settings;
    const explanation =
      error.code === "oidc.invalid_client" && error.status === 401
        ? `Logto at ${endpoint} refused the secret of the application ${clientId}: set ${origin("clientSecret")} right. ` +
          "`pulumi refresh` and `pulumi destroy` use the secret of the last `pulumi up`: where it was rotated since, run " +
          "`pulumi up` first, or add `--run-program`."
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

/** Other failures, such as those of a gateway, say nothing about the credentials, so that the next call may try again. */
function refusesCredentials({ code, status = 0 }: LogtoError): boolean {
  return code === "no-role" || (code.startsWith("oidc.") && status >= 400 && status < 500);
}

/** An hour, as Logto's own, where it does not say (RFC 6749 leaves that open) or says no number. */
function secondsOf(expiresIn: unknown): number {
  const isText = typeof expiresIn === "string" && expiresIn.trim() !== "";
  const seconds = isText ? Number(expiresIn) : expiresIn;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : 3600;
}
