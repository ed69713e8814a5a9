import { isUrl } from "./url";

test("a URL stays one, however often it is asked for", () => {
  const texts = ["https://bücher.example", "https://acme.com/é?ü", "https://例え.jp", "https://acme.com"];
  const rounds = Array.from({ length: 20_000 }, () => texts.every((text) => isUrl(text)));
  expect(rounds).not.toContain(false);
  expect(["", "acme.com", "https://", "/path"].map((text) => isUrl(text))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(isUrl("/path", "https://acme.com")).toBe(true);
});
