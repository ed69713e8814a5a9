/**
 * Logto as a relying party, registered at the identity providers by their administrators: OIDC clients by dynamic
 * client registration (RFC 7591 and 7592), SAML service providers by a format of our own, since there is no standard
 * one. Both are verified when Logto sends a user.
 */
import { createVerify, randomUUID } from "node:crypto";
import type { ApiResponse } from "./http";

interface Client {
  readonly client_id: string;
  client_secret: string;
  redirect_uris: readonly unknown[];
}

/** The registration of a service provider at a SAML identity provider. */
interface ServiceProvider {
  readonly id: string;
  entityId?: unknown;
  assertionConsumerServiceUrl?: unknown;
  /** A PEM certificate. If there is one, requests must be signed. */
  certificate?: unknown;
}

interface IdpRequest {
  readonly method: string;
  /** The path below the base URL of all identity providers. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: string;
}

const unauthorized: ApiResponse = { status: 401, body: { error: "invalid_client" } };
const unknown: ApiResponse = { status: 404, body: { error: "not_found" } };

export class RelyingParties {
  readonly clients = new Map<string, Client>();
  readonly serviceProviders = new Map<string, ServiceProvider>();
  #made = 0;

  /** Returns `undefined` for any other path. */
  respond(base: string, request: IdpRequest): ApiResponse | undefined {
    const [, issuer = "", what, id] =
      /^(.*)\/(register|token|saml\/applications|saml\/sso)(?:\/([^/]+))?$/.exec(request.path) ?? [undefined];
    switch (what ?? "") {
      case "register":
        return id === undefined ? this.#register(base + issuer, request) : this.#client(id, request);
      case "token":
        return this.#token(request);
      case "saml/applications":
        return id === undefined
          ? this.#addServiceProvider(`${base}${issuer}/saml`, request)
          : this.#serviceProvider(id, request);
      case "saml/sso":
        return this.#signIn(request);
      default:
        return undefined;
    }
  }

  #register(issuer: string, { method, body }: IdpRequest): ApiResponse | undefined {
    if (method !== "POST") return undefined;
    const { redirect_uris = [] } = JSON.parse(body) as Partial<Client>;
    const client: Client = { client_id: `client-${++this.#made}`, client_secret: newSecret(), redirect_uris };
    this.clients.set(client.client_id, client);
    const registration_client_uri = `${issuer}/register/${client.client_id}`;
    return { status: 201, body: { ...client, registration_client_uri } };
  }

  /** Reads, updates or deletes a client (RFC 7592). An update may issue a new secret, and here it does. */
  #client(id: string, { method, body }: IdpRequest): ApiResponse {
    const client = this.clients.get(id);
    if (client === undefined) return unauthorized;
    if (method === "DELETE") {
      this.clients.delete(id);
      return { status: 204 };
    }
    if (method === "PUT") {
      client.redirect_uris = (JSON.parse(body) as Partial<Client>).redirect_uris ?? [];
      client.client_secret = newSecret();
    }
    return { status: 200, body: client };
  }

  /** Exchanges the code of a sign-in: verifies Logto's credentials and the redirect URI. */
  #token({ authorization = "", body }: IdpRequest): ApiResponse {
    const [id = "", secret] = Buffer.from(authorization.replace(/^Basic /, ""), "base64")
      .toString()
      .split(":");
    const client = this.clients.get(id);
    if (client === undefined || client.client_secret !== secret) return unauthorized;
    if (!client.redirect_uris.includes(new URLSearchParams(body).get("redirect_uri"))) {
      return { status: 400, body: { error: "invalid_grant" } };
    }
    return { status: 200, body: { access_token: "token", token_type: "Bearer" } };
  }

  #addServiceProvider(base: string, { method, body }: IdpRequest): ApiResponse | undefined {
    if (method !== "POST") return undefined;
    const application = { ...(JSON.parse(body) as object), id: `application-${++this.#made}` };
    this.serviceProviders.set(application.id, application);
    return { status: 201, body: { ...application, metadataUrl: `${base}/metadata` } };
  }

  #serviceProvider(id: string, { method, body }: IdpRequest): ApiResponse {
    const application = this.serviceProviders.get(id);
    if (application === undefined) return unknown;
    if (method === "DELETE") {
      this.serviceProviders.delete(id);
      return { status: 204 };
    }
    if (method === "PUT") {
      for (const key of ["entityId", "assertionConsumerServiceUrl", "certificate"] as const) {
        application[key] = (JSON.parse(body) as Partial<ServiceProvider>)[key];
      }
    }
    return { status: 200, body: application };
  }

  /** Takes an authentication request by the HTTP-Redirect binding, as JSON in place of deflated XML. */
  #signIn({ query }: IdpRequest): ApiResponse {
    const request = JSON.parse(Buffer.from(query.get("SAMLRequest") ?? "", "base64").toString()) as Record<
      string,
      unknown
    >;
    const application = [...this.serviceProviders.values()].find(
      ({ entityId, assertionConsumerServiceUrl }) =>
        entityId === request.issuer && assertionConsumerServiceUrl === request.assertionConsumerServiceUrl,
    );
    if (application === undefined) return { status: 400, body: { error: "unknown service provider" } };
    if (typeof application.certificate === "string" && !isSignedBy(application.certificate, query)) {
      return { status: 400, body: { error: "not signed by the registered certificate" } };
    }
    return { status: 200, body: {} };
  }
}

function isSignedBy(certificate: string, query: URLSearchParams): boolean {
  const signed = new URLSearchParams({
    SAMLRequest: query.get("SAMLRequest") ?? "",
    SigAlg: query.get("SigAlg") ?? "",
  });
  return createVerify("sha256")
    .update(signed.toString())
    .verify(certificate, query.get("Signature") ?? "", "base64");
}

function newSecret(): string {
  return `canary-${randomUUID()}`;
}
