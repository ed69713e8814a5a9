/** Calls of the Management API: requests with an access token. */
import type { Values } from "../values";
import { secretsOf } from "../connector/configSecrets";
import { LogtoError } from "./errors";
import type { ApiResponse } from "./response";
import type { ResponseOptions, Send } from "./send";
import type { TokenSource } from "./token";

/** Options of a call. */
export interface CallOptions extends ResponseOptions {
  readonly body?: Values;
  /** Whether sending the request twice has the effect of sending it once. Default: `true` unless it is a POST. */
  readonly idempotent?: boolean;
}

/**
 * Sends a request with an access token, and retries it where that helps and is safe.
 *
 * @throws LogtoError
 */
export type CallApi = (method: string, path: string, options?: CallOptions) => Promise<ApiResponse>;

/** Returns the function that makes the calls of a client. A token that Logto rejects is replaced once. */
export function createCallApi(tokens: TokenSource, send: Send): CallApi {
  return async (method, path, options = {}) => {
    const token = await tokens.get();
    try {
      return await sendWith(token);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      // Logto rejects the token before it handles the request, so that even a POST can be sent again.
      const newToken = await tokens.replace(token);
      try {
        if (newToken === token) throw error;
        return await sendWith(newToken);
      } catch (secondError) {
        if (isUnauthorized(secondError)) tokens.stopReplacing(newToken);
        throw secondError;
      }
    }

    function sendWith(accessToken: string): Promise<ApiResponse> {
      const { body, idempotent = method !== "POST", ...rest } = options;
      return send({
        ...rest,
        method,
        path,
        headers: {
          authorization: `Bearer ${accessToken}`,
          // Without it Logto ignores the body, and responds to a PATCH with 200 and no change.
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        idempotent,
        secrets: [accessToken, ...secretsOf(body?.config)],
      });
    }
  };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof LogtoError && error.status === 401;
}
