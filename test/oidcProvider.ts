/** A real OpenID provider, `oidc-provider`, which is certified. Users sign in with any password. */
import { randomUUID } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { ClientMetadata, Configuration } from "oidc-provider" with { "resolution-mode": "import" };

/** A client as dynamic client registration returns it (RFC 7591 and 7592). */
interface RegisteredClient {
  readonly client_id: string;
  readonly client_secret: string;
  readonly registration_client_uri: string;
  readonly registration_access_token: string;
}

export interface OidcProvider {
  readonly issuer: string;
  /** The requests so far, as `GET /path`. */
  readonly requests: string[];
  /** Whether it declares email addresses as verified, which Entra ID does not. Default: `true`. */
  verifiesEmails: boolean;
  /** Registers a client, or changes the redirect URIs of a registered one, as its administrator does. */
  register(redirectUris: readonly unknown[], client?: RegisteredClient): Promise<RegisteredClient>;
  close(): Promise<void>;
}

/**
 * @param clients its clients, with the redirect URIs that are registered for them
 * @param more what differs from its configuration
 */
export async function startOidcProvider(
  clients: readonly ClientMetadata[] = [],
  more: Configuration = {},
): Promise<OidcProvider> {
  const { default: Provider, interactionPolicy } = await withoutNotices(() => import("oidc-provider"));
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const requests: string[] = [];
  const policy = interactionPolicy.base();
  // Logto asks Google for a choice of accounts, of which there is never more than one here.
  const choice = new interactionPolicy.Prompt({ name: "select_account", requestable: true });
  choice.checks.clear();
  policy.add(choice);
  const provider: OidcProvider = {
    issuer,
    requests,
    verifiesEmails: true,
    register: (redirectUris, client) => register(`${issuer}/reg`, redirectUris, client),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  const configuration: Configuration = {
    clients: [...clients],
    interactions: { policy },
    // Given, because it prints a notice about each default.
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    claims: { email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_context, email) => ({
      accountId: email,
      claims: () => ({
        sub: email,
        email,
        name: "A user",
        ...(provider.verifiesEmails ? { email_verified: true } : {}),
      }),
    }),
    renderError: (context, { error }) => {
      context.type = "html";
      context.body = `<h1>${error}</h1>`;
    },
    ...more,
    features: {
      registration: { enabled: true, secretFactory: () => `canary-${randomUUID()}` },
      registrationManagement: { enabled: true },
      ...more.features,
    },
  };
  const respond = await withoutNotices(() => Promise.resolve(new Provider(issuer, configuration).callback()));
  server.on("request", (request, response) => {
    requests.push(`${request.method ?? ""} ${(request.url ?? "").replace(/\?.*/, "")}`);
    void respond(request, response);
  });
  return provider;
}

async function register(
  endpoint: string,
  redirectUris: readonly unknown[],
  client?: RegisteredClient,
): Promise<RegisteredClient> {
  const response = await fetch(client?.registration_client_uri ?? endpoint, {
    method: client === undefined ? "POST" : "PUT",
    headers: {
      "content-type": "application/json",
      ...(client && { authorization: `Bearer ${client.registration_access_token}` }),
    },
    body: JSON.stringify({ redirect_uris: redirectUris, client_id: client?.client_id }),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`The OpenID provider refused the registration: ${body}`);
  return JSON.parse(body) as RegisteredClient;
}

/** It prints notices about its defaults, which are meant for production. */
async function withoutNotices<Result>(work: () => Promise<Result>): Promise<Result> {
  const { info, warn } = console;
  Object.assign(console, { info: () => undefined, warn: () => undefined });
  try {
    return await work();
  } finally {
    Object.assign(console, { info, warn });
  }
}
