/** The identity providers of the table. */
import type { ClientMetadata, Configuration } from "oidc-provider" with { "resolution-mode": "import" };
import { startIdentityProviders } from "../logto/idpServers";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { type SamlApplication, type SamlProvider, startSamlProvider } from "../samlProvider";
import { type ScriptedResponse, startScriptedServer } from "../scriptedServer";

/** A client of an OpenID provider, registered without the redirect URI of its connector. */
export interface OidcClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Registers a redirect URI as the only one. */
  register(redirectUri: string): Promise<void>;
  close(): Promise<void>;
}

/** An application of a SAML identity provider: Logto, before it is registered there. */
export interface SamlIdp {
  readonly metadataUrl: string;
  readonly metadata: string;
  readonly entityId: string;
  readonly signInEndpoint: string;
  /** As bare base64. */
  readonly certificate: string;
  /** Registers Logto. */
  register(registration: SamlApplication): void;
  /** Returns the page from which users begin without a request of Logto. */
  readonly startPage: string;
  remove(): Promise<void>;
}

export class World {
  readonly #closing: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly saml: SamlProvider,
    private readonly oidc: OidcProvider,
    /** The address of identity providers that answer below any path, and at which nobody signs in. */
    readonly anyProvider: string,
  ) {}

  static async start(): Promise<World> {
    const [saml, oidc, any] = [
      await startSamlProvider(),
      await startOidcProvider(),
      await startIdentityProviders(),
    ];
    const world = new World(saml, oidc, any.url);
    world.#closing.push(
      () => saml.close(),
      () => oidc.close(),
      () => any.close(),
    );
    return world;
  }

  /**
   * Registers a client.
   *
   * @param metadata what differs from a usual client
   * @param configuration that of an OpenID provider of its own. Default: the usual one, which all share
   */
  async client(metadata: Partial<ClientMetadata> = {}, configuration?: Configuration): Promise<OidcClient> {
    let provider = this.oidc;
    if (configuration !== undefined) {
      provider = await startOidcProvider([], configuration);
      this.#closing.push(() => provider.close());
    }
    const body = { redirect_uris: ["https://logto.acme.test/callback"], ...metadata };
    const made = await send(`${provider.issuer}/reg`, "POST", body);
    const { registration_client_uri: url, registration_access_token: token, ...client } = made;
    return {
      issuer: provider.issuer,
      clientId: made.client_id,
      clientSecret: made.client_secret ?? "canary-unused",
      register: async (redirectUri) => {
        const { client_id, client_secret, ...rest } = client;
        const changed = { ...pick(rest, Object.keys(body)), redirect_uris: [redirectUri] };
        await send(url, "PUT", { ...changed, client_id, ...(client_secret && { client_secret }) }, token);
      },
      close: () => provider.close(),
    };
  }

  /**
   * Adds an application to a SAML identity provider.
   *
   * @param application what differs from a usual one
   * @param certificateDays when its certificate begins and ends, in days from now. Default: that of the usual one
   */
  async samlIdp(
    application: SamlApplication = {},
    certificateDays?: readonly [from: number, to: number],
  ): Promise<SamlIdp> {
    let provider = this.saml;
    if (certificateDays !== undefined) {
      provider = await startSamlProvider(certificateDays[1], certificateDays[0]);
      this.#closing.push(() => provider.close());
    }
    const own: SamlApplication = { ...application };
    const metadataUrl = provider.register(own);
    const metadata = await (await fetch(metadataUrl)).text();
    const found = (pattern: RegExp) => pattern.exec(metadata)?.[1] ?? "";
    return {
      metadataUrl,
      metadata,
      entityId: found(/entityID="([^"]+)"/),
      signInEndpoint: found(/SingleSignOnService[^>]* Location="([^"]+)"/),
      certificate: found(/X509Certificate>([^<]+)</),
      register: (registration) => Object.assign(own, registration),
      startPage: provider.startPage(metadataUrl),
      remove: async () => {
        await fetch(metadataUrl.replace(/\/metadata$/, ""), { method: "DELETE" });
      },
    };
  }

  /** Starts a server that answers as `respond` says. Returns its address. */
  async server(respond: (path: string) => ScriptedResponse): Promise<string> {
    const server = await startScriptedServer(({ path }) => respond(path));
    this.#closing.push(() => server.close());
    return server.url;
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
  }
}

interface Registered extends Readonly<Record<string, unknown>> {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly registration_client_uri: string;
  readonly registration_access_token: string;
}

async function send(url: string, method: string, body: object, token?: string): Promise<Registered> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The OpenID provider refused the registration: ${text}`);
  return JSON.parse(text) as Registered;
}

function pick(values: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));
}
