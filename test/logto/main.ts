// npm run --silent logto -- --port P --client ID:SECRET: the stand-in as a process, until it is ended.
import { parseArgs } from "node:util";
import { startLogto } from "./server";

const usage = `Usage: npm run --silent logto -- [--port PORT] [--client ID:SECRET]

A stand-in for Logto on the loopback address, with identity providers below /idp: an issuer such as
http://127.0.0.1:PORT/idp/acme, SAML metadata at http://127.0.0.1:PORT/idp/saml/metadata.

  --port PORT         0 (the default) picks a free one
  --client ID:SECRET  a machine-to-machine application; can be given more than once
                      (default: m2m:secret)

GET /_log gives the requests so far as JSON, DELETE /_log also empties it.
POST /_faults {"fault": "502 with HTML", "target": "create", "times": 1} makes the next such requests fail;
{} there names all faults and targets; a target may also be {"method": "GET", "path": "a regular expression"}.
DELETE /_faults takes back the faults that have not struck.
GET /_features gives what this Logto has; POST /_features {"idpInitiatedAuth": false} switches it.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      client: { type: "string", multiple: true, default: ["m2m:secret"] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const applications = values.client.map((client) => {
    const [id = "", ...secret] = client.split(":");
    if (id === "" || secret.length === 0) throw new Error(`--client takes ID:SECRET.\n\n${usage}`);
    return { id, secret: secret.join(":") };
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port takes a port.\n\n${usage}`);
  const logto = await startLogto({ port, applications });
  console.log(`Logto stand-in on ${logto.url}`);
  // Not waiting for identity providers that are being asked.
  const end = () => void logto.close().then(() => process.exit());
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
