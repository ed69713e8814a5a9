/**
 * Runs programs inside the process of the test, as the Automation API runs inline programs: with the real CLI, engine, state
 * and provider process, but without a language host. An `up` takes 1.2 s of CPU instead of 3 (2 cores, CLI 3.259).
 */
import * as grpc from "@grpc/grpc-js";
import * as automation from "@pulumi/pulumi/automation/server";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import type { CommandOptions, Stack } from "./stack";
import type { Result } from "./processes";

/** The SDK's language server, which its type declarations leave out. */
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (program: () => Promise<unknown>) => grpc.UntypedServiceImplementation;
};

/**
 * Each client of the SDK gets connections of its own. gRPC shares them by address otherwise, and fails at once if the last
 * connection to the address failed a moment ago: an engine may get the port of an earlier one (reproduced with grpc-js 1.14).
 */
Object.assign((settings as unknown as { grpcClientOptions: grpc.ClientOptions }).grpcClientOptions, {
  "grpc.use_local_subchannel_pool": 1,
});

/** A program as a function that returns the stack's outputs. */
export type InlineProgram = () => Promise<Record<string, unknown>> | Record<string, unknown>;

/** Runs a CLI command that executes the program: `up`, `preview`, `refresh --run-program`, `destroy --run-program`. */
export async function runInline(
  stack: Stack,
  program: InlineProgram,
  args: readonly string[],
  options?: CommandOptions,
): Promise<Result> {
  const server = new grpc.Server();
  server.addService(LanguageRuntimeService, new LanguageServer(() => Promise.resolve(program())));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  try {
    return await stack.pulumi([...args, `--client=127.0.0.1:${port}`, "--exec-kind", "auto.inline"], options);
  } finally {
    server.forceShutdown();
  }
}
