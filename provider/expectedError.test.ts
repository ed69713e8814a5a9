import type { UnexpectedError } from "./expectedError";
import { asExpected, ExpectedError, printableReason, withFrames } from "./expectedError";

const redact = (text: string) => text.replaceAll("canary", "[secret]");
const advice =
  "This should not happen: please report it as a fault of pulumi-logto-sso, with what led to it.";

test("an error of ours is returned as it is", () => {
  const error = new ExpectedError("Set logto:endpoint.");
  expect(asExpected(error)).toBe(error);
  expect(withFrames(error)).toBe("Set logto:endpoint.");
});

test("of another error, the class, the text without secrets and the frames are shown", () => {
  const error = asExpected(new TypeError("no canary\n    at canary (file:1:1)\n\u001b[31m"), redact);
  expect(error.message).toBe(`TypeError: no [secret]\n    at [secret] (file:1:1)\n\\u001b[31m\n${advice}`);
  expect((error as UnexpectedError).frames).toMatch(/^ +at Object.*expectedError\.test\.ts/);
  expect(withFrames(error)).not.toContain("canary");
});

test.each<[string, unknown, string]>([
  [
    "without known secrets",
    new RangeError("canary"),
    "RangeError (its text is hidden, as it may contain secrets)",
  ],
  ["with a code", Object.assign(new Error("x"), { code: "ERR_X" }), "Error (ERR_X) (its text is hidden,"],
  ["a text", "canary", "Error (its text is hidden,"],
  ["nothing", undefined, "Error (its text is hidden,"],
  ["with a name that is a text", Object.assign(new Error("x"), { name: "a canary" }), "Error (its text"],
])("a text is hidden: %s", (_what, error, shown) => {
  expect(printableReason(error).startsWith(shown)).toBe(true);
});

test("a text is hidden if it quotes its input, or if the secrets cannot be found out", () => {
  expect(printableReason(new SyntaxError("Unexpected token canary"), (text) => text)).not.toContain("canary");
  const failing = () => {
    throw new RangeError("Maximum call stack size exceeded");
  };
  expect(withFrames(asExpected(new TypeError("canary"), failing))).not.toContain("canary");
});

test("secrets are removed before a text is shortened", () => {
  const reason = printableReason(new Error(`${"x".repeat(595)}canary${"y".repeat(100)}`), redact);
  expect(reason).toHaveLength("Error: ".length + 600);
  expect(reason).toMatch(/xx\[sec…$/);
});
