/** Errors as a person is to read them: what was attempted, on what, what Logto said, and what else there is to know. */
import { quote } from "../untrustedText";
import type { Values } from "../connector/connector";
import { LogtoError } from "../logto/errors";
import { tokenPath } from "../logto/token";

export interface Subject {
  /** Such as `SSO connector`. */
  readonly kind: string;
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  /** What Logto contacts an identity provider for. */
  readonly config?: Values | undefined;
}

/** The same error, begun with what was attempted on what, and ended with what else there is to know. */
export function told(error: unknown, attempt: string, { kind, name, id, config }: Subject): unknown {
  // A failed sign-in concerns no connector: it reads the same for all of them.
  if (!(error instanceof LogtoError) || error.path === tokenPath) return error;
  const subject = [
    kind,
    ...(name === undefined ? [] : [quote(name)]),
    ...(id === undefined ? [] : [`(${id})`]),
  ];
  const write = attempt === "create" || attempt === "update";
  return error.saying(
    [
      `Could not ${attempt} ${subject.join(" ")}: ${error.message}`,
      error.code === "timeout" && config !== undefined
        ? `Logto waits without end for an identity provider that does not answer: see whether ${identityProviderOf(config)} does.`
        : "",
      error.status === 500 && write && (config?.metadataUrl ?? config?.metadata) !== undefined
        ? `Logto 1.42 also fails like this where SAML metadata is no XML: see what ${identityProviderOf(config ?? {})} holds.`
        : "",
      error.outcome === "unknown" && write
        ? "Logto may have made the change all the same: run `pulumi up --refresh` to go on."
        : "",
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}

/** What Logto contacts for a config. */
function identityProviderOf({ issuer, metadataUrl }: Values): string {
  const address = issuer ?? metadataUrl;
  return typeof address === "string" ? address : "the one of its config";
}

export function notFound(path: string, what: string): LogtoError {
  return new LogtoError({ method: "GET", path }, { code: "not-found", message: `Logto has no ${what}.` });
}
