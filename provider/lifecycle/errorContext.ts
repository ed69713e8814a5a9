/** Errors as a person reads them: what was attempted, on what, what Logto said, and what to do next. */
import type { Values } from "../connector/canonical";
import { LogtoError } from "../logto/errors";
import { tokenPath } from "../logto/token";
import { quote } from "../untrustedText";
import { IncompleteError, type Subject } from "./lifecycle";

export type Verb = "create" | "read" | "update" | "delete" | "find";

/** Gives the errors of a call their context. */
export async function inContext<Result>(
  verb: Verb,
  subject: Subject,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof LogtoError) throw withContext(error, verb, subject);
    if (!(error instanceof IncompleteError) || typeof error.reason === "string") throw error;
    throw new IncompleteError(withContext(error.reason, verb, subject).message, error.id, error.outputs);
  }
}

function withContext(error: LogtoError, verb: Verb, { noun, name, id, config }: Subject): LogtoError {
  // A failed sign-in concerns no object: it reads the same for all of them.
  if (error.path === tokenPath) return error;
  const subject = [
    noun,
    ...(name === undefined ? [] : [quote(name)]),
    ...(id === undefined ? [] : [`(${id})`]),
  ];
  const isWrite = verb === "create" || verb === "update";
  return error.withMessage(
    [
      `Could not ${verb} ${subject.join(" ")}: ${error.message}`,
      error.code === "timeout" && config !== undefined
        ? `Logto has no timeout for identity providers: check that ${identityProviderOf(config)} responds.`
        : "",
      error.status === 500 && isWrite && (config?.metadataUrl ?? config?.metadata) !== undefined
        ? `Logto 1.42 also fails like this when SAML metadata is not XML: check ${identityProviderOf(config ?? {})}.`
        : "",
      error.outcome === "unknown" && error.method !== "GET"
        ? "The change may have been applied anyway. Run `pulumi up --refresh` to reconcile."
        : "",
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}

/** What Logto contacts for a config. */
function identityProviderOf({ issuer, metadataUrl }: Values): string {
  const address = issuer ?? metadataUrl;
  return typeof address === "string" ? address : "the identity provider of its config";
}

export function notFound(what: string): LogtoError {
  return new LogtoError({ method: "GET", path: "" }, { code: "not-found", message: `Logto has no ${what}.` });
}

/** Reports that Logto ignored what it does not know. */
export function ignoredMessage(subject: string, paths: readonly string[]): string {
  return (
    `Logto accepted ${subject} but ignored ${paths.join(", ")}. Your Logto version may not support it: remove it from the ` +
    "program, or upgrade Logto."
  );
}
