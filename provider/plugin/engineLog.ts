/** Messages to users: the engine hides what a plugin prints, and shows what it sends to the engine's log. */
import { AsyncLocalStorage } from "node:async_hooks";
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { MessageKind } from "../lifecycle/results";
import { printableLines } from "../untrustedText";

const severities = { info: LogSeverity.INFO, warning: LogSeverity.WARNING };

/** How long the engine may take to accept a message: nothing waits for an engine that has ended. */
const acceptMs = 2000;

export class EngineLog {
  #engine: EngineClient | undefined;
  /** The URN of the resource that the call under way is for. */
  readonly #urn = new AsyncLocalStorage<string>();

  /** @param address `HOST:PORT` of the engine's gRPC server */
  connect(address: string): void {
    this.#engine?.close();
    this.#engine = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Makes a call for a resource, with which its messages are shown. */
  during<Result>(urn: string, call: () => Result): Result {
    return this.#urn.run(urn, call);
  }

  /** Shows users a message. Resolves when the engine has it, or cannot be reached. */
  show(text: string, kind: MessageKind): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) return Promise.resolve();
    const request = new LogRequest()
      .setSeverity(severities[kind])
      .setMessage(printableLines(text))
      .setUrn(this.#urn.getStore() ?? "");
    return new Promise((resolve) => {
      engine.log(request, new grpc.Metadata(), { deadline: Date.now() + acceptMs }, () => {
        resolve();
      });
    });
  }
}
