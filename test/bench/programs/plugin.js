// The connectors of this package, by its plugin: the class is as in an SDK that Pulumi generates.
const pulumi = require("@pulumi/pulumi");
const { connectors } = require(process.env.BENCH_CONNECTORS);

// The SDK for Node.js keeps stack traces for debugging itself, which take it 4 s for 1,000 resources of a generated class. Other
// languages have no such thing, and the classes of this package avoid it.
Error.stackTraceLimit = 0;
const outputs = [
  "redirectUri",
  "assertionConsumerServiceUrl",
  "spEntityId",
  "createdAt",
  "endpoint",
  "tenantId",
];
const absent = Object.fromEntries(outputs.map((name) => [name, undefined]));

for (const [name, { config, ...args }] of connectors()) {
  const secret = { ...config, clientSecret: pulumi.secret(config.clientSecret) };
  new pulumi.CustomResource("logto:index:SsoConnector", name, { ...absent, ...args, config: secret });
}
