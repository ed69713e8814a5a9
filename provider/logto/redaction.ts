/** Removes secrets from text that servers and proxies may have put them into, in whatever encoding. Pure. */

export type Redact = (text: string) => string;

const placeholder = "[secret]";
/** A shorter secret is too likely to be part of a word: it is removed only where it is a word. */
const minLength = 4;

/** @param secrets in clear; empty texts are ignored */
export function redactor(secrets: readonly string[]): Redact {
  const removals = [...new Set(secrets)]
    .filter((secret) => secret !== "")
    // One secret can be part of another.
    .sort((a, b) => b.length - a.length)
    .map(removalOf);
  return (text) => removals.reduce((safe, remove) => remove(safe), text);
}

function removalOf(secret: string): Redact {
  // No encoding is shorter than the secret. Compiling the pattern of an access token takes milliseconds, and most texts are
  // too short to contain one.
  const shortest = Array.from(secret).length;
  let pattern: RegExp | undefined;
  return (text) => {
    if (text.length < shortest) return text;
    pattern ??= patternOf(secret);
    return text.replaceAll(pattern, placeholder);
  };
}

function patternOf(secret: string): RegExp {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  // In JSON that is itself a string of JSON, in JSON, and in clear: the longest first.
  const texts = new Set([inJson(inJson(secret)), inJson(secret), secret]);
  const encodings = [...texts].map((text) => Array.from(text, characterPattern).join(""));
  if (secret.length >= minLength) {
    return new RegExp([...encodings, ...base64Cores(secret).map(base64Pattern)].join("|"), "gu");
  }
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${encodings.join("|")})(?![\\p{L}\\p{N}])`, "gu");
}

const namedEntities = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

/**
 * Matches a character in clear, escaped in JSON, percent-encoded (once or twice), as a plus sign in a form, or as an HTML
 * entity. The alternatives begin differently or have a fixed length, so that matching takes linear time.
 */
function characterPattern(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return anyOf([
    units.map((unit) => `\\\\{1,4}u${anyCase(unit.toString(16).padStart(4, "0"))}`).join(""),
    percentEncoded(character),
    `&#(?:${code}|[xX]0{0,4}${anyCase(code.toString(16))});`,
    ...Object.entries(namedEntities).flatMap(([plain, name]) => (plain === character ? [`&${name};`] : [])),
    ...(character === " " ? ["\\+"] : []),
    ...(character === "/" ? ["\\\\{1,4}/"] : []),
    // Last, since the encodings of some characters begin with themselves.
    literal(character),
  ]);
}

/**
 * Encodes a text that can be anywhere in what is encoded, such as `user:password`, as base64: the characters that consist
 * of its bits only, for each of the three offsets.
 */
function base64Cores(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)),
  );
}

/** Matches base64 in either alphabet, percent-encoded or not, with the partial character and the padding behind it. */
function base64Pattern(core: string): string {
  const characters = Array.from(core, (character) => {
    if (character === "+") return anyOf(["[+-]", percentEncoded("+")]);
    if (character === "/") return anyOf(["[/_]", "\\\\{1,4}/", percentEncoded("/")]);
    return literal(character);
  });
  return `${characters.join("")}(?:[\\w+/-]?(?:=|%3[dD]){1,2})?`;
}

function percentEncoded(character: string): string {
  return Array.from(
    Buffer.from(character),
    (byte) => `%(?:25)?${anyCase(byte.toString(16).padStart(2, "0"))}`,
  ).join("");
}

function literal(character: string): string {
  return /[A-Za-z0-9]/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function anyCase(hexadecimal: string): string {
  return hexadecimal.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function anyOf(alternatives: readonly string[]): string {
  return `(?:${alternatives.join("|")})`;
}
