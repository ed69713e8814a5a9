import { isUrl } from "./url";

test("a URL stays one, however often it is asked for", () => {
  const texts = ["https://bücher.example", "https://acme.com/é?ü", "https://例え.jp", "https://acme.com"];
  for (let round = 0; round < 20_000; round++) expect(texts.every((text) => isUrl(text))).toBe(true);
  expect(["", "acme.com", "https://", "/path"].map((text) => isUrl(text))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(isUrl("/path", "https://acme.com")).toBe(true);
});
