/**
 * Secrets in fields that are not secret, which would appear unencrypted in the state, in previews and in reports: the output of
 * `cat cert.pem key.pem`, or a URL with a password. Logto accepts any text (Logto: sso/types/saml.ts). Pure.
 */

const privateKey = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/i;
const userInfoAtStart = /^\s*[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]*@/i;
// The scheme is left out, since it would make the search quadratic in a string of a megabyte.
const passwordAnywhere = /:\/\/[^\s/?#"'<>:@]*:[^\s/?#"'<>@]+@/;

/**
 * Returns why a value must not be in a field that is not secret, wherever in it the secret is, also in a key; the reason never
 * contains the value.
 */
export function exposedSecretProblem(value: unknown): string | undefined {
  if (typeof value === "string") return exposureProblem(value);
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const reason = exposureProblem(key) ?? exposedSecretProblem(inner);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function exposureProblem(text: string): string | undefined {
  if (privateKey.test(text)) {
    return "must not contain a private key: only the certificate belongs here. Replace the key, since it may have been exposed.";
  }
  if (userInfoAtStart.test(text) || passwordAnywhere.test(text)) {
    return "must not contain a URL with a user name or a password, since it is not a secret field.";
  }
  return undefined;
}

const wholeKey =
  /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[^]*?(?:END [A-Z0-9 ]{0,40}PRIVATE KEY ?-{4,5}|$)/gi;
/** But for what errors of proxies advise to write. */
const userInfo = /(?<=:\/\/)(?!USER:PASSWORD@)[^\s/?#"'<>]*(?=@)/g;

/** Returns a text from Logto, such as a name, without the secret that {@link exposedSecretProblem} finds in it. */
export function withoutExposed(text: string): string {
  if (exposureProblem(text) === undefined) return text;
  const rest = text.replace(wholeKey, "[secret]").replace(userInfo, "[secret]");
  // A rest that still shows a URL with a password had a password with characters that end a URL.
  return exposureProblem(rest.replace(/(?:\[secret\]|USER:PASSWORD)@/g, "")) === undefined
    ? rest
    : "[secret]";
}
