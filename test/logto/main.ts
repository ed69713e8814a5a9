// npm run --silent logto -- --port P --client ID:SECRET: runs the stand-in as a process until it is terminated.
import { parseArgs } from "node:util";
import { startLogto } from "./server";

const usage = `Usage: npm run --silent logto -- [--port PORT] [--client ID:SECRET]

A stand-in for Logto on the loopback address, with what Logto reads from identity providers below /idp: the discovery
document of an issuer such as http://127.0.0.1:PORT/idp/acme, SAML metadata at http://127.0.0.1:PORT/idp/saml/metadata.

  --port PORT         the port to listen on (default: 0, a free port)
  --client ID:SECRET  credentials of a machine-to-machine application; repeatable
                      (default: m2m:canary-m2m)

GET /_log returns the requests so far as JSON; DELETE /_log also clears them.
POST /_faults {"fault": "502 with HTML", "target": "create", "times": 1} makes the next such requests fail.
POST /_faults {} lists all faults and targets. A target may also be {"method": "GET", "path": "a regular expression"}.
DELETE /_faults disarms the remaining faults.
GET /_features lists the features; POST /_features {"idpInitiatedAuth": false} switches them.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      client: { type: "string", multiple: true, default: ["m2m:canary-m2m"] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const applications = values.client.map((client) => {
    const [id = "", ...secret] = client.split(":");
    if (id === "" || secret.length === 0) throw new Error(`--client must be ID:SECRET.\n\n${usage}`);
    return { id, secret: secret.join(":") };
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port must be a port number.\n\n${usage}`);
  const logto = await startLogto({ port, applications });
  console.log(`Logto stand-in on ${logto.url}`);
  // Exits without waiting for pending requests to identity providers.
  const end = () => void logto.close().then(() => process.exit());
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
