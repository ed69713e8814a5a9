import { connectionError, type ConnectionFailure } from "./connectionErrors";
import { redactor } from "./redaction";
import { readSettings, stackSettings } from "./settings";

const config: Record<string, string> = {
  "logto:endpoint": "https://logto.acme.com",
  "logto:clientId": "m2m",
  "logto:clientSecret": "canary-m2m",
  "logto:timeoutSeconds": "2.5",
};
const failure = (error: unknown, more: Partial<ConnectionFailure> = {}): ConnectionFailure => ({
  error,
  sent: true,
  status: undefined,
  timeoutMs: 2500,
  interrupted: false,
  maxBytes: 8 * 2 ** 20,
  proxy: undefined,
  settings: readSettings(stackSettings((key) => config[key], {})),
  redact: redactor(["canary-m2m"]),
  ...more,
});
const errorOf = (error: unknown, more?: Partial<ConnectionFailure>) =>
  connectionError({ method: "POST", path: "/api/x" }, failure(error, more));
const unreachable = "POST /api/x failed: could not reach Logto at https://logto.acme.com";
const proxy = { address: "http://proxy.acme.com:3128", variable: "HTTPS_PROXY" } as NonNullable<
  ConnectionFailure["proxy"]
>;

test.each([
  ["CERT_HAS_EXPIRED", "The certificate has expired: renew it on the server."],
  ["CERT_NOT_YET_VALID", "The certificate is not valid yet: check the clock of this machine."],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "The certificate is for another host: check logto:endpoint, or"],
  ["HOSTNAME_MISMATCH", "The certificate is for another host: check logto:endpoint, or"],
  ["CERT_REVOKED", "The certificate can't be used: replace it on the server."],
  ["CERT_REJECTED", "The certificate can't be used: replace it on the server."],
  ["INVALID_PURPOSE", "The certificate can't be used: replace it on the server."],
  ["CERT_SIGNATURE_FAILURE", "The certificate can't be used: replace it on the server."],
  ["EE_KEY_TOO_SMALL", "The certificate can't be used: replace it on the server."],
  ["CA_MD_TOO_WEAK", "The certificate can't be used: replace it on the server."],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "The certificate is not trusted: add a private certificate authority"],
  [
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "The certificate is not trusted: add a private certificate authority",
  ],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "The certificate is not trusted: add a private certificate authority"],
  ["INVALID_CA", "The certificate is not trusted: add a private certificate authority"],
  ["PATH_LENGTH_EXCEEDED", "The certificate is not trusted: add a private certificate authority"],
  ["EPROTO", "The TLS handshake failed: check logto:endpoint, and what listens there."],
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "The TLS handshake failed: check logto:endpoint"],
  ["ERR_TLS_HANDSHAKE_TIMEOUT", "The TLS handshake failed: check logto:endpoint"],
])("%s: %s", (code, hint) => {
  const error = errorOf({ code, message: "x" });
  expect(error.message).toContain(`${unreachable}: ${code}. ${hint}`);
  expect(error).toMatchObject({ code: "unreachable", retryable: false, outcome: "not applied" });
});

test("a server without TLS is told from others by OpenSSL's message", () => {
  const error = errorOf({ code: "EPROTO", message: "ssl3_get_record:wrong version number" });
  expect(error.message).toContain("The server does not use TLS: check the port in logto:endpoint");
  expect(error).toMatchObject({ retryable: false, outcome: "not applied" });
});

test.each([
  [{ code: "ECONNREFUSED" }, "not applied"],
  [{ code: "ENOTFOUND" }, "not applied"],
  [{ code: "EAI_AGAIN" }, "not applied"],
  [{ code: "EHOSTUNREACH" }, "not applied"],
  [{ code: "ENETUNREACH" }, "not applied"],
  [{ code: "ETIMEDOUT", erroredSysCall: "connect" }, "not applied"],
  [{ code: "EOTHER", erroredSysCall: "getaddrinfo" }, "not applied"],
  [{ code: "ECONNRESET", erroredSysCall: "read" }, "unknown"],
  [{ code: "EPROTOTYPE" }, "unknown"],
  [{ code: "ECONNRESET" }, "unknown"],
])("after %j, a request is %s", (error, outcome) => {
  const { message, ...rest } = errorOf(error);
  expect(message).toBe(`${unreachable}: ${error.code}. Check logto:endpoint and the network. [unreachable]`);
  expect(rest).toMatchObject({ code: "unreachable", retryable: true, outcome });
});

test("a request that was not begun is not applied, and one that was answered may have been", () => {
  expect(errorOf({ code: "ECONNRESET" }, { sent: false }).outcome).toBe("not applied");
  expect(errorOf({ code: "ECONNRESET" }, { status: 200 }).outcome).toBe("unknown");
});

test("an error without a code is shown as far as it holds no secret", () => {
  expect(errorOf(new TypeError("bad canary-m2m")).message).toBe(
    `${unreachable}: TypeError: bad [secret]. Check logto:endpoint and the network. [unreachable]`,
  );
  expect(errorOf({ code: "canary-m2m" }).message).toContain(`${unreachable}: [secret]. Check`);
  expect(errorOf("text").message).toContain(unreachable);
});

test("a request that has a part of the timeout is told with round numbers, and without its query", () => {
  const page = { method: "GET", path: "/api/sso-connectors?page=1000000&page_size=100" };
  const late = failure({ name: "TimeoutError" }, { timeoutMs: 4000 / 3 });
  expect(connectionError(page, late).message).toContain(
    "GET /api/sso-connectors failed: no response from https://logto.acme.com within 1.3 s, which is a part of 2.5 s (logto:timeoutSeconds).",
  );
});

test.each(["TimeoutError", "AbortError"])("%s", (name) => {
  expect(errorOf({ name })).toMatchObject({
    code: "timeout",
    outcome: "unknown",
    message:
      "POST /api/x failed: no response from https://logto.acme.com within 2.5 s (logto:timeoutSeconds). Check that Logto is healthy, or increase the timeout. [timeout]",
  });
  expect(errorOf({ name }, { interrupted: true, proxy })).toMatchObject({
    code: "interrupted",
    outcome: "unknown",
    message:
      "POST /api/x failed: interrupted before https://logto.acme.com (through the proxy http://proxy.acme.com:3128 of HTTPS_PROXY) responded. [interrupted]",
  });
  expect(errorOf({ name }, { interrupted: true, sent: false })).toMatchObject({
    outcome: "not applied",
    message: "POST /api/x failed: interrupted. [interrupted]",
  });
});

test("a response that is too large is that of something else", () => {
  expect(errorOf({ type: "max-size", message: "x" }, { status: 200 })).toMatchObject({
    code: "too-large",
    status: 200,
    retryable: false,
    message:
      "POST /api/x failed: the response from https://logto.acme.com exceeds 8 MiB, as no response of Logto does. Check that logto:endpoint is the address of Logto itself. [too-large]",
  });
});

test.each([
  [
    "407",
    false,
    "responded with 407. It requires a user name and a password: set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT, percent-encoded.",
  ],
  [
    "403",
    false,
    "responded with 403. It does not allow requests to Logto: allow them there, or exclude Logto with NO_PROXY.",
  ],
  ["499", false, "responded with 499. Check that the proxy can reach Logto, or exclude Logto with NO_PROXY."],
  ["500", true, "responded with 500. Check that the proxy can reach Logto, or exclude Logto with NO_PROXY."],
  ["ECONNREFUSED", true, "failed: ECONNREFUSED. Check HTTPS_PROXY, or exclude Logto with NO_PROXY."],
  ["5000", true, "failed: 5000. Check HTTPS_PROXY, or exclude Logto with NO_PROXY."],
])("a proxy that fails with %s has not passed the request on", (reason, retryable, says) => {
  const error = errorOf({ code: `ERR_PROXY_${reason}`, message: "x" }, { proxy });
  expect(error.message).toBe(`${unreachable}: the proxy http://proxy.acme.com:3128 ${says} [unreachable]`);
  expect(error).toMatchObject({ retryable, outcome: "not applied" });
});

test("without a proxy, no error is one of a proxy", () => {
  expect(errorOf({ code: "ERR_PROXY_407", message: "x" }).message).toContain(
    `${unreachable}: ERR_PROXY_407. Check logto:endpoint`,
  );
  expect(errorOf({ code: "X_ERR_PROXY_407", message: "x" }, { proxy }).message).toContain(
    `${unreachable} (through the proxy http://proxy.acme.com:3128 of HTTPS_PROXY): X_ERR_PROXY_407.`,
  );
});
