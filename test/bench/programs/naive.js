// For comparison: a simple dynamic resource, written after Pulumi's documentation.
const pulumi = require("@pulumi/pulumi");
const { connectors } = require(process.env.BENCH_CONNECTORS);

class ConnectorProvider {
  async configure(request) {
    this.endpoint = request.config.require("logto:endpoint");
    this.clientId = request.config.require("logto:clientId");
    this.clientSecret = request.config.require("logto:clientSecret");
  }

  async token() {
    const response = await fetch(`${this.endpoint}/oidc/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${this.clientId}:${this.clientSecret}`)}` },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        resource: "https://default.logto.app/api",
        scope: "all",
      }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()).access_token;
  }

  async call(method, path, body) {
    const response = await fetch(`${this.endpoint}/api/sso-connectors${path}`, {
      method,
      headers: { Authorization: `Bearer ${await this.token()}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  async create(inputs) {
    const { __provider, ...body } = inputs;
    const connector = await this.call("POST", "", body);
    return { id: connector.id, outs: { ...inputs, ...connector } };
  }

  async read(id, props) {
    return { id, props: { ...props, ...(await this.call("GET", `/${id}`)) } };
  }

  async update(id, olds, news) {
    const { __provider, ...body } = news;
    const connector = await this.call("PATCH", `/${id}`, body);
    return { outs: { ...news, ...connector } };
  }

  async delete(id) {
    await this.call("DELETE", `/${id}`);
  }
}

class Connector extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(new ConnectorProvider(), name, args);
  }
}

for (const [name, args] of connectors()) new Connector(name, { connectorName: name, ...args });
