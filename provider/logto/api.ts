/** Calls of the Management API, with a token. */
import { isGroup, type Values } from "../connector/connector";
import { isSecretConfigKey } from "../connector/fields";
import { LogtoError } from "./errors";
import type { Answer } from "./response";
import type { TokenSource } from "./token";
import type { Send } from "./transport";

export interface CallOptions {
  readonly body?: Values;
  /** Whether it does the same when it is carried out twice. Default: unless it is a POST. */
  readonly isIdempotent?: boolean;
  /** Makes the text of the answer shorter before it is parsed. */
  readonly shorten?: (text: string) => string;
  /** Of the answer, decompressed. */
  readonly maxBytes?: number;
  /** Default: `logto:timeoutSeconds`. */
  readonly timeoutMs?: number;
  /** Ends the call when nobody waits for its answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws LogtoError */
export type CallApi = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

export function createApi(token: TokenSource, send: Send): CallApi {
  return async function call(method, path, options = {}) {
    const first = await token.get();
    try {
      return await callWith(first);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      // Refused before it was handled, so that even a POST can be sent again.
      const second = await token.replace(first);
      try {
        if (second === first) throw error;
        return await callWith(second);
      } catch (again) {
        if (isUnauthorized(again)) token.keep(second);
        throw again;
      }
    }

    function callWith(accessToken: string): Promise<Answer> {
      const { body, isIdempotent = method !== "POST", ...rest } = options;
      return send({
        ...rest,
        method,
        path,
        headers: {
          authorization: `Bearer ${accessToken}`,
          // Without it Logto ignores the body, and a PATCH is answered with 200 and no change.
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        isIdempotent,
        secrets: [accessToken, ...secretsOf(body)],
      });
    }
  };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof LogtoError && error.status === 401;
}

function secretsOf({ config }: Values = {}): string[] {
  return Object.entries(isGroup(config) ? config : {})
    .filter(([key]) => isSecretConfigKey(key))
    .map(([, value]) => (typeof value === "string" ? value : JSON.stringify(value)));
}
