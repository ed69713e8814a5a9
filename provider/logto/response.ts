/** What an HTTP answer says: the JSON of Logto's, or an error. Pure. */
import { advice, excerpt, LogtoError, type Request } from "./errors";
import { outcomeOf } from "./outcome";
import type { Redact } from "./redaction";
import type { Settings } from "./settings";

/** An answer of success. */
export interface Answer {
  readonly status: number;
  /** The JSON; `undefined` where there is none. */
  readonly body: unknown;
  /** How many rows all pages have together, where the answer is one of them. */
  readonly total: number | undefined;
}

/** An HTTP answer that has arrived in whole. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** `null` where there is no such header. */
  readonly header: (name: string) => string | null;
}

/** An answer without JSON by which Logto says that it is done: its framework adds a status's name as text (recorded of a link). */
const isDone = (status: number, text: string) => status === 204 || (status === 201 && text === "Created");

/** Overloaded or restarting, or a gateway that says so of what is behind it. */
const temporary: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** @param redact takes the request's secrets out of a text: Logto's messages can quote what was sent */
export function readAnswer(request: Request, raw: RawAnswer, settings: Settings, redact: Redact): Answer {
  const { status, text } = raw;
  const body = parseJson(text);
  if (isDone(status, text)) return { status, body: undefined, total: undefined };
  if (status < 300 && body !== undefined) {
    const total = raw.header("total-number");
    return { status, body, total: total !== null && /^\d+$/.test(total) ? Number(total) : undefined };
  }
  const error = isErrorBody(body) ? body : undefined;
  if (status >= 400 && (error !== undefined || status === 429 || status >= 500)) {
    throw answerError(request, raw, error, redact);
  }
  throw notLogto(request, raw, settings, redact);
}

/** An error of Logto's own: it has a message, and nearly always a code. */
interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: unknown;
}

function isErrorBody(value: unknown): value is ErrorBody {
  return typeof value === "object" && value !== null && ("code" in value || "message" in value);
}

/**
 * Whether a failure is Logto's own, whose database then took nothing. What it did not expect is a 500 without a code and
 * with this message (measured); gateways have other statuses and other words.
 */
function isLogtos(status: number, code: string | undefined, error: ErrorBody | undefined): boolean {
  if (status < 500) return error !== undefined;
  return status === 500 && (code !== undefined || error?.message === "Internal server error.");
}

function answerError(
  request: Request,
  { status, header }: RawAnswer,
  error: ErrorBody | undefined,
  redact: Redact,
): LogtoError {
  const own = codeOf(error?.code, redact);
  const code = own ?? `http-${status}`;
  const said = typeof error?.message === "string" ? excerpt(redact(error.message), 600) : "no message";
  const details = detailsOf(error?.data).map((detail) => excerpt(redact(detail), 100));
  // The header can also hold a date, which Logto Cloud does not use; the usual delay must do then.
  const retryAfter = Number.parseFloat(header("retry-after") ?? "");
  const todo = Object.hasOwn(advice, code) ? advice[code] : generalAdvice(status);
  return new LogtoError(request, {
    code,
    status,
    isTemporary: temporary.has(status),
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined,
    outcome: outcomeOf({ sent: true, status, isLogtos: isLogtos(status, own, error) }),
    message: [
      `${request.method} ${request.path} was answered with ${status} ${own === undefined ? "" : `${own} `}(${said})`,
      details.length > 0 ? `: ${excerpt(details.join(", "), 500)}` : "",
      ".",
      todo === undefined ? "" : ` ${todo}`,
    ].join(""),
  });
}

/** Codes are short words such as `entity.not_found`; anything else under this name is a gateway's text. */
function codeOf(code: unknown, redact: Redact): string | undefined {
  const isCode = typeof code === "string" && /^[\w.-]{1,100}$/.test(code);
  return isCode && redact(code) === code ? code : undefined;
}

/** What to do about an answer without a code that says more, by its status. */
function generalAdvice(status: number): string | undefined {
  if (status === 429) {
    return "Logto limits how often it is asked: try again later, or set logto:maxRequestsPerSecond lower.";
  }
  return status >= 500
    ? "Logto, or a proxy before it, failed: try again, and see Logto's own log."
    : undefined;
}

/**
 * What is worth telling of an error's `data`, whose shape depends on the code: the domains that are refused, the
 * paths that are wrong, the network error towards the identity provider. The rest can be long and hold the config.
 */
function detailsOf(data: unknown): string[] {
  if (typeof data !== "object" || data === null) return [];
  const { data: domains, issues, error, code } = data as Record<string, unknown>;
  if (Array.isArray(domains)) return domains.filter((domain) => typeof domain === "string").slice(0, 10);
  if (Array.isArray(issues)) return issues.slice(0, 10).map(issueOf);
  const inner = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : error;
  return [inner, code].filter((detail) => typeof detail === "string");
}

/** A finding of the schema check. */
function issueOf(issue: unknown): string {
  const { path, code } = (issue ?? {}) as { path?: unknown; code?: unknown };
  return `${Array.isArray(path) ? path.join(".") : ""} ${String(code)}`.trim();
}

function notLogto(request: Request, { status, header }: RawAnswer, settings: Settings, redact: Redact) {
  const type = header("content-type") ?? "no content type";
  const where = header("location");
  const pointing =
    where === null ? "" : `, pointing to ${excerpt(redact(originOf(where, settings.endpoint)), 200)}`;
  return new LogtoError(request, {
    code: "not-logto",
    status,
    outcome: outcomeOf({ sent: true, status }),
    message:
      `${request.method} ${settings.endpoint}${request.path} was answered with ${status} and ` +
      `${excerpt(redact(type), 100)}, not as Logto answers${pointing}. ` +
      `Check that ${settings.origin("endpoint")} is the address of Logto itself, not of its console or of a proxy.`,
  });
}

function originOf(location: string, base: string): string {
  return URL.canParse(location, base) ? new URL(location, base).origin : "elsewhere";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
