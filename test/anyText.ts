import * as fc from "fast-check";

const characterUpTo = (codePoint: number) =>
  fc
    .nat(codePoint)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code));

/** Any well-formed text: controls and Latin-1 as often as all the rest. The library's own takes a second to set up. */
export const anyText = fc.string({ unit: fc.oneof(characterUpTo(0xff), characterUpTo(0x10ffff)) });
