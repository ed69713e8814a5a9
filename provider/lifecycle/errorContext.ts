/** Errors as a person reads them: what was attempted, on what, what Logto said, and what to do next. */
import type { Values } from "../values";
import { exposedSecretProblem, withoutExposed } from "../connector/exposedSecret";
import { type ClientCode, LogtoError } from "../logto/errors";
import { tokenPath } from "../logto/token";
import { quote } from "../untrustedText";
import { IncompleteError, type Subject } from "./results";

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

function withContext(error: LogtoError, verb: Verb, subject: Subject): LogtoError {
  // A failed sign-in concerns no object: it reads the same for all of them.
  if (error.path === tokenPath) return error;
  const { config } = subject;
  const isWrite = verb === "create" || verb === "update";
  return error.withMessage(
    [
      `Could not ${verb} ${nameOf(subject)}: ${error.message}`,
      error.code === "timeout" && config !== undefined
        ? `Logto has no timeout for identity providers: check that ${identityProviderOf(config)} responds.`
        : "",
      isWrite && config !== undefined ? adviceOn(error, config) : "",
      error.outcome === "unknown" && error.method !== "GET"
        ? "The change may have been applied anyway. Run `pulumi up --refresh` to reconcile."
        : "",
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}

/** Returns the name of an object in errors and notices, such as `SSO connector "Acme" (abc123)`. */
export function nameOf({ noun, name, id }: Subject): string {
  return [
    noun,
    ...(name === undefined ? [] : [quote(withoutExposed(name))]),
    ...(id === undefined ? [] : [`(${id})`]),
  ].join(" ");
}

const identityProvider = "the metadata of an identity provider, with";
const signIn = `${identityProvider} an entityID and exactly one SingleSignOnService with the binding HTTP-Redirect`;
const signing = `${identityProvider} a readable signing certificate`;

/** The documents or values that the keys of a config must lead to, by Logto's error code. */
const expected: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "connector.invalid_config": { issuer: "a discovery document" },
  "connector.invalid_metadata": { metadataUrl: signIn, metadata: signIn },
  "connector.invalid_certificate": {
    metadataUrl: signing,
    metadata: signing,
    x509Certificate: "one certificate, as PEM or bare base64",
  },
};

/** Names the key of a config that an error is about, since Logto does not. */
function adviceOn({ code, status }: LogtoError, config: Values): string {
  const [key] = ["issuer", "metadataUrl", "metadata", "x509Certificate"].filter(
    (name) => config[name] !== undefined,
  );
  if (key === undefined) return "";
  const source = identityProviderOf(config);
  if (status === 500 && key.startsWith("metadata")) {
    return `config.${key}: Logto 1.42 also fails like this when SAML metadata is not XML: check ${source}.`;
  }
  const what = expected[code]?.[key];
  if (what === undefined) return "";
  const url = { issuer: `${source}/.well-known/openid-configuration`, metadataUrl: source }[key];
  return url === undefined
    ? `config.${key}: it must be ${what}.`
    : `config.${key}: Logto must be able to read ${url}, and the response must be ${what}.`;
}

/** Returns the address that Logto contacts for a config. */
function identityProviderOf({ issuer, metadataUrl }: Values): string {
  const address = issuer ?? metadataUrl;
  return typeof address === "string" && exposedSecretProblem(address) === undefined
    ? address
    : "the identity provider of its config";
}

/**
 * Reports that Logto does not have what a program names by an ID.
 *
 * @param property of a resource that refers to it; default: the ID itself, of a resource that is to be read
 * @param advice more of it
 */
export function notFound(what: string, property?: string, advice = ""): LogtoError {
  const deleted = property === undefined ? "" : " If it was deleted in Logto, run `pulumi refresh`.";
  const check = `Check ${property ?? "the ID"}, and that it is of this tenant (the option \`provider\`).${deleted}`;
  return rejection("not-found", `Logto has no ${what}. ${check}${advice && ` ${advice}`}`);
}

/** Reports that what Logto has does not allow what a program declares, which Logto was not asked for. */
export function rejection(code: ClientCode, message: string): LogtoError {
  return new LogtoError({ method: "GET", path: "" }, { code, message });
}
