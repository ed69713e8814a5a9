import * as pulumi from "@pulumi/pulumi";

interface ServiceProviderArgs {
  /** Where the identity provider's administrators register service providers. */
  applicationsUrl: pulumi.Input<string>;
  entityId: pulumi.Input<string>;
  assertionConsumerServiceUrl: pulumi.Input<string>;
  /** PEM: by which the identity provider checks the requests. */
  certificate: pulumi.Input<string>;
}

/**
 * Logto as a service provider at the identity provider. It stands for whatever your identity provider has:
 * okta.app.Saml, azuread.ServicePrincipal, …
 */
export class ServiceProvider extends pulumi.dynamic.Resource {
  /** Where the identity provider serves its metadata. */
  declare readonly metadataUrl: pulumi.Output<string>;

  constructor(name: string, args: ServiceProviderArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { metadataUrl: undefined, ...args }, opts);
  }
}

interface Inputs {
  applicationsUrl: string;
  entityId: string;
  assertionConsumerServiceUrl: string;
  certificate: string;
}
interface Outputs extends Inputs {
  metadataUrl: string;
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Outputs> = {
  async create(inputs) {
    const { id = "", metadataUrl = "" } = await send("POST", inputs.applicationsUrl, inputs);
    return { id, outs: { ...inputs, metadataUrl } };
  },
  async update(id, olds, news) {
    await send("PUT", `${olds.applicationsUrl}/${id}`, news);
    return { outs: { ...olds, ...news } };
  },
  async delete(id, outputs) {
    await send("DELETE", `${outputs.applicationsUrl}/${id}`);
  },
};

async function send(
  method: string,
  url: string,
  { entityId, assertionConsumerServiceUrl, certificate }: Partial<Inputs> = {},
): Promise<Record<string, string>> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ entityId, assertionConsumerServiceUrl, certificate }),
  });
  if (!response.ok) throw new Error(`${method} ${url} was answered with ${response.status}.`);
  const text = await response.text();
  return text === "" ? {} : (JSON.parse(text) as Record<string, string>);
}
