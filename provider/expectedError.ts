/**
 * Errors that are written for users, and what may be shown of any other: the text of an error of Node.js or of a library can
 * quote what it was about, such as a secret.
 */
import { printableLines, shortened } from "./untrustedText";

/** An error whose message is for users: it says what to do, and contains no secret. */
export class ExpectedError extends Error {}

/** An error that is not ours, as far as it may be shown. */
export class UnexpectedError extends ExpectedError {
  override readonly name = "UnexpectedError";

  /** @param frames where it was thrown: the lines of a stack trace below the message */
  constructor(
    message: string,
    readonly frames: string,
  ) {
    super(message);
  }
}

/** Returns the message of an error, and where it was thrown only if it is none of ours. */
export function withFrames(error: ExpectedError): string {
  return error instanceof UnexpectedError ? `${error.message}\n${error.frames}` : error.message;
}

/** Limits the text of an error that is not ours, in characters. */
const maxLength = 600;

/**
 * Returns an error of ours as it is, and of any other its class, its text without secrets, and our words.
 *
 * @param redact removes the secrets that the error can be about. Without it, the text is not shown
 */
export function asExpected(error: unknown, redact?: (text: string) => string): ExpectedError {
  if (error instanceof ExpectedError) return error;
  const advice =
    "This should not happen: please report it as a fault of pulumi-logto-sso, with what led to it.";
  return new UnexpectedError(`${printableReason(error, redact)}\n${advice}`, framesOf(error, redact));
}

/** Returns the class and the text of an error that is not ours, such as `TypeError: x is not a function`. */
export function printableReason(error: unknown, redact?: (text: string) => string): string {
  const {
    name,
    code,
    message = error,
  } = Object(error) as Partial<Record<keyof NodeJS.ErrnoException, unknown>>;
  const isWord = (value: unknown): value is string => typeof value === "string" && /^\w{1,60}$/.test(value);
  const kind = `${isWord(name) ? name : "Error"}${isWord(code) ? ` (${code})` : ""}`;
  // JSON.parse quotes its input, and RegExp a pattern: a secret that is not known by itself.
  const isHidden = redact === undefined || name === "SyntaxError" || typeof message !== "string";
  const safe = isHidden ? undefined : redactedBy(redact, message);
  return safe === undefined
    ? `${kind} (its text is hidden, as it may contain secrets)`
    : printableLines(`${kind}: ${shortened(safe, maxLength)}`);
}

/** The message is left out: a stack trace begins with it, as it was when the error was made. */
function framesOf(error: unknown, redact: (text: string) => string = (text) => text): string {
  const { stack, message } = Object(error) as Partial<Error>;
  if (typeof stack !== "string" || typeof message !== "string" || !stack.includes(message)) return "";
  const lines = stack.slice(stack.indexOf(message) + message.length).split("\n");
  const frames = lines.filter((line) => /^ +at /.test(line)).join("\n");
  return printableLines(redactedBy(redact, frames) ?? "");
}

/** Redacts a text. Returns `undefined` if the secrets cannot be found out, as of values that are nested too deeply. */
function redactedBy(redact: (text: string) => string, text: string): string | undefined {
  try {
    return redact(text);
  } catch {
    return undefined;
  }
}
