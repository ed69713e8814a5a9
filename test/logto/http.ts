/** A request to the Management API, and the response to it. */

export interface ApiRequest {
  /** The parts of the path that the route leaves open, such as an ID. */
  readonly params: readonly string[];
  /** The path without `/api`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The `cookie` header. */
  readonly cookie?: string | undefined;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** An object is sent as JSON, a string as it is, `undefined` as an empty body. */
  readonly body?: unknown;
}

export type Handler = (call: ApiRequest) => Promise<ApiResponse> | ApiResponse;

/** An error response of Logto, in whose body `code` decides. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string | undefined,
    readonly data?: unknown,
    /** Further fields of the body. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(code ?? "Internal server error.");
  }

  response(): ApiResponse {
    const { status, code, data, more } = this;
    const message = code === undefined ? this.message : `Refused: ${code}.`;
    return {
      status,
      body: {
        ...(code === undefined ? {} : { code }),
        message,
        ...(data === undefined ? {} : { data }),
        ...more,
      },
    };
  }
}

/** The response to an error that Logto does not expect. */
export function internalError(): ApiError {
  return new ApiError(500, undefined);
}
