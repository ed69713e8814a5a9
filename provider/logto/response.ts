/** Reads HTTP responses: Logto's JSON, or an error. Pure. */
import { isObject, type Values } from "../values";
import { withoutExposed } from "../connector/exposedSecret";
import { isUrl } from "../connector/url";
import { excerpt, LogtoError, type Request, shownPath } from "./errors";
import { hintFor } from "./hints";
import type { Redact } from "./redaction";
import { outcomeOf } from "./retryPolicy";
import type { Settings } from "./settings";

/** An HTTP response that has arrived completely. */
export interface RawResponse {
  readonly status: number;
  readonly text: string;
  readonly headers: { get(name: string): string | null };
}

/** A response of success. */
export interface ApiResponse {
  /** The JSON; `undefined` where there is none. */
  readonly body: unknown;
  /** The number of elements on all pages, where the response is one page. */
  readonly total: number | undefined;
  /** Where Logto's address was found, as messages name it, such as `logto:endpoint`. */
  readonly endpointOrigin: string;
}

/**
 * Returns a function that empties the texts of some properties of JSON. JSON escapes a quote inside a text, so that nothing but
 * the properties themselves is changed.
 */
export function withoutTexts(...properties: readonly string[]): (json: string) => string {
  const pattern = new RegExp(`"(${properties.join("|")})":"[^"\\\\]*"`, "g");
  return (json) => json.replace(pattern, '"$1":""');
}

/** Whether Logto confirms a request without JSON: its framework adds the name of a status as text (recorded: "jit add"). */
const isEmpty = (status: number, text: string) => status === 204 || (status === 201 && text === "Created");

/** Logto is overloaded or restarting, or a gateway says so. */
const retryableStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Returns what a response contains.
 *
 * @param redact removes the request's secrets from a text: Logto's messages can quote what was sent
 * @throws LogtoError unless Logto reports success
 */
export function parseResponse(
  request: Request,
  raw: RawResponse,
  settings: Settings,
  redact: Redact,
): ApiResponse {
  const { status, text } = raw;
  const body = parseJson(text);
  const endpointOrigin = settings.origin("endpoint");
  if (isEmpty(status, text)) return { body: undefined, total: undefined, endpointOrigin };
  if (status < 300 && body !== undefined) {
    const total = raw.headers.get("total-number");
    const count = total !== null && /^\d+$/.test(total) ? Number(total) : undefined;
    return { body, total: count, endpointOrigin };
  }
  // An error of Logto has a message, and nearly always a code.
  const error = isObject(body) && ("code" in body || "message" in body) ? body : undefined;
  if (status >= 400 && (error !== undefined || status === 429 || status >= 500)) {
    throw responseError(request, raw, error, settings, redact);
  }
  throw notLogtoError(request, raw, settings, redact);
}

/**
 * Whether an error comes from Logto itself, whose database then was not changed. An unexpected failure is a 500 without a
 * code and with this message (Logto: middleware/koa-error-handler.ts); gateways have other statuses and other words.
 */
function isFromLogto(status: number, code: string | undefined, error: Values | undefined): boolean {
  if (status < 500) return error !== undefined;
  return status === 500 && (code !== undefined || error?.message === "Internal server error.");
}

function responseError(
  request: Request,
  { status, headers }: RawResponse,
  error: Values | undefined,
  settings: Settings,
  redact: Redact,
): LogtoError {
  // The message can quote any value of a connector, such as a domain.
  const hide = (text: string) => withoutExposed(redact(text));
  const logtoCode = codeOf(error?.code, redact);
  const code = logtoCode ?? `http-${status}`;
  const text = typeof error?.message === "string" ? excerpt(hide(error.message), 600) : "";
  const details = detailsOf(error?.data).map((detail) => excerpt(hide(detail), 100));
  const reason = [
    [status, ...(logtoCode === undefined ? [] : [logtoCode])].join(" "),
    ...(text === "" ? [] : [text.replace(/\.$/, "")]),
  ].join(": ");
  const extra = details.length === 0 ? "" : ` (${excerpt(details.join(", "), 500)})`;
  const hint = hintFor(code, { method: request.method, status, origin: settings.origin });
  // The header can also be a date, which Logto Cloud does not use; the usual delay applies then.
  const retryAfter = Number.parseFloat(headers.get("retry-after") ?? "");
  return new LogtoError(request, {
    code,
    status,
    retryable: retryableStatuses.has(status),
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined,
    outcome: outcomeOf({ sent: true, status, fromLogto: isFromLogto(status, logtoCode, error) }),
    message: `${request.method} ${shownPath(request)} failed: ${reason}${extra}.${hint === undefined ? "" : ` ${hint}`}`,
  });
}

/** Codes are short words such as `entity.not_found`; anything else is the text of a gateway. */
function codeOf(code: unknown, redact: Redact): string | undefined {
  const isCode = typeof code === "string" && /^[\w.-]{1,100}$/.test(code);
  return isCode && redact(code) === code ? code : undefined;
}

/**
 * Returns the useful part of an error's `data`, whose shape depends on the code: the rejected domains, the invalid paths, the
 * network error towards the identity provider. The rest can be long and contain the config.
 */
function detailsOf(data: unknown): string[] {
  if (!isObject(data)) return [];
  const { data: domains, issues, error, code } = data;
  if (Array.isArray(domains)) return domains.filter((domain) => typeof domain === "string").slice(0, 10);
  if (Array.isArray(issues)) return issues.slice(0, 10).map(issueOf);
  const inner = isObject(error) ? error.code : error;
  return [inner, code].filter((detail) => typeof detail === "string");
}

/** An issue that the schema check found. */
function issueOf(issue: unknown): string {
  const { path, code } = (issue ?? {}) as Values;
  return `${Array.isArray(path) ? path.join(".") : ""} ${String(code)}`.trim();
}

function notLogtoError(
  request: Request,
  { status, headers }: RawResponse,
  settings: Settings,
  redact: Redact,
) {
  const type = excerpt(redact(headers.get("content-type") ?? "no content type"), 100);
  const location = headers.get("location");
  const target =
    location === null
      ? ""
      : `, redirecting to ${excerpt(redact(originOf(location, settings.endpoint)), 200)}`;
  return new LogtoError(request, {
    code: "not-logto",
    status,
    outcome: outcomeOf({ sent: true, status }),
    message:
      `${request.method} ${settings.endpoint}${shownPath(request)} failed: the response (${status}, ${type}${target}) is not from Logto. ` +
      `Check that ${settings.origin("endpoint")} is the address of Logto itself, not of its console or a proxy.`,
  });
}

function originOf(location: string, base: string): string {
  return isUrl(location, base) ? new URL(location, base).origin : "elsewhere";
}

/** Parses JSON; `undefined` if the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
