// The cost of the engine itself: the same resources, with a provider that does nothing.
const pulumi = require("@pulumi/pulumi");
const { connectors } = require(process.env.BENCH_CONNECTORS);

// The SDK writes stack traces into the state. The baseline is without them.
Error.stackTraceLimit = 0;
const loader = "exports.handler = () => require(process.env.BENCH_BASELINE_PROVIDER);";
const defaults = { branding: {}, syncProfile: false, enableTokenStorage: false };
const outputs = { tenantId: undefined, createdAt: undefined };

for (const [name, { config, ...args }] of connectors()) {
  new pulumi.CustomResource("pulumi-nodejs:dynamic/baseline:SsoConnector", name, {
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
