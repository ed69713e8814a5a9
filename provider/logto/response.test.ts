import { redactor } from "./redaction";
import { LogtoError } from "./errors";
import { parseJson, parseResponse, withoutTexts } from "./response";
import { readSettings, stackSettings } from "./settings";

const config: Record<string, string> = {
  "logto:endpoint": "https://logto.acme.com",
  "logto:clientId": "m2m",
  "logto:clientSecret": "canary-m2m",
};
const settings = readSettings(stackSettings((key) => config[key], {}));

function parse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  method = "POST",
) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const raw = { status, text, headers: { get: (name: string) => headers[name] ?? null } };
  return parseResponse({ method, path: "/api/x" }, raw, settings, redactor(["canary-m2m"]));
}
function errorOf(...args: Parameters<typeof parse>): LogtoError {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof LogtoError) return error;
  }
  throw new Error("There is no error.");
}

test.each([
  [200, { a: 1 }, { a: 1 }],
  [201, [], []],
  [299, "null", null],
  [204, "", undefined],
  [201, "Created", undefined],
])("%i with %j is %j", (status, body, expected) => {
  expect(parse(status, body)).toEqual({ body: expected, total: undefined, endpointOrigin: "logto:endpoint" });
});

test.each([
  ["12", 12],
  ["0", 0],
  ["-1", undefined],
  ["12x", undefined],
  ["x12", undefined],
  ["", undefined],
])("of a page whose total is said to be %j, it is %j", (total, expected) => {
  expect(parse(200, [], { "total-number": total }).total).toBe(expected);
});

test.each<[number, unknown, Partial<LogtoError>]>([
  [
    400,
    { code: "guard.invalid", message: "No." },
    { code: "guard.invalid", outcome: "not applied", message: "POST /api/x failed: 400 guard.invalid: No. " },
  ],
  [
    400,
    { message: "No" },
    { code: "http-400", outcome: "not applied", message: "POST /api/x failed: 400: No." },
  ],
  [
    404,
    { code: "entity.not_found" },
    { code: "entity.not_found", message: "POST /api/x failed: 404 entity.not_found." },
  ],
  [404, { code: "not a code" }, { code: "http-404", message: "POST /api/x failed: 404." }],
  [404, { code: "x".repeat(100) }, { code: "x".repeat(100) }],
  [404, { code: "x".repeat(101) }, { code: "http-404" }],
  [404, { code: "canary-m2m" }, { code: "http-404" }],
  [404, { code: 7 }, { code: "http-404" }],
  [429, "Too many", { code: "http-429", retryable: true, outcome: "not applied" }],
  [500, "<html>", { code: "http-500", retryable: false, outcome: "unknown" }],
  [500, { message: "Internal server error." }, { code: "http-500", outcome: "not applied" }],
  [500, { message: "Another." }, { code: "http-500", outcome: "unknown" }],
  [500, { code: "database.x" }, { code: "database.x", outcome: "not applied" }],
  [501, { message: "Internal server error." }, { code: "http-501", outcome: "unknown" }],
  [502, "", { code: "http-502", retryable: true, outcome: "unknown" }],
  [503, { message: "x" }, { code: "http-503", retryable: true, outcome: "unknown" }],
  [504, "", { code: "http-504", retryable: true, outcome: "unknown" }],
  [400, "", { code: "not-logto", outcome: "not applied" }],
  [404, "<html>", { code: "not-logto", outcome: "not applied" }],
  [404, { error: "no" }, { code: "not-logto", outcome: "not applied" }],
  [404, [], { code: "not-logto" }],
  [200, "<html>", { code: "not-logto", outcome: "unknown" }],
  [201, "created", { code: "not-logto" }],
  [200, "Created", { code: "not-logto" }],
  [302, { message: "x" }, { code: "not-logto", outcome: "not applied" }],
  [300, { a: 1 }, { code: "not-logto", outcome: "not applied" }],
])("%i with %j", (status, body, { message = "POST ", ...expected }) => {
  const error = errorOf(status, body);
  expect(error).toMatchObject({ ...expected, status });
  expect(`${error.message} `).toContain(message.trim());
  expect(error.message).not.toContain("canary");
});

test.each([
  ["3", 3000],
  ["0.5", 500],
  ["Wed, 21 Oct 2015 07:28:00 GMT", undefined],
])("Logto asks to wait for %s", (value, expected) => {
  expect(errorOf(429, {}, { "retry-after": value }).retryAfterMs).toBe(expected);
});

test.each<[unknown, string]>([
  [{ data: ["a.com", 7, "b.com"] }, " (a.com, b.com)"],
  [
    { data: Array.from({ length: 12 }, (_, index) => `d${index}`) },
    ` (${Array.from({ length: 10 }, (_, index) => `d${index}`).join(", ")})`,
  ],
  [
    { issues: [{ path: ["config", "issuer"], code: "invalid_url" }, { code: "x" }, null] },
    " (config.issuer invalid_url, x, undefined)",
  ],
  [
    { issues: Array.from({ length: 12 }, () => ({ path: ["a"], code: "b" })) },
    ` (${Array.from({ length: 10 }, () => "a b").join(", ")})`,
  ],
  [{ error: { code: "ECONNREFUSED" } }, " (ECONNREFUSED)"],
  [{ error: "not_found", code: "E1" }, " (not_found, E1)"],
  [{ error: "canary-m2m" }, " ([secret])"],
  [{ error: { other: 1 }, code: 7 }, ""],
  [{}, ""],
  ["text", ""],
  [["text"], ""],
])("of the data %j, an error says %j", (data, expected) => {
  expect(errorOf(422, { code: "x.y", message: "No.", data }).message).toBe(
    `POST /api/x failed: 422 x.y: No${expected}.`,
  );
});

test("what a message quotes is shown without secrets, and shortened", () => {
  expect(errorOf(400, { message: "canary-m2m https://u:canary@acme.com." }).message).toBe(
    "POST /api/x failed: 400: [secret] https://[secret]@acme.com.",
  );
  expect(errorOf(400, { message: "x".repeat(700) }).message).toBe(
    `POST /api/x failed: 400: ${"x".repeat(597)}….`,
  );
});

test.each([
  [{}, "(404, no content type)"],
  [{ "content-type": "text/html" }, "(404, text/html)"],
  [
    { location: "https://login.acme.com/canary-m2m?x" },
    "(404, no content type, redirecting to https://login.acme.com)",
  ],
  [{ location: "/sign-in" }, "(404, no content type, redirecting to https://logto.acme.com)"],
  [{ location: "https://" }, "(404, no content type, redirecting to elsewhere)"],
])("a response of something else with %j", (headers, shown) => {
  expect(errorOf(404, "<html>", headers).message).toBe(
    `POST https://logto.acme.com/api/x failed: the response ${shown} is not from Logto. ` +
      "Check that logto:endpoint is the address of Logto itself, not of its console or a proxy. [not-logto]",
  );
});

test("texts are emptied by their property alone", () => {
  const json =
    '{"logo":"data:x","logos":"y","other":"\\"logo\\":\\"z\\"","darkLogo":"","list":[{"logo":"w"}],"n":{"logo":1}}';
  expect(withoutTexts("logo", "darkLogo")(json)).toBe(
    '{"logo":"","logos":"y","other":"\\"logo\\":\\"z\\"","darkLogo":"","list":[{"logo":""}],"n":{"logo":1}}',
  );
  expect(parseJson("{")).toBeUndefined();
});

test.each([
  [429, {}, "429. Logto limits the rate of requests. Try again later, or lower logto:maxRequestsPerSecond."],
  [500, {}, "500. Logto, or a proxy in front of it, failed. Try again, and check Logto's log."],
  [499, { message: "x" }, "499: x."],
  [
    401,
    { code: "auth.unauthorized" },
    "401 auth.unauthorized. Logto rejected the access token. Check logto:resource and the clocks of both machines.",
  ],
  [
    404,
    { code: "entity.not_found" },
    "404 entity.not_found. What the resource refers to is not in Logto. Check its IDs, and that they are of this tenant (the option `provider`).",
  ],
  [
    500,
    { code: "toString" },
    "500 toString. Logto, or a proxy in front of it, failed. Try again, and check Logto's log.",
  ],
])("after %i with %j, an error says what to do", (status, body, says) => {
  expect(errorOf(status, body).message).toBe(`POST /api/x failed: ${says}`);
});
