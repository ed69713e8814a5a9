import { duplicates } from "./duplicateMessages";

test("two resources are named in one order, whichever of them is checked first", () => {
  for (const [first, second] of [
    ['"a"', '"b"'],
    ['"b"', '"a"'],
  ] as const) {
    expect(duplicates.connectorName(first, second, "Acme")).toContain(
      'The SSO connectors "a" and "b" have the same connectorName "Acme"',
    );
    expect(duplicates.singleSignOn(first, second)).toContain('The SingleSignOn "a" and the SingleSignOn "b"');
  }
});
