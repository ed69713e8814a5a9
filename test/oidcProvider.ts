/** A real OpenID provider, `oidc-provider`, which is certified. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { ClientMetadata, Configuration } from "oidc-provider" with { "resolution-mode": "import" };

export interface OidcProvider {
  readonly issuer: string;
  /** The requests so far, as `GET /path`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** @param clients its clients, with the redirect URIs that are registered for them */
export async function startOidcProvider(
  clients: readonly ClientMetadata[],
  configuration: Configuration = {},
): Promise<OidcProvider> {
  const { default: Provider } = await withoutNotices(() => import("oidc-provider"));
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const respond = await withoutNotices(() =>
    Promise.resolve(
      new Provider(issuer, {
        renderError: (context, { error }) => {
          context.type = "html";
          context.body = `<h1>${error}</h1>`;
        },
        ...configuration,
        clients: [...clients],
      }).callback(),
    ),
  );
  const requests: string[] = [];
  server.on("request", (request, response) => {
    requests.push(`${request.method ?? ""} ${(request.url ?? "").replace(/\?.*/, "")}`);
    void respond(request, response);
  });
  return {
    issuer,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
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
