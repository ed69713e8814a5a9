// The engine's own cost: the same resources, by a provider that does nothing.
const pulumi = require("@pulumi/pulumi");
const { connectors } = require(process.env.BENCH_CONNECTORS);

// The SDK writes it into the state; none is the least that it can cost.
Error.stackTraceLimit = 0;
const loader = "exports.handler = () => require(process.env.BENCH_FLOOR_PROVIDER);";
const defaults = { branding: {}, syncProfile: false, enableTokenStorage: false };
const outputs = { tenantId: undefined, createdAt: undefined };

for (const [name, { config, ...args }] of connectors()) {
  new pulumi.CustomResource("pulumi-nodejs:dynamic/floor:SsoConnector", name, {
    ...defaults,
    ...outputs,
    ...args,
    connectorName: name,
    config: {
      ...config,
      clientSecret: pulumi.secret(config.clientSecret),
      trustUnverifiedEmail: false,
    },
    __provider: loader,
  });
}
