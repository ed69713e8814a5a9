/**
 * Removes secrets from text that servers and proxies may have put them into, in whatever encoding. Pure.
 *
 * The text is searched as it is and as decoders make it, one after the other, so that the secret itself is what is looked for: no
 * pattern is made of it. The time is linear in the text, whatever the text and the secrets consist of. Lengths and positions are
 * in UTF-16 code units.
 */

export type Redact = (text: string) => string;

const placeholder = "[secret]";
/** A shorter secret is too likely to be part of a word: it is removed only where it is a word. */
const minLength = 4;
/** Of a secret of this length or more, its beginning and its end are removed too: servers shorten what they quote. */
const minPart = 12;
/** As many bits as {@link minPart} bytes. */
const minBase64Part = 16;
/**
 * The most characters of a secret that can become part of an escape whose beginning happens to stand before it: five after `\u`.
 * Character references, which can take more, are left out.
 */
const maxTaken = 5;
/** How many encodings may lie around one another, such as JSON in JSON, percent-encoded. */
const maxDepth = 3;

/**
 * Returns a function that replaces secrets in a text by `[secret]`.
 *
 * @param secrets in clear; empty texts are ignored
 */
export function redactor(secrets: readonly string[]): Redact {
  let needles: readonly Needle[] | undefined;
  return (text) => {
    // Every request has a redactor, and few need it.
    needles ??= [...new Set(secrets)].flatMap(needlesOf);
    /** By where a secret begins: where it ends. */
    const ends = new Uint32Array(text.length);
    const positions = Uint32Array.from({ length: text.length + 1 }, (_, index) => index);
    search({ text, positions }, needles, ends);
    return withoutRanges(text, ends);
  };
}

function withoutRanges(text: string, ends: Uint32Array): string {
  const kept: string[] = [];
  let end = 0;
  for (const [start, reached] of ends.entries()) {
    if (reached === 0) continue;
    if (start >= end) kept.push(text.slice(end, start), placeholder);
    end = Math.max(end, reached);
  }
  return kept.join("") + text.slice(end);
}

/** A text, or what decoders made of it. */
interface Layer {
  readonly text: string;
  /** Where each code unit comes from in the text that is redacted; the last is the length of that. */
  readonly positions: Uint32Array;
}

function search(layer: Layer, needles: readonly Needle[], ends: Uint32Array, depth = 0): void {
  const { positions } = layer;
  const folded = { plain: foldPlain(layer.text), base64: foldBase64(layer.text) };
  for (const needle of needles) {
    for (const [start, end] of [
      ...rangesOf(needle, folded[needle.kind]),
      ...rangesAfterEscapes(needle, folded.plain, positions),
    ]) {
      const from = positions[start] ?? 0;
      // An escape can be a character of two code units.
      let next = end;
      while (positions[next] === positions[next - 1]) next++;
      ends[from] = Math.max(ends[from] ?? 0, positions[next] ?? 0);
    }
  }
  if (depth === maxDepth) return;
  for (const decoder of decoders) {
    const inner = decoded(layer, decoder);
    if (inner !== undefined) search(inner, needles, ends, depth + 1);
  }
}

/** A text that is looked for, folded. */
interface Needle {
  readonly kind: "plain" | "base64";
  readonly text: string;
  /** How much of its beginning or of its end must be there. */
  readonly min: number;
}

function needlesOf(secret: string): Needle[] {
  // Half a character at either end belongs to a whole one where the text goes on with the other half.
  const whole = secret.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
  if (whole === "") return [];
  const plain: Needle = { kind: "plain", text: foldPlain(whole), min: Math.min(whole.length, minPart) };
  if (whole.length < minLength) return [plain];
  const encoded = base64Cores(whole).map((text) => ({
    kind: "base64" as const,
    text,
    min: Math.min(text.length, minBase64Part),
  }));
  return [plain, ...encoded];
}

/** UTF-8 has no half characters, and forms write a plus sign for a space. Keeps the length. */
function foldPlain(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd").replaceAll("+", " ");
}

/** Makes one of the two alphabets of base64. Keeps the length. */
function foldBase64(text: string): string {
  return text.replaceAll("-", "+").replaceAll("_", "/");
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

type Range = readonly [start: number, end: number];

/** Returns where a folded text has enough of a needle. */
function rangesOf({ kind, text: needle, min }: Needle, text: string): Range[] {
  // Few texts have either end of it. These are short, so that looking for them is linear too, and much faster.
  const first = text.includes(needle.slice(0, min)) ? beginnings(needle, text, min) : [];
  const last =
    min < needle.length && text.includes(needle.slice(-min))
      ? beginnings(reversed(needle), reversed(text), min)
      : [];
  const ranges = [...first, ...last.map(([start, end]): Range => [text.length - end, text.length - start])];
  return kind === "plain" ? ranges : ranges.map(([start, end]) => [start, end + tailLength(text, end)]);
}

/** Returns where a text has the end of a short secret right behind an escape, which may have taken its beginning. */
function rangesAfterEscapes({ kind, text: needle }: Needle, text: string, positions: Uint32Array): Range[] {
  const min = Math.max(minLength, needle.length - maxTaken);
  if (kind === "base64" || needle.length >= minPart + maxTaken || needle.length <= min) return [];
  if (!text.includes(needle.slice(-min))) return [];
  const isEscape = (index: number) => (positions[index + 1] ?? 0) - (positions[index] ?? 0) > 1;
  return beginnings(reversed(needle), reversed(text), min).flatMap(([start, end]): Range[] => {
    const first = text.length - end;
    // It can have become the very character that is expected there.
    const from = [first - 1, first].find((index) => index >= 0 && isEscape(index));
    return from === undefined ? [] : [[from, text.length - start]];
  });
}

/** Returns where a text has a beginning of a needle of a minimum length. What overlaps is one range. */
function beginnings(needle: string, text: string, min: number): Range[] {
  const ranges: Range[] = [];
  const prefix = needle.slice(0, text.length);
  const lengths = commonLengths(prefix + text);
  let [from, to] = [0, 0];
  for (let start = 0; start + min <= text.length; start++) {
    const end = start + Math.min(lengths[prefix.length + start] ?? 0, prefix.length);
    if (end < start + min || (min < minLength && !isWord(text, start, end))) continue;
    if (start >= to) {
      if (to > 0) ranges.push([from, to]);
      from = start;
    }
    to = Math.max(to, end);
  }
  return to > 0 ? [...ranges, [from, to]] : ranges;
}

/** Returns how far a text equals itself from each position on: the Z-function, which takes linear time. */
function commonLengths(text: string): Uint32Array {
  const lengths = new Uint32Array(text.length);
  // The stretch that reaches furthest of those that equal the beginning of the text.
  let [from, to] = [0, 0];
  for (let start = 1; start < text.length; start++) {
    let length = start < to ? Math.min(lengths[start - from] ?? 0, to - start) : 0;
    while (start + length < text.length && text.charCodeAt(length) === text.charCodeAt(start + length))
      length++;
    if (start + length > to) [from, to] = [start, start + length];
    lengths[start] = length;
  }
  return lengths;
}

function reversed(text: string): string {
  return text.split("").reverse().join("");
}

function isWord(text: string, start: number, end: number): boolean {
  // A character has at most two code units.
  const [before, after] = [text.slice(Math.max(0, start - 2), start), text.slice(end, end + 2)];
  return !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after);
}

/** The length of the partial character and the padding behind base64. */
function tailLength(text: string, end: number): number {
  const next = text.slice(end, end + 3);
  return next.includes("=") ? (/^[\w+/]?={1,2}/.exec(next)?.[0].length ?? 0) : 0;
}

/** Undoes an encoding wherever a text has one, and leaves the rest. What it makes is not longer. */
interface Decoder {
  readonly escape: RegExp;
  readonly decode: (escape: string) => string;
}

const shortEscapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const namedEntities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const decoders: readonly Decoder[] = [
  // Of JSON and its relatives, such as the literals of JavaScript and Python.
  {
    escape: /\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|["'\\/bfnrt])/g,
    decode: ([, kind = "", ...code]) =>
      code.length > 0
        ? String.fromCharCode(Number.parseInt(code.join(""), 16))
        : (shortEscapes[kind] ?? kind),
  },
  // Percent-encoding: a character of UTF-8, else a byte, which becomes U+FFFD.
  {
    escape:
      /%(?:[c-d][\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-7](?:%[89ab][\da-f]){3}|[\da-f]{2})/gi,
    decode: (escape) => Buffer.from(escape.replaceAll("%", ""), "hex").toString(),
  },
  // Character references of HTML and XML.
  {
    escape: /&(?:#\d{1,10}|#x[\da-f]{1,8}|amp|lt|gt|quot|apos);/gi,
    decode: (escape) => {
      const name = escape.slice(1, -1).toLowerCase();
      if (!name.startsWith("#")) return namedEntities[name] ?? escape;
      const code = Number(name.replace(/^#(x)?/, (_, hexadecimal) => (hexadecimal ? "0x" : "")));
      return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
    },
  },
];

/** Returns the text that a decoder makes of another one; `undefined` if there is nothing to decode. */
function decoded({ text, positions }: Layer, { escape, decode }: Decoder): Layer | undefined {
  const parts: string[] = [];
  const from = new Uint32Array(text.length + 1);
  let [length, end] = [0, 0];
  const keep = (until: number) => {
    parts.push(text.slice(end, until));
    from.set(positions.subarray(end, until), length);
    length += until - end;
  };
  for (const { 0: token, index } of text.matchAll(escape)) {
    keep(index);
    const plain = decode(token);
    parts.push(plain);
    from.fill(positions[index] ?? 0, length, length + plain.length);
    length += plain.length;
    end = index + token.length;
  }
  if (end === 0) return undefined;
  keep(text.length);
  from[length] = positions[text.length] ?? 0;
  return { text: parts.join(""), positions: from.subarray(0, length + 1) };
}
