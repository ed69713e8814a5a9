import { excerpt, LogtoError } from "./errors";

test.each([
  ["short", 5, "short"],
  ["longer", 6, "longer"],
  ["too long", 7, "too …"],
  ["\u001b[31m", 20, "\\u001b[31m"],
  ["ééé", 6, "ééé"],
  ["éééé", 6, "é…"],
  ["😀😀", 7, "😀…"],
  ["\ufffd is kept, 😀", 12, "\ufffd is ke…"],
  ["\n::error::x", 20, "\\u000a::error::x"],
])("an excerpt of %j in %i bytes is %j", (text, bytes, expected) => {
  expect(excerpt(text, bytes)).toBe(expected);
});

test("a message keeps its lines and its code, and contains no control characters", () => {
  const request = { method: "GET", path: "/api/sso-connectors" };
  const message = `First.\n::error::${"x".repeat(5000)}`;
  const error = new LogtoError(request, { code: "timeout", message });
  expect(error.message).toMatch(/^First\.\n\\u003a:error::x+… \[timeout\]$/);
  expect(Buffer.byteLength(error.message)).toBeLessThan(2000);
  expect(error.withMessage(`Could not: ${error.message}`).message).toMatch(
    /^Could not: First\..*\[timeout\]$/s,
  );
});

test.each([
  ["oidc.invalid_client", "POST /oidc/token failed: 401 oidc.invalid_client.", ""],
  ["oidc.invalid_client", "The secret is rejected.", " [oidc.invalid_client]"],
  ["not-found", "It is not-found.", " [not-found]"],
  ["http-503", "GET /api/x failed: 503.", ""],
])("the code %s can be looked up in the error %j", (code, message, label) => {
  const error = new LogtoError({ method: "POST", path: "/oidc/token" }, { code, message });
  expect(error.message).toBe(message + label);
  expect(error.withMessage(`Could not: ${error.message}`).message).toBe(`Could not: ${message}${label}`);
});
