/**
 * Programs that run in the process of the test: the real CLI, engine, state and provider process, without a language host.
 * It is what the Automation API does for an inline program. An `up` costs 1.2 s of CPU in place of 3 (2 cores, CLI 3.259).
 */
import * as grpc from "@grpc/grpc-js";
import * as automation from "@pulumi/pulumi/automation/server";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import type { CommandOptions, Stack } from "./stack";
import type { Result } from "./processes";

/** The SDK's own, which its declarations leave out. */
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (program: () => Promise<unknown>) => grpc.UntypedServiceImplementation;
};

/** What a program declares; its result is what the stack exports. */
export type InlineProgram = () => Promise<Record<string, unknown>> | Record<string, unknown>;

/** Runs a command of the CLI that runs the program: `up`, `preview`, `refresh --run-program`, `destroy --run-program`. */
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
