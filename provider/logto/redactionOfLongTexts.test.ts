import { redactor } from "./redaction";

// A search that is not linear takes very long.
test.each<[string, string, string]>([
  ["a secret that nearly repeats itself", `${"a".repeat(2000)}b`, "a".repeat(300_000)],
  ["the same the other way round", `b${"a".repeat(2000)}`, "a".repeat(300_000)],
  ["a secret longer than the text", "a".repeat(500_000), `${"a".repeat(150_000)}b${"a".repeat(150_000)}`],
  ["escapes", "\\%25".repeat(100), "%25\\".repeat(100_000)],
  ["escapes without an end", "&#000".repeat(100), `&#${"0".repeat(200_000)}&#x${"0".repeat(200_000)}`],
  ["base64", "\0".repeat(1500), "A".repeat(300_000)],
])("long texts are searched: %s", (_what, value, text) => {
  expect(redactor([value])(text).length).toBeLessThanOrEqual(text.length);
});
