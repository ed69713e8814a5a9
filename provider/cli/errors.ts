/** Errors of the commands, and how they are printed. */
import { getSystemErrorMap } from "node:util";
import { LogtoError } from "../logto/errors";
import { SettingsError } from "../logto/settings";

/** A command cannot continue. The message says what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Makes a failure of Logto a value, and throws what is none. */
export function logtoError(error: unknown): LogtoError {
  if (error instanceof LogtoError) return error;
  throw error;
}

/** Returns what to print for an error: its message, and a stack trace only if it is a bug of this package. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = [CommandError, LogtoError, SettingsError].some((type) => error instanceof type);
  if (isExpected || isSystemError(error)) return error.message;
  const stack = redactSecrets(error.stack ?? error.message);
  // JSON.parse quotes its input, which may contain the secrets of a state or a stack config.
  return error instanceof SyntaxError
    ? stack.replace(error.message, "(hidden, as it may contain secrets)")
    : stack;
}

/** Returns why a system call failed, such as `permission denied (EACCES)`. */
export function systemReason(error: unknown): string {
  if (!isSystemError(error)) return (error as Error).message;
  const [, text = "failed"] = getSystemErrorMap().get(error.errno) ?? [];
  return `${text} (${error.code})`;
}

type SystemError = Error & { readonly errno: number; readonly code: string };

function isSystemError(error: unknown): error is SystemError {
  const { errno, code } = error as Partial<SystemError>;
  return error instanceof Error && typeof errno === "number" && typeof code === "string";
}

const secretVariables = ["LOGTO_CLIENT_SECRET", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"];

function redactSecrets(text: string): string {
  return secretVariables
    .map((name) => process.env[name] ?? "")
    .filter((secret) => secret.length >= 4)
    .reduce((safe, secret) => safe.replaceAll(secret, "[secret]"), text);
}
