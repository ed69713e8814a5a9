// npm run --silent logto -- --port P --client ID:SECRET: the stand-in as a process, until it is ended.
import { parseArgs } from "node:util";
import { startLogto } from "./server";

const usage = `Usage: npm run --silent logto -- [--port PORT] [--client ID:SECRET]

A stand-in for Logto on the loopback address, with identity providers below /idp: an issuer such as
http://127.0.0.1:PORT/idp/acme, SAML metadata at http://127.0.0.1:PORT/idp/saml/metadata.

  --port PORT         0 (the default) picks a free one
  --client ID:SECRET  a machine-to-machine application; can be given more than once
                      (default: m2m:secret)

GET /_log gives the requests so far as JSON, DELETE /_log also empties it.`;

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
  const logto = await startLogto({ port: Number(values.port), applications });
  console.log(`Logto stand-in on ${logto.url}`);
  const end = () => void logto.close();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
