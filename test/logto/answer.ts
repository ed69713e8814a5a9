/** What a request is answered with. */

export interface Call {
  /** The parts of the path that vary. */
  readonly params: readonly string[];
  /** The path as Logto's routes see it, without `/api`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The cookies of a browser. */
  readonly cookie?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** An object is sent as JSON, a text as it is; `undefined` sends nothing. */
  readonly body?: unknown;
}

export type Handler = (call: Call) => Promise<Answer> | Answer;

/** Logto says no: its error body, in which `code` decides. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string | undefined,
    readonly data?: unknown,
    /** What else the body says. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(code ?? "Internal server error.");
  }

  answer(): Answer {
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

/** What Logto says when it did not expect this to happen. */
export function internalError(): Refusal {
  return new Refusal(500, undefined);
}
