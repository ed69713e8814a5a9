/** OIDC connectors and the clients that they sign in with. */
import type { ClientMetadata, Configuration } from "oidc-provider" with { "resolution-mode": "import" };
import type { SignInCase, Values } from "./signInCase";
import type { OidcClient } from "./world";

interface Odd {
  readonly metadata?: Partial<ClientMetadata>;
  readonly configuration?: Configuration;
  readonly config?: Values;
  readonly inputs?: Values;
  readonly afterwards?: (client: OidcClient) => unknown;
}

/** A case whose client differs from one that works. */
function oidc(name: string, odd: Odd = {}, more: Partial<SignInCase> = {}): SignInCase {
  const { metadata, configuration, config, inputs, afterwards } = odd;
  return {
    name,
    prepare: async (world) => {
      const client = await world.client(metadata, configuration);
      const { issuer, clientId, clientSecret } = client;
      return {
        inputs: {
          providerName: "OIDC",
          config: { issuer, clientId, clientSecret, ...config },
          ...inputs,
        },
        register: ({ redirectUri }) => client.register(redirectUri),
        ...(afterwards && { afterwards: () => afterwards(client) }),
      };
    },
    ...more,
  };
}

/** A case in which only the identity provider knows why nobody can sign in. */
const refused = (name: string, odd: Odd) => oidc(name, odd, { atProvider: true });

const withClient = (credentials: { readonly id?: string; readonly secret?: string }): Configuration => ({
  features: {
    registration: {
      enabled: true,
      ...(credentials.id !== undefined && { idFactory: () => credentials.id ?? "" }),
      secretFactory: () => credentials.secret ?? "canary-secret",
    },
    registrationManagement: { enabled: true },
  },
});

export const oidcCases: readonly SignInCase[] = [
  oidc("OIDC: as it should be"),
  oidc("Okta: as it should be", { inputs: { providerName: "Okta" } }),
  oidc("Entra ID over OIDC: as it should be", {
    inputs: { providerName: "AzureAdOidc" },
    config: { trustUnverifiedEmail: true },
  }),
  oidc("OIDC: more scopes", { config: { scope: "offline_access" } }),
  oidc("OIDC: a scope that the identity provider ignores", { config: { scope: "groups" } }),
  oidc("OIDC: profiles synchronized, with a logo of its own", {
    inputs: { syncProfile: true, branding: { displayName: "Acme", logo: "https://acme.test/logo.svg" } },
  }),
  oidc("OIDC: a logo that the sign-in page does not load", {
    inputs: { branding: { logo: "http://acme.test/logo.svg" } },
  }),
  oidc("OIDC: a client that requires the time of the sign-in", { metadata: { require_auth_time: true } }),
  oidc("OIDC: a client that may authenticate in the body", {
    metadata: { token_endpoint_auth_method: "client_secret_post" },
  }),
  oidc("OIDC: a secret with / = : & ~", { configuration: withClient({ secret: "canary/=:&~1" }) }),
  refused("OIDC: a secret with a +", { configuration: withClient({ secret: "canary+1" }) }),
  refused("OIDC: a secret with a %", { configuration: withClient({ secret: "canary%41" }) }),
  refused("OIDC: a client ID with a colon", { configuration: withClient({ id: "acme:1" }) }),
  refused("OIDC: a wrong secret", { config: { clientSecret: "canary-wrong" } }),
  refused("OIDC: an unknown client", { config: { clientId: "unknown" } }),
  {
    name: "OIDC: the redirect URI is not registered",
    atProvider: true,
    prepare: async (world) => {
      const { issuer, clientId, clientSecret } = await world.client();
      return { inputs: { providerName: "OIDC", config: { issuer, clientId, clientSecret } } };
    },
  },
  {
    name: "OIDC: the redirect URI is registered with a slash at its end",
    atProvider: true,
    prepare: async (world) => {
      const client = await world.client();
      const { issuer, clientId, clientSecret } = client;
      return {
        inputs: { providerName: "OIDC", config: { issuer, clientId, clientSecret } },
        register: ({ redirectUri }) => client.register(`${redirectUri}/`),
      };
    },
  },
  refused("OIDC: a public client", { metadata: { token_endpoint_auth_method: "none" } }),
  refused("OIDC: a scope that is not allowed", { metadata: { scope: "openid email" } }),
  refused("OIDC: PKCE is required", { configuration: { pkce: { required: () => true } } }),
  refused("OIDC: pushed requests are required", {
    configuration: {
      features: {
        ...withClient({}).features,
        pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      },
    },
  }),
  refused("OIDC: a request object is required", {
    metadata: { require_signed_request_object: true },
    configuration: { features: { ...withClient({}).features, requestObjects: { enabled: true } } },
  }),
  oidc(
    "OIDC: the client's ID tokens are signed with its secret",
    { metadata: { id_token_signed_response_alg: "HS256" }, configuration: withHs256() },
    {
      atProvider: true,
      beyondSight: "a client's algorithm is in no document, and shows in an ID token only",
    },
  ),
  oidc("OIDC: email addresses are not verified", { configuration: unverified() }),
  oidc("OIDC: email addresses are not verified, and trusted", {
    configuration: unverified(),
    config: { trustUnverifiedEmail: true },
  }),
  {
    name: "OIDC: the issuer has a slash too many",
    prepare: async (world) => {
      const { issuer, clientId, clientSecret } = await world.client();
      return { inputs: { providerName: "OIDC", config: { issuer: `${issuer}/`, clientId, clientSecret } } };
    },
  },
  {
    name: "OIDC: the issuer is the address of the discovery document",
    prepare: async (world) => {
      const { issuer, clientId, clientSecret } = await world.client();
      const config = { issuer: `${issuer}/.well-known/openid-configuration`, clientId, clientSecret };
      return { inputs: { providerName: "OIDC", config } };
    },
  },
  {
    name: "OIDC: a discovery document without a JWKS",
    prepare: (world) => ({
      inputs: {
        providerName: "OIDC",
        config: {
          issuer: `${world.anyProvider}/incomplete`,
          clientId: "client",
          clientSecret: "canary-secret",
        },
      },
    }),
  },
  oidc("OIDC: the identity provider is down", {
    configuration: {},
    afterwards: (client) => client.close(),
  }),
];

function unverified(): Configuration {
  return {
    claims: { email: ["email"], profile: ["name"] },
    findAccount: (_context, email) => ({
      accountId: email,
      claims: () => ({ sub: email, email, name: "A user" }),
    }),
  };
}

function withHs256(): Configuration {
  return { enabledJWA: { idTokenSigningAlgValues: ["RS256", "HS256"] } };
}
