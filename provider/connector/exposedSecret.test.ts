import { exposedSecretProblem, withoutExposed } from "./exposedSecret";

const key = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----";

test.each([
  key,
  "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\ncanary",
  "-----begin rsa private key-----",
  "https://admin:canary@a.com",
  "see postgres://admin:canary@db.acme.com/x",
  "  svn+ssh://canary@a.com",
  "h2.x-1://canary@a.com",
  "----- BEGIN EC PRIVATE KEY",
  "-----BEGIN X509 2 PRIVATE KEY-----",
  ["acme.com", "https://admin:canary@a.com"],
  { a: { b: [{ c: key }] } },
  { a: { "https://admin:canary@a.com": 1 } },
])("a secret is found at any depth: %j", (value) => {
  expect(exposedSecretProblem(value)).toMatch(/^must not contain/);
  expect(exposedSecretProblem(value)).not.toContain("canary");
});

test.each([
  "https://idp.acme.com:8443/realms/a@b",
  "user@acme.com",
  "see https://user@acme.com",
  "1x://user@acme.com",
  "https:/user@acme.com",
  "https://acme.com?user@acme.com",
  "https://acme.com#user@acme.com",
  "https://acme.com user@acme.com",
  "see https://acme.com:8443/a@b",
  "see https://acme.com:8443?a@b",
  "see https://acme.com:8443#a@b",
  "see https://acme.com: user@acme.com",
  "see https://a b:c@acme.com",
  "see <https://acme.com:8443>, user@acme.com",
  'see "https://acme.com:8443", user@acme.com',
  "see 'https://acme.com:8443', user@acme.com",
  "see https://acme.com:@b",
  "--- BEGIN PRIVATE KEY",
  "-----BEGIN PUBLIC KEY-----",
  "-----BEGIN äöü PRIVATE KEY-----",
  ["acme.com", 1, null, true, undefined, Symbol("unknown")],
  { "https://acme.com": [{ certificate: "-----BEGIN CERTIFICATE-----" }] },
])("a value without a secret is none", (value) => {
  expect(exposedSecretProblem(value)).toBeUndefined();
});

test.each([
  ["https://admin:canary@a.com", "https://[secret]@a.com"],
  ["https://canary@a.com/x", "https://[secret]@a.com/x"],
  ["a https://admin:canary@a.com and //b", "a https://[secret]@a.com and //b"],
  ['https://admin:canary"<x>@a.com', "[secret]"],
  [`${key}\nand more`, "[secret]\nand more"],
  [key.slice(0, 35), "[secret]"],
  [`before ${key}${key} after`, "before [secret][secret] after"],
  [
    "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\ncanary\n---- END SSH2 ENCRYPTED PRIVATE KEY ---- x",
    "[secret] x",
  ],
  ["https://a:canary@a.com, https://b:canary@b.com", "https://[secret]@a.com, https://[secret]@b.com"],
  [
    "http://USER:PASSWORD@HOST:PORT or https://a:canary@a.com",
    "http://USER:PASSWORD@HOST:PORT or https://[secret]@a.com",
  ],
  ["Acme & Co: https://idp.acme.com/a@b", "Acme & Co: https://idp.acme.com/a@b"],
  [
    "Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT.",
    "Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT.",
  ],
])("of the text %j, %j is shown", (text, shown) => {
  expect(withoutExposed(text)).toBe(shown);
});
