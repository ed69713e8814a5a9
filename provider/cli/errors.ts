/** What went wrong, as a command tells it. */
import { getSystemErrorMap } from "node:util";
import { LogtoError } from "../logto/errors";
import { SettingsError } from "../logto/settings";

/** A command can't go on. The message says what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** The text for a person: a stack only of what is a fault of this code. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected =
    error instanceof CommandError ||
    error instanceof LogtoError ||
    error instanceof SettingsError ||
    isSystemError(error);
  if (isExpected) return error.message;
  const stack = withoutSecrets(error.stack ?? error.message);
  // JSON.parse quotes what it was given, and that can hold the secrets of a state or a config.
  return error instanceof SyntaxError
    ? stack.replace(error.message, "(not shown, it may quote secrets)")
    : stack;
}

/** Why the system refused something, such as `permission denied (EACCES)`. */
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

function withoutSecrets(text: string): string {
  return secretVariables
    .map((name) => process.env[name] ?? "")
    .filter((secret) => secret.length >= 4)
    .reduce((safe, secret) => safe.replaceAll(secret, "[secret]"), text);
}
