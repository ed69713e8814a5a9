/** Logto's token endpoint for machine-to-machine applications, and the check of the token at the Management API. */
import { randomUUID } from "node:crypto";
import { type Answer, Refusal } from "./answer";

export interface Application {
  readonly id: string;
  readonly secret: string;
  /** Whether it has a role with the Management API's permission `all`. Default: true. */
  readonly hasRole?: boolean;
}

interface Grant {
  readonly all: boolean;
  readonly expiresAt: number;
}

export class Auth {
  readonly #grants = new Map<string, Grant>();

  constructor(
    private readonly applications: readonly Application[],
    private readonly resource: string,
    private readonly tokenSeconds: number,
  ) {}

  grant(authorization: string | undefined, form: URLSearchParams): Answer {
    const [id = "", ...rest] = Buffer.from(authorization?.replace(/^Basic /, "") ?? "", "base64")
      .toString()
      .split(":")
      .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
    const secret = rest.join(":");
    const application = this.applications.find((one) => one.id === id);
    if (application === undefined) throw new Refusal(400, "oidc.invalid_client");
    if (application.secret !== secret) throw new Refusal(401, "oidc.invalid_client");
    if (form.get("grant_type") !== "client_credentials")
      throw new Refusal(400, "oidc.unsupported_grant_type");
    if (form.get("resource") !== this.resource) throw new Refusal(400, "oidc.invalid_target");
    const all = application.hasRole !== false && (form.get("scope") ?? "").split(" ").includes("all");
    const token = `${Buffer.from('{"alg":"ES384"}').toString("base64url")}.${randomUUID()}.x`;
    this.#grants.set(token, { all, expiresAt: Date.now() + this.tokenSeconds * 1000 });
    return {
      status: 200,
      body: {
        access_token: token,
        expires_in: this.tokenSeconds,
        token_type: "Bearer",
        // An application without the role gets a token all the same, only without a scope.
        ...(all ? { scope: "all" } : {}),
      },
    };
  }

  check(authorization: string | undefined): void {
    if (authorization === undefined) throw new Refusal(401, "auth.authorization_header_missing");
    const grant = this.#grants.get(authorization.replace(/^Bearer /, ""));
    if (grant === undefined) {
      throw new Refusal(401, "auth.unauthorized", { code: "ERR_JWS_INVALID", name: "JWSInvalid" });
    }
    if (grant.expiresAt <= Date.now()) {
      throw new Refusal(401, "auth.unauthorized", {
        code: "ERR_JWT_EXPIRED",
        name: "JWTExpired",
        claim: "exp",
      });
    }
    if (!grant.all) throw new Refusal(403, "auth.forbidden");
  }

  /** From now on every token is refused as expired. */
  expireTokens(): void {
    for (const [token, grant] of this.#grants) this.#grants.set(token, { ...grant, expiresAt: 0 });
  }
}
