import * as pulumi from "@pulumi/pulumi";

interface ServiceProviderArgs {
  /** The URL at which the identity provider registers service providers. */
  applicationsUrl: pulumi.Input<string>;
  entityId: pulumi.Input<string>;
  assertionConsumerServiceUrl: pulumi.Input<string>;
  /** The certificate (PEM) with which the identity provider verifies the requests. */
  certificate: pulumi.Input<string>;
}

/**
 * Logto as a service provider at the identity provider. Use the resource of your identity provider instead, such as
 * okta.app.Saml or azuread.ServicePrincipal.
 */
export class ServiceProvider extends pulumi.dynamic.Resource {
  /** The URL of the identity provider's metadata. */
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
  // Another identity provider registers Logto anew, and gives it other metadata.
  diff(_id, olds, news) {
    const keys = ["applicationsUrl", "entityId", "assertionConsumerServiceUrl", "certificate"] as const;
    const changed = keys.filter((key) => olds[key] !== news[key]);
    return Promise.resolve({
      changes: changed.length > 0,
      replaces: changed.filter((key) => key === "applicationsUrl"),
    });
  },
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
  }).catch((error: unknown) => {
    // The message of the error itself is "fetch failed", whatever the cause.
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    throw new Error(`${method} ${url} failed: ${cause?.code ?? String(cause ?? error)}`);
  });
  if (!response.ok) throw new Error(`${method} ${url} failed: ${response.status}`);
  const text = await response.text();
  return text === "" ? {} : (JSON.parse(text) as Record<string, string>);
}
