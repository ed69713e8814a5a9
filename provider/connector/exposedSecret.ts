/**
 * Secrets in fields that are not secret, where they would lie in the state in clear and show in previews: what `cat cert.pem
 * key.pem` gives, or a URL with a password. Logto takes both (measured). Pure.
 */

const privateKey = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/i;
const userInfoAtStart = /^\s*[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]*@/i;
// Without the scheme before it, which would make the search quadratic in a text of a megabyte.
const passwordAnywhere = /:\/\/[^\s/?#"'<>:@]*:[^\s/?#"'<>@]+@/;

/** Returns why a string must not be in a field that is not secret; the reason never contains the string. */
export function exposedSecret(text: string): string | undefined {
  if (privateKey.test(text)) {
    return "must not contain a private key: only the certificate belongs here. Replace the key, since it may have been exposed.";
  }
  if (userInfoAtStart.test(text) || passwordAnywhere.test(text)) {
    return "must not contain a URL with a user name or a password, which would be shown in clear.";
  }
  return undefined;
}
