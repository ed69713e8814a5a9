/** Errors of the commands, and how they are printed. */
import { getSystemErrorMap } from "node:util";
import { asExpected, ExpectedError, printableReason, withFrames } from "../../expectedError";
import { LogtoError } from "../../logto/errors";
import { redactor } from "../../logto/redaction";
import { secretSettings, settingOf } from "../../logto/settingTable";

/** An error with which a command ends. The message says what to do. */
export class CommandError extends ExpectedError {
  override readonly name = "CommandError";
}

/** Returns a failure of Logto, and throws any other error. */
export function logtoError(error: unknown): LogtoError {
  if (error instanceof LogtoError) return error;
  throw error;
}

/** Returns what to print for an error: its message, and where it was thrown only if it is a bug of this package. */
export function describeError(error: unknown): string {
  if (isSystemError(error)) return withoutSecrets(error.message);
  return withFrames(asExpected(error, withoutSecrets));
}

/** Returns why a system call failed, such as `permission denied (EACCES)`. */
export function systemReason(error: unknown): string {
  if (!isSystemError(error)) return printableReason(error, withoutSecrets);
  const [, text = "failed"] = getSystemErrorMap().get(error.errno) ?? [];
  return `${text} (${error.code})`;
}

type SystemError = Error & { readonly errno: number; readonly code: string };

function isSystemError(error: unknown): error is SystemError {
  const { errno, code } = Object(error) as Partial<SystemError>;
  return error instanceof Error && typeof errno === "number" && typeof code === "string";
}

const secretVariables = [
  ...secretSettings.flatMap((name) => settingOf(name).variable ?? []),
  ...["PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"],
];
/** The secrets that the command has read or is about to write. */
const notedSecrets = new Set<string>();

/** Takes note of secrets, so that no error of other software shows them. */
export function noteSecrets(secrets: readonly string[]): void {
  for (const secret of secrets) notedSecrets.add(secret);
}

/** Removes the secrets of the environment and those that were noted from text of other software. */
export function withoutSecrets(text: string): string {
  const ofEnvironment = secretVariables.map((name) => process.env[name] ?? "");
  return redactor([...ofEnvironment, ...notedSecrets])(text);
}
