import { explained, previewIn } from "./pulumiCli";

test.each([
  [
    "an empty report, and its reason on standard error",
    "{}",
    "error: no such passphrase",
    "error: no such passphrase",
  ],
  [
    "null, and its reason on standard error",
    "null",
    "error: no such passphrase",
    "error: no such passphrase",
  ],
  ["no JSON", "error: it is broken", "", "error: it is broken"],
  ["nothing", "", "", "`pulumi preview --json` exited with 255 and gave no reason."],
  [
    "a report without errors",
    '{"diagnostics":[{"severity":"info","message":"x"}]}',
    "",
    "`pulumi preview --json` exited with 255 and gave no reason.",
  ],
  [
    "a report with errors",
    '{"diagnostics":[{"severity":"error","message":"a: no"},{"severity":"error","message":""}]}',
    "warning: old",
    "a: no",
  ],
  [
    "what a compiler said",
    '{"diagnostics":[{"severity":"info#err","message":"main.go:1: undefined: a"},{"severity":"error","message":"no binary"}]}',
    "",
    "main.go:1: undefined: a\nno binary",
  ],
  [
    "an error of a resource, beside what the program wrote to standard error",
    '{"diagnostics":[{"severity":"info#err","message":"done"},{"severity":"error","message":"a: no","urn":"urn:a"}]}',
    "",
    "a: no",
  ],
])("a failed preview that prints %s", (_what, stdout, stderr, errors) => {
  expect(previewIn({ code: 255, stdout, stderr })).toEqual({ failed: true, steps: [], errors });
});

test("a preview that succeeds has no errors, whatever it prints beside the report", () => {
  const steps = [{ op: "same", urn: "urn:pulumi:dev::app::a:b:C::d" }];
  expect(previewIn({ code: 0, stdout: JSON.stringify({ steps }), stderr: "warning: old" })).toEqual({
    failed: false,
    steps,
    errors: "",
  });
});

test.each([
  "failed to load checkpoint: EOF",
  'failed to load checkpoint: blob (key ".pulumi/stacks/app/dev.json") (code=Unknown): unexpected EOF',
  "failed to load checkpoint: place 1: unexpected end of JSON input",
])("a state that a kill has left is explained: %s", (error) => {
  const advice = "delete `STACK.json.attrs`; if that does not help, copy `STACK.json.bak` over `STACK.json`.";
  expect(explained(`error: ${error}`)).toContain(advice);
  expect(previewIn({ code: 1, stdout: "{}", stderr: `error: ${error}` }).errors).toContain(advice);
});

test("where the stack does not exist, the error says what lists those that do", () => {
  expect(explained("error: no stack named 'nope' found")).toBe(
    "error: no stack named 'nope' found\nThe stacks are listed by `pulumi stack ls`.",
  );
});

test("another reason for which a state cannot be loaded is not", () => {
  const error = "error: failed to load checkpoint: permission denied";
  expect(explained(error)).toBe(error);
});
