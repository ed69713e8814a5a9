// The connectors of this package.
const logto = require("pulumi-logto-sso");
const { connectors } = require(process.env.BENCH_CONNECTORS);

for (const [name, args] of connectors()) new logto.SsoConnector(name, args);
