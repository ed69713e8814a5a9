import * as pulumi from "@pulumi/pulumi";

interface ClientRegistrationArgs {
  /** The `registration_endpoint` of the identity provider's discovery document, such as `https://idp.acme.com/register`. */
  registrationEndpoint: pulumi.Input<string>;
  redirectUris: pulumi.Input<pulumi.Input<string>[]>;
  /** A different value requests a new client secret. */
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
    const outputs = { clientId: undefined, clientSecret: undefined, registrationClientUri: undefined };
    super(provider, name, { ...outputs, ...args }, { ...opts, additionalSecretOutputs: ["clientSecret"] });
  }
}

interface Inputs {
  registrationEndpoint: string;
  redirectUris: string[];
  secretVersion: string;
}
interface Outputs extends Inputs {
  clientId: string;
  clientSecret: string;
  registrationClientUri: string;
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Outputs> = {
  async create(inputs) {
    const client = await send("POST", inputs.registrationEndpoint, { redirect_uris: inputs.redirectUris });
    const outs = {
      ...inputs,
      clientId: client.client_id,
      clientSecret: client.client_secret,
      registrationClientUri: client.registration_client_uri,
    };
    return { id: client.client_id, outs };
  },
  async update(id, olds, news) {
    const body = { client_id: id, redirect_uris: news.redirectUris };
    const client = await send("PUT", olds.registrationClientUri, body);
    return { outs: { ...olds, ...news, clientSecret: client.client_secret } };
  },
  async delete(_id, outputs) {
    await send("DELETE", outputs.registrationClientUri);
  },
};

/** The client as the identity provider returns it. */
interface Client {
  client_id: string;
  client_secret: string;
  registration_client_uri: string;
}

async function send(method: string, url: string, body?: object): Promise<Client> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url} failed: ${response.status}`);
  // The response to a DELETE has no body.
  return JSON.parse((await response.text()) || "{}") as Client;
}
