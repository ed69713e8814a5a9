/** `logto-sso doctor --probe` compared with what happens when a user signs in, for clients of a real OpenID provider. */
import type { ClientMetadata, Configuration } from "oidc-provider" with { "resolution-mode": "import" };
import { signIn } from "../signIn";
import { connectorInState } from "../exportedState";
import { startOidcProvider } from "../oidcProvider";
import { eachExamined, insert, namesOf, run, start, started } from "./examination";

eachExamined();

interface Case {
  /** What differs from a client that works. */
  readonly client?: Partial<ClientMetadata>;
  readonly provider?: Configuration;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Starts an identity provider with a client, and a Logto with its connector. */
async function connect({ client, provider, config }: Case) {
  const logto = await start();
  const row = insert(logto, { id: "acme1" });
  const idp = await startOidcProvider(
    [
      {
        client_id: "client",
        client_secret: "canary-config",
        redirect_uris: [`${logto.url}/callback/acme1`],
        ...client,
      },
    ],
    provider,
  );
  started.push(idp);
  row.config = { ...row.config, issuer: idp.issuer, ...config };
  return { logto, row, idp };
}

const refused: [what: string, odd: Case, step: string, words: string][] = [
  ["another secret", { config: { clientSecret: "canary-other" } }, "credentials", "client_secret_basic"],
  ["an unknown client", { config: { clientId: "other" } }, "credentials sign-in", "Check config.clientId"],
  [
    "a public client",
    { client: { token_endpoint_auth_method: "none" } },
    "credentials sign-in",
    "client_secret_basic",
  ],
  [
    "a client that authenticates with a key",
    {
      client: {
        token_endpoint_auth_method: "private_key_jwt",
        jwks_uri: "https://acme.test/jwks",
      },
    },
    "credentials",
    "client_secret_basic",
  ],
  [
    "a client without the authorization code flow",
    {
      client: {
        application_type: "native",
        grant_types: ["implicit"],
        response_types: ["id_token"],
      },
    },
    "credentials sign-in",
    "authorization code",
  ],
  ["a scope that is not allowed", { client: { scope: "openid email" } }, "sign-in", "config.scope"],
  [
    "a scope of the config that is not allowed",
    {
      client: { scope: "openid profile email" },
      config: { scope: "groups" },
      provider: { scopes: ["openid", "profile", "email", "groups"] },
    },
    "sign-in",
    "config.scope",
  ],
  ["required PKCE", { provider: { pkce: { required: () => true } } }, "sign-in", "Do not require PKCE"],
  [
    "required pushed requests",
    {
      provider: {
        features: {
          pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
        },
      },
    },
    "sign-in",
    "pushed authorization requests",
  ],
  [
    "pushed requests that one client requires",
    {
      client: { require_pushed_authorization_requests: true },
      provider: { features: { pushedAuthorizationRequests: { enabled: true } } },
    },
    "sign-in",
    "pushed authorization requests",
  ],
  [
    "a required request object",
    {
      client: { require_signed_request_object: true },
      provider: { features: { requestObjects: { enabled: true } } },
    },
    "sign-in",
    "request object",
  ],
  [
    "another redirect URI",
    { client: { redirect_uris: ["https://acme.test/callback"] } },
    "redirect-uri",
    "Register it",
  ],
  [
    "a secret with a +",
    { client: { client_secret: "canary+1" }, config: { clientSecret: "canary+1" } },
    "credentials",
    "without these characters",
  ],
  [
    "a secret with a %",
    { client: { client_secret: "canary%41" }, config: { clientSecret: "canary%41" } },
    "credentials",
    "without these characters",
  ],
  [
    "a client ID with a colon",
    { client: { client_id: "acme:1" }, config: { clientId: "acme:1" } },
    "credentials",
    "without a colon",
  ],
];

test.each(refused)("%s: nobody can sign in, and it says why", async (_what, odd, step, words) => {
  const { logto, row } = await connect(odd);
  await expect(signIn(logto, "user@acme.com")).rejects.toThrow();
  const { steps, screen, report } = await run({ probe: true }, [connectorInState(row)]);
  expect(namesOf(steps, "fail").join(" ")).toBe(step);
  expect(screen.replaceAll(/\s+/g, " ")).toContain(words);
  expect(report.failed).toBe(true);
});

const accepted: [what: string, usual: Case][] = [
  ["the usual client", {}],
  ["a client that requires the time of the sign-in", { client: { require_auth_time: true } }],
  ["a maximal age", { client: { default_max_age: 3600 } }],
  ["more scopes", { config: { scope: "offline_access" } }],
  [
    "a client that may authenticate in the body",
    { client: { token_endpoint_auth_method: "client_secret_post" } },
  ],
  ["a scope that the identity provider ignores", { config: { scope: "groups" } }],
  [
    "a secret with other special characters",
    { client: { client_secret: "canary/=:&~1" }, config: { clientSecret: "canary/=:&~1" } },
  ],
  [
    "pushed requests that nobody requires",
    { provider: { features: { pushedAuthorizationRequests: { enabled: true } } } },
  ],
  ["an address to sign out at", { client: { post_logout_redirect_uris: ["https://acme.test/"] } }],
];

test.each(accepted)("%s: users sign in, and every step passes", async (_what, usual) => {
  const { logto, row } = await connect(usual);
  expect(await signIn(logto, "user@acme.com")).toMatchObject({ email: "user@acme.com" });
  const { steps } = await run({ probe: true }, [connectorInState(row)]);
  expect(namesOf(steps, "pass")).toEqual(Object.keys(steps));
});
