import * as pulumi from "@pulumi/pulumi";

interface ClientRegistrationArgs {
  /** The issuer, whose discovery document names the registration endpoint. */
  issuer: pulumi.Input<string>;
  redirectUris: pulumi.Input<pulumi.Input<string>[]>;
  /** A different value replaces the client by one with a new ID and secret. */
  secretVersion: pulumi.Input<string>;
}

/**
 * Logto's client at the identity provider, created with OpenID Connect dynamic client registration (RFC 7591 and 7592). Use
 * the resource of your identity provider instead, such as okta.app.OAuth or azuread.Application.
 */
export class ClientRegistration extends pulumi.dynamic.Resource {
  declare readonly clientId: pulumi.Output<string>;
  declare readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: ClientRegistrationArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { clientId: undefined, clientSecret: undefined, uri: undefined, accessToken: undefined };
    super(
      provider,
      name,
      { ...outputs, ...args },
      { ...opts, additionalSecretOutputs: ["clientSecret", "accessToken"] },
    );
  }
}

interface Inputs {
  issuer: string;
  redirectUris: string[];
  secretVersion: string;
}
/** `uri` and `accessToken` are those of the registration. */
interface Outputs extends Inputs {
  clientId: string;
  clientSecret: string;
  uri: string;
  accessToken: string;
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Outputs> = {
  // The standard has no request for a new secret. The new client is created before the old one is deleted, so that users can
  // sign in meanwhile.
  diff(_id, olds, news) {
    const replaces = (["issuer", "secretVersion"] as const).filter((key) => olds[key] !== news[key]);
    const changes = replaces.length > 0 || String(olds.redirectUris) !== String(news.redirectUris);
    return Promise.resolve({ changes, replaces });
  },
  async create(inputs) {
    const { registration_endpoint: endpoint } = await send<{ registration_endpoint?: string }>(
      "GET",
      `${inputs.issuer}/.well-known/openid-configuration`,
    );
    if (endpoint === undefined) {
      throw new Error(
        `${inputs.issuer} has no dynamic client registration: use the resource of your identity provider`,
      );
    }
    const client = await send("POST", endpoint, { redirect_uris: inputs.redirectUris });
    return { id: client.client_id, outs: outputsOf(inputs, client) };
  },
  async update(id, olds, news) {
    const body = { client_id: id, redirect_uris: news.redirectUris };
    return { outs: outputsOf(news, await send("PUT", olds.uri, body, olds.accessToken)) };
  },
  async delete(_id, { uri, accessToken }) {
    await send("DELETE", uri, undefined, accessToken);
  },
};

/** The client as the identity provider returns it. */
interface Client {
  client_id: string;
  client_secret: string;
  registration_client_uri: string;
  registration_access_token: string;
}

function outputsOf(inputs: Inputs, client: Client): Outputs {
  return {
    ...inputs,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    uri: client.registration_client_uri,
    accessToken: client.registration_access_token,
  };
}

async function send<T = Client>(
  method: string,
  url: string,
  body?: object,
  accessToken?: string,
): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: {
      "content-type": "application/json",
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    // The message of the error itself is "fetch failed", whatever the cause.
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    throw new Error(`${method} ${url} failed: ${cause?.code ?? String(cause ?? error)}`);
  });
  if (!response.ok) throw new Error(`${method} ${url} failed: ${response.status}`);
  // The response to a DELETE has no body.
  return JSON.parse((await response.text()) || "{}") as T;
}
