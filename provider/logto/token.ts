/** The access token for the Management API, shared by all requests of a client. */
import { LogtoError } from "./errors";
import { basicCredentials, type Settings } from "./settings";
import type { Send } from "./send";

interface Token {
  readonly value: string;
  /** When another token is requested, in milliseconds since the epoch. */
  readonly renewAt: number;
}

export const tokenPath = "/oidc/token";

const request = { method: "POST", path: tokenPath };

/** How long rejected credentials are not tried again: a process can run for days, in which somebody may fix them in Logto. */
const rejectedForMs = 60_000;

/** Requests tokens, and keeps the current one. */
export class TokenSource {
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;
  #rejection: { readonly error: unknown; readonly until: number } | undefined;
  /** A new token that Logto rejected as well: a further one would not help. */
  #irreplaceable: string | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly send: Send,
  ) {}

  /**
   * Returns a token that is valid for a while; it is requested once, however many calls wait for it. A call that waited for a
   * token uses it, however short its lifetime.
   *
   * @throws LogtoError naming the setting that is wrong, where one is
   */
  async get(): Promise<string> {
    if (this.#token !== undefined && Date.now() < this.#token.renewAt) return this.#token.value;
    if (this.#rejection !== undefined && Date.now() < this.#rejection.until) throw this.#rejection.error;
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = undefined;
    });
    return (await this.#pending).value;
  }

  /** Returns another token in place of one that Logto rejected. */
  replace(rejected: string): Promise<string> {
    // A newer token that another call has received stays.
    if (this.#token?.value === rejected && rejected !== this.#irreplaceable) this.#token = undefined;
    return this.get();
  }

  /** Must be called if Logto rejected a token of {@link replace} as well: another one would not help. */
  stopReplacing(rejected: string): void {
    this.#irreplaceable = rejected;
  }

  async #renew(): Promise<Token> {
    const { resource } = this.settings;
    const begun = Date.now();
    try {
      const { body } = await this.send({
        ...request,
        headers: {
          authorization: `Basic ${basicCredentials(this.settings)}`,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({ grant_type: "client_credentials", resource, scope: "all" }).toString(),
        // One token too many does no harm.
        idempotent: true,
      });
      this.#token = this.#parse((body ?? {}) as Record<string, unknown>, begun);
      return this.#token;
    } catch (failure) {
      const error = this.#explain(failure);
      if (error instanceof LogtoError && rejectsCredentials(error)) {
        this.#rejection = { error, until: Date.now() + rejectedForMs };
      }
      throw error;
    }
  }

  #parse({ access_token, expires_in, scope }: Record<string, unknown>, begun: number): Token {
    const { clientId, endpoint, origin } = this.settings;
    // Other characters can't be sent in a header.
    if (typeof access_token !== "string" || !/^[\x21-\x7e]+$/.test(access_token)) {
      const hint = `Check that ${origin("endpoint")} is the address of Logto.`;
      const message = `POST ${endpoint}${tokenPath} failed: the response contains no access token. ${hint}`;
      throw new LogtoError(request, { code: "not-logto", status: 200, message });
    }
    // Logto leaves the scope out for an application without the role, and then responds to every call with 403.
    if (!String(scope).split(" ").includes("all")) {
      const hint =
        "In Logto's console, assign this machine-to-machine application a role with the permission `all` of the Logto Management API.";
      const application = `application ${clientId} (${origin("clientId")})`;
      const message = `Logto at ${endpoint} granted ${application} no access to the Management API. ${hint}`;
      throw new LogtoError(request, { code: "no-role", status: 200, message });
    }
    const lifetime = secondsOf(expires_in) * 1000;
    return { value: access_token, renewAt: begun + lifetime - Math.min(60_000, lifetime / 10) };
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof LogtoError)) return error;
    const { clientId, endpoint, resource, origin } = this.settings;
    const explanation =
      error.code === "oidc.invalid_client" && error.status === 401
        ? `rejected the client secret of application ${clientId}. Check ${origin("clientSecret")}.`
        : error.code === "oidc.invalid_client"
          ? `has no machine-to-machine application ${clientId}. Check ${origin("clientId")}, and that ${origin("endpoint")} ` +
            "is the address of the application's tenant, not that of Logto's console (self-hosted, by default: port 3001, not 3002)."
          : error.code === "oidc.invalid_target"
            ? `has no API resource ${resource}. Set ${origin("resource")} to the identifier of its Management API ` +
              "(https://default.logto.app/api of a self-hosted Logto, https://TENANT.logto.app/api on Logto Cloud)."
            : undefined;
    if (explanation === undefined) return error;
    return error.withMessage(`Logto at ${endpoint} ${explanation}`);
  }
}

/** Whether a failure concerns the credentials: after others, such as those of a gateway, the next call may try again. */
function rejectsCredentials({ code, status = 0 }: LogtoError): boolean {
  return code === "no-role" || (code.startsWith("oidc.") && status >= 400 && status < 500);
}

/** Parses the lifetime of a token. Default: an hour, as Logto's own; RFC 6749 makes it optional. */
function secondsOf(expiresIn: unknown): number {
  const isText = typeof expiresIn === "string" && expiresIn.trim() !== "";
  const seconds = isText ? Number(expiresIn) : expiresIn;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : 3600;
}
