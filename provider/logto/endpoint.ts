/**
 * The common part of the endpoints of the Management API: objects that are gone, empty responses, features that a Logto lacks.
 */
import { isObject } from "../values";
import type { CallApi, CallOptions } from "./api";
import { type ClientCode, hasCode, LogtoError, shownPath } from "./errors";
import { outcomeOf } from "./retryPolicy";

/** The form that a response should have. */
export interface Shape<Value> {
  /** With its article, such as `a connector`. */
  readonly name: string;
  /** Returns the value of a body; `undefined` if the body has another form. */
  readonly parse: (body: unknown, total?: number) => Value | undefined;
}

/** Returns the shape of a list whose elements all have a shape. */
export function listOf<Value>(name: string, { parse }: Shape<Value>): Shape<Value[]> {
  return {
    name,
    parse: (body) => {
      const values = Array.isArray(body) ? body.map((element) => parse(element)) : [undefined];
      return values.every((value) => value !== undefined) ? values : undefined;
    },
  };
}

/** Returns the shape of a list of objects, of each of which only one text is taken. */
export function listOfTexts(name: string, element: string, key: string): Shape<string[]> {
  return listOf(name, {
    name: element,
    parse: (body) => {
      const text = isObject(body) ? body[key] : undefined;
      return typeof text === "string" ? text : undefined;
    },
  });
}

/** Calls the API for a value of a shape; a response of another one is not from Logto, which then may have done nothing. */
export async function callFor<Value>(
  call: CallApi,
  method: string,
  path: string,
  { name, parse }: Shape<Value>,
  options?: CallOptions,
): Promise<Value> {
  const { body, total, endpointOrigin } = await call(method, path, options);
  const value = parse(body, total);
  if (value !== undefined) return value;
  const hint = `Check that ${endpointOrigin} is the address of Logto itself, not of its console or a proxy.`;
  const message = `${method} ${shownPath({ method, path })} failed: the response is not ${name}. ${hint}`;
  const outcome = outcomeOf({ sent: true, status: 200 });
  throw new LogtoError({ method, path }, { code: "not-logto", outcome, message });
}

/** The shape of a response without a body. */
export const emptyShape: Shape<true> = { name: "empty", parse: (body) => body === undefined || undefined };

/** Sends a GET; `undefined` where the object does not exist. */
export function find<Value>(
  call: CallApi,
  path: string,
  shape: Shape<Value>,
  options?: CallOptions,
): Promise<Value | undefined> {
  return callFor(call, "GET", path, shape, options).catch(ignoreGone);
}

/** Sends a DELETE; an object that does not exist is not an error. */
export async function remove(call: CallApi, path: string): Promise<void> {
  await callFor(call, "DELETE", path, emptyShape).catch(ignoreGone);
}

/** A feature that not every Logto has. */
export interface Feature {
  readonly code: ClientCode;
  /** Says that this Logto lacks the feature, and what to do: the end of the message. */
  readonly missing: string;
}

/** Returns a `call` whose error for an unknown route, a 404 without a code of Logto's, names the feature. */
export function requireFeature(call: CallApi, { code, missing }: Feature): CallApi {
  return (method, path, options) =>
    call(method, path, options).catch((error: unknown) => {
      if (!isUnknownRoute(error)) throw error;
      const message = `${method} ${path} failed: 404: ${missing}`;
      throw new LogtoError(error, { code, status: 404, message });
    });
}

/** Whether Logto does not have the feature that a call needs, and so nothing that the call is about. */
export function lacksFeature(error: unknown): error is LogtoError {
  return hasCode(error, "no-idp-initiated-auth", "no-signing-keys");
}

/**
 * Codes by which a 404 means that the object is gone (recorded: "unknown id", "signing keys", "after DELETE"). A 404 without one,
 * which Logto gives for a body over 1 MiB and a proxy for anything, does not.
 */
const goneCodes = /^(?:entity\.(?:not_exists_with_id|not_found|not_exists)|connector\.not_found)$/;

function ignoreGone(error: unknown): undefined {
  if (!(error instanceof LogtoError && error.status === 404 && goneCodes.test(error.code))) throw error;
}

/** Whether a 404 has no code of Logto's, as it has for a path that Logto does not know. */
function isUnknownRoute(error: unknown): error is LogtoError {
  return error instanceof LogtoError && error.status === 404 && /^(?:not-logto|http-404)$/.test(error.code);
}
