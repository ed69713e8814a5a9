/** Logto's token endpoint, and the check of the token at the Management API. */
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ApiError, type ApiResponse } from "./http";
import { parseBody } from "./requestBody";

export interface M2mApplication {
  readonly id: string;
  readonly secret: string;
  /** Whether a role grants it the Management API's permission `all`. Default: true. */
  readonly hasRole?: boolean;
}

/** Any other client of the token endpoint. */
interface Client {
  readonly id: string;
  readonly secret: string;
  readonly type: string;
}

interface Claims {
  readonly scope?: string;
  readonly exp: number;
  readonly [claim: string]: unknown;
}

/** The ID of the only key that signs tokens. */
const tokenSeconds = 3600;
const keyId = randomBytes(16).toString("base64url");

export class Auth {
  /** The issued tokens. A token in this map counts as one with a valid signature. */
  readonly #tokens = new Map<string, Claims>();
  /** Finds an application of the database. */
  findClient: (id: string) => Client | undefined = () => undefined;
  /** Exchanges the code that an application has got for one of its users. */
  redeem: (applicationId: string, form: URLSearchParams) => ApiResponse = () => {
    throw refuseToken(400, "invalid_grant");
  };

  constructor(
    private readonly applications: readonly M2mApplication[],
    private readonly resource: string,
    private readonly issuer: string,
  ) {}

  /** Takes the parameters as a form or as JSON (Logto's code). */
  respond(headers: IncomingHttpHeaders, bytes: Buffer): ApiResponse {
    const body = parseBody(headers, bytes);
    const isForm = typeof body === "object" && body !== null;
    return this.grant(
      headers.authorization,
      new URLSearchParams(isForm ? (body as Record<string, string>) : {}),
    );
  }

  grant(authorization: string | undefined, form: URLSearchParams): ApiResponse {
    const application = this.#authenticate(authorization, form);
    if (!form.has("grant_type")) throw refuseToken(400, "invalid_request");
    const grantType = form.get("grant_type") ?? "";
    if (!["client_credentials", "authorization_code"].includes(grantType))
      throw refuseToken(400, "unsupported_grant_type");
    // Each kind of application has one of the two (seen with Logto 1.42).
    const isM2m = application.type === "MachineToMachine";
    if (isM2m !== (grantType === "client_credentials")) throw refuseToken(400, "invalid_request");
    if (!isM2m) return this.redeem(application.id, form);
    // No application is in an organization (seen with Logto 1.42: before the resource is looked at).
    if (form.get("organization_id")) throw refuseToken(403, "access_denied");
    if (form.get("resource") !== this.resource) throw refuseToken(400, "invalid_target");

    const all = application.hasRole !== false && (form.get("scope") ?? "").split(" ").includes("all");
    // An application without the role still gets a token, but without a scope (measured).
    const scope = all ? { scope: "all" } : {};
    return {
      status: 200,
      headers: { "cache-control": "no-store" },
      body: {
        access_token: this.#newToken(application.id, scope),
        expires_in: tokenSeconds,
        token_type: "Bearer",
        ...scope,
      },
    };
  }

  #authenticate(
    authorization: string | undefined,
    form: URLSearchParams,
  ): M2mApplication & { readonly type: string } {
    // An empty field counts as absent.
    const [formId, formSecret] = ["client_id", "client_secret"].map((name) =>
      form.get(name) === "" ? undefined : (form.get(name) ?? undefined),
    );
    if (authorization && formSecret !== undefined) throw refuseToken(400, "invalid_request");
    const [id, secret] = authorization === undefined ? [formId, formSecret] : basic(authorization);
    if (!id || (formId !== undefined && formId !== id)) throw refuseToken(400, "invalid_request");
    const machine = this.applications.find((one) => one.id === id);
    const application = machine ? { ...machine, type: "MachineToMachine" } : withoutRole(this.findClient(id));
    if (application === undefined) throw refuseToken(400, "invalid_client");
    if (application.secret !== secret) throw refuseToken(401, "invalid_client");
    return application;
  }

  #newToken(id: string, scope: object): string {
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      jti: randomUUID(),
      sub: id,
      iat,
      exp: iat + tokenSeconds,
      ...scope,
      client_id: id,
      iss: this.issuer,
      aud: this.resource,
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const head = part({ alg: "ES384", typ: "at+jwt", kid: keyId });
    const token = `${head}.${part(claims)}.${randomBytes(96).toString("base64url")}`;
    this.#tokens.set(token, claims);
    return token;
  }

  check(authorization: string | undefined): void {
    if (!authorization) throw new ApiError(401, "auth.authorization_header_missing");
    if (!authorization.startsWith("Bearer")) {
      throw new ApiError(401, "auth.authorization_token_type_not_supported", { supportedTypes: ["Bearer"] });
    }
    const token = authorization.slice("Bearer ".length);
    const claims = this.#tokens.get(token);
    if (claims === undefined) throw new ApiError(401, "auth.unauthorized", faultOf(token));
    if (claims.exp <= Date.now() / 1000) {
      throw new ApiError(401, "auth.unauthorized", {
        code: "ERR_JWT_EXPIRED",
        name: "JWTExpired",
        claim: "exp",
        reason: "check_failed",
        payload: claims,
      });
    }
    if (claims.scope !== "all") throw new ApiError(403, "auth.forbidden");
  }

  /** Expires every token issued so far. */
  expireTokens(): void {
    for (const [token, claims] of this.#tokens) this.#tokens.set(token, { ...claims, exp: 0 });
  }
}

/** Nothing grants a role to an application that was created over the Management API. */
function withoutRole(client: Client | undefined): (M2mApplication & { readonly type: string }) | undefined {
  return client && { id: client.id, secret: client.secret, type: client.type, hasRole: false };
}

/** An error of the token endpoint, which has the fields of OAuth beside those of Logto. */
export function refuseToken(status: number, error: string): ApiError {
  return new ApiError(status, `oidc.${error}`, undefined, { error, error_description: `Refused: ${error}.` });
}

function basic(authorization: string): [string, string] {
  const encoded = /^basic ([^ ]+)$/i.exec(authorization)?.[1] ?? "";
  // The secret may contain colons, the ID may not.
  const [, id, secret] = /^([^:]+):([^]+)$/.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  if (id === undefined || secret === undefined) throw refuseToken(400, "invalid_request");
  return [decodeCredential(id), decodeCredential(secret)];
}

/** Accepts only printable ASCII (oidc-provider's code): a line break is an invalid request, not a wrong secret. */
function decodeCredential(encoded: string): string {
  try {
    const text = decodeURIComponent(encoded.replaceAll("+", " "));
    if (/^[\x20-\x7e]*$/.test(text)) return text;
  } catch {
    // Not form-encoded.
  }
  throw refuseToken(400, "invalid_request");
}

/** The reason why a string is not a valid token. Each was observed by passing such strings to jose 6. */
function faultOf(token: string): { code: string; name: string } {
  const [head = "", , , more] = token.split(".");
  const header = parseHeader(head);
  if (token.split(".").length < 3 || more !== undefined || typeof header?.alg !== "string")
    return { code: "ERR_JWS_INVALID", name: "JWSInvalid" };
  if (!/^(RS|PS|ES|Ed|ML)/.test(header.alg))
    return { code: "ERR_JOSE_NOT_SUPPORTED", name: "JOSENotSupported" };
  if (header.alg !== "ES384" || (header.kid !== undefined && header.kid !== keyId))
    return { code: "ERR_JWKS_NO_MATCHING_KEY", name: "JWKSNoMatchingKey" };
  return { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", name: "JWSSignatureVerificationFailed" };
}

function parseHeader(encoded: string): { alg?: unknown; kid?: unknown } | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(encoded, "base64url").toString());
    return typeof header === "object" && header !== null ? header : undefined;
  } catch {
    return undefined;
  }
}
