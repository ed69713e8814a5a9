/**
 * Secrets in fields that are not secret, which would appear unencrypted in the state and in previews: the output of `cat
 * cert.pem key.pem`, or a URL with a password. Logto accepts both (measured). Pure.
 */

const privateKey = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/i;
const userInfoAtStart = /^\s*[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]*@/i;
// The scheme is left out, since it would make the search quadratic in a string of a megabyte.
const passwordAnywhere = /:\/\/[^\s/?#"'<>:@]*:[^\s/?#"'<>@]+@/;

/** Returns why a string must not be in a field that is not secret; the reason never contains the string. */
export function exposedSecret(text: string): string | undefined {
  if (privateKey.test(text)) {
    return "must not contain a private key: only the certificate belongs here. Replace the key, since it may have been exposed.";
  }
  if (userInfoAtStart.test(text) || passwordAnywhere.test(text)) {
    return "must not contain a URL with a user name or a password, since it is not a secret field.";
  }
  return undefined;
}
