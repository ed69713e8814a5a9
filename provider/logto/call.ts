/** What an endpoint calls the Management API with. */
import type { Values } from "../values";

export interface Request {
  readonly method: string;
  readonly path: string;
}

/** A response of success. */
export interface ApiResponse {
  /** The JSON; `undefined` where there is none. */
  readonly body: unknown;
  /** Number of rows on all pages, where the response is one page. */
  readonly total: number | undefined;
  /** Where Logto's address was found, as messages name it, such as `logto:endpoint`. */
  readonly endpointOrigin: string;
}

export interface ResponseOptions {
  /** Shortens the text of the response before it is parsed. */
  readonly shorten?: (text: string) => string;
  /** Maximum size of the response, decompressed. Default: 4 MiB. */
  readonly maxBytes?: number;
  /** Default: `logto:timeoutSeconds`. */
  readonly timeoutMs?: number;
  /** Cancels the request when nobody waits for the response any longer. */
  readonly signal?: AbortSignal | undefined;
}

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
