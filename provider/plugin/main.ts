/**
 * The provider plugin: the process `pulumi-resource-logto`, which the engine starts and calls over gRPC. It loads neither
 * Pulumi's SDK nor anything from a network.
 */
import { setFlagsFromString } from "node:v8";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { isAlive } from "../engine/processes";
import { asExpected, withFrames } from "../expectedError";
import { version } from "../manifest";
import { Runs } from "./runs";
import { pluginSchema } from "./schema";
import { providerService } from "./service";

// Node.js would print the error as it is. Which secrets it can be about is not known here.
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    process.stderr.write(`${withFrames(asExpected(error))}\n`);
    process.exit(1);
  });
}

/** The largest message of the engine, as of Pulumi's own plugins. */
const maxMessageBytes = 400 * 2 ** 20;
const parentCheckMs = 1000;

function main(args: readonly string[]): void {
  if (args.includes("--version")) {
    process.stdout.write(`${version}\n`);
    return;
  }
  // Node.js would let the heap grow further than it needs: a refresh of 1,000 connectors takes at most 106 MiB instead of 159,
  // and as long. Versions of Node.js that lack a flag print so and go on (seen with Node.js 20.19 to 26.10, which have both).
  for (const flag of ["--semi-space-growth-factor=1", "--heap-growing-percent=20"]) setFlagsFromString(flag);
  // A plugin that Pulumi runs from its source gets other arguments, and the address by the handshake.
  const runs = new Runs(args.find((arg) => /^[\w.[\]]+:\d+$/.test(arg)));
  const server = new grpc.Server({ "grpc.max_receive_message_length": maxMessageBytes });
  server.addService(ResourceProviderService, providerService(runs, JSON.stringify(pluginSchema())));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    // The engine reads the port from the first line.
    process.stdout.write(`${port}\n`);
  });
  endWithParent();
}

/** A killed engine tells nobody, and its plugins would run for ever. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent || !isAlive(parent)) process.exit();
  }, parentCheckMs).unref();
}

main(process.argv.slice(2));
