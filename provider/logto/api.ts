/** Requests to the Management API, with an access token. */
import { secretsOf } from "../connector/configSecrets";
import type { ApiResponse, CallApi } from "./call";
import { LogtoError } from "./errors";
import type { TokenSource } from "./token";
import type { Send } from "./transport";

export function createCallApi(token: TokenSource, send: Send): CallApi {
  return async function call(method, path, options = {}) {
    const first = await token.get();
    try {
      return await sendWith(first);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      // Logto rejects the token before it handles the request, so that even a POST can be sent again.
      const second = await token.replace(first);
      try {
        if (second === first) throw error;
        return await sendWith(second);
      } catch (again) {
        if (isUnauthorized(again)) token.stopReplacing(second);
        throw again;
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
