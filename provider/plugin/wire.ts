/** The messages of Pulumi's gRPC protocol: values, errors, and the form of a method. */
import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Values } from "../values";
import { InitError } from "../engine/calls";
import {
  type DeclaredSecrets,
  markedAs,
  markedPaths,
  secretsAt,
  withoutMarks,
} from "../engine/declaredSecrets";
import { asExpected, ExpectedError } from "../expectedError";
import { inProgramLanguage } from "./projectLanguage";

/** Values as the engine passes them. */
export interface PassedValues {
  readonly marked: Values;
  /** Without the engine's marks of secrets. */
  readonly plain: Values;
  /** What is marked, beyond what is secret in any case. */
  readonly secrets: DeclaredSecrets;
  /** Marks in a result what is marked here. */
  readonly mark: (result: Values) => Values;
}

export function passedValues(message: Struct | undefined): PassedValues {
  try {
    const marked = message?.toJavaScript() ?? {};
    const plain = withoutMarks(marked) as Values;
    const secrets = secretsAt(markedPaths(marked), plain);
    return { marked, plain, secrets, mark: (result) => markedAs(marked, result) };
  } catch (error) {
    if (error instanceof RangeError) throw new ExpectedError("A property is nested too deeply.");
    throw error;
  }
}

/** @param values JSON */
export function structOf(values: Values): Struct {
  return Struct.fromJavaScript(values as Record<string, JavaScriptValue>);
}

/** Makes a method of the service from a function, which also gets the other end of the connection. */
export function unary<Request, Response>(
  method: (request: Request, peer: string) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, answer) => {
    const peer = call.getPeer();
    void Promise.resolve(call.request)
      .then((request) => method(request, peer))
      .then(
        (response) => {
          answer(null, response);
        },
        async (error: unknown) => {
          answer(await serviceErrorOf(error));
        },
      );
  };
}

/** The form in which the engine shows an error, and keeps what exists nevertheless. */
export async function serviceErrorOf(error: unknown): Promise<grpc.ServiceError> {
  // Where secrets are known, it is an error of ours by now.
  const failure = asExpected(error);
  const details = await inProgramLanguage(failure.message);
  const metadata = new grpc.Metadata();
  if (failure instanceof InitError) {
    const detail = new ErrorResourceInitFailed()
      .setId(failure.id)
      .setProperties(structOf(failure.properties))
      .setReasonsList(await Promise.all(failure.reasons.map(inProgramLanguage)));
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(details).setDetailsList([any]);
    // The key under which gRPC carries the details of an error.
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return Object.assign(failure, { code: grpc.status.UNKNOWN, details, metadata });
}
