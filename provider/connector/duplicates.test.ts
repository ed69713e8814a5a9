import { duplicateError, identifyingInputs, sameNameError } from "./duplicates";
import { type Resource, resources } from "./resources";

test("two resources are named in one order, whichever of them is checked first", () => {
  for (const [first, second] of [
    ['"a"', '"b"'],
    ['"b"', '"a"'],
  ] as const) {
    expect(sameNameError(first, second, "Acme")).toContain(
      'The SSO connectors "a" and "b" have the same connectorName "Acme"',
    );
    expect(duplicateError(resources.singleSignOn, first, second)).toContain('The SingleSignOn "a" and "b"');
  }
});

test("resources of which a program could declare one object twice say so", () => {
  for (const resource of Object.values(resources) as Resource[])
    expect([resource.name, identifyingInputs(resource) === undefined]).toEqual([
      resource.name,
      resource.duplicate === undefined,
    ]);
});
