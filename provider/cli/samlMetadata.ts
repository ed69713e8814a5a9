/**
 * The certificates in SAML metadata. Logto reports the first one only, while an identity provider that rotates its
 * certificate lists the old and the new one for some time. Pure.
 */
import { X509Certificate } from "node:crypto";

/**
 * Returns the readable certificates with which the identity provider may sign. This is not a validating parser: Logto has
 * accepted the metadata, and whatever is unknown here is skipped. It runs in linear time for any input.
 */
export function signingCertificates(metadata: string): X509Certificate[] {
  const found: X509Certificate[] = [];
  let inRole = false;
  let inSigningKey = false;
  let collected: string | undefined;
  for (const { name, isEnd, isEmpty, attributes, text } of piecesOf(metadata)) {
    if (name === undefined) {
      if (collected !== undefined) collected += text;
    } else if (name === "IDPSSODescriptor") {
      inRole = !isEnd && !isEmpty;
    } else if (name === "KeyDescriptor") {
      // A key without a use is for signing and encryption.
      inSigningKey = inRole && !isEnd && !isEmpty && useOf(attributes) !== "encryption";
    } else if (name === "X509Certificate") {
      if (isEnd && collected !== undefined) found.push(...certificateOf(collected));
      collected = inSigningKey && !isEnd && !isEmpty ? "" : undefined;
    }
  }
  return found;
}

interface Piece {
  /** The name of a tag without its prefix; `undefined` for text. */
  readonly name?: string;
  readonly isEnd?: boolean;
  readonly isEmpty?: boolean;
  readonly attributes?: string;
  readonly text: string;
}

/** Delimiters of markup that is neither a tag nor text. The last pair would match the others too. */
const skipped = [
  ["<!--", "-->"],
  ["<?", "?>"],
  ["<!", ">"],
] as const;
const [cdataBegin, cdataEnd] = ["<![CDATA[", "]]>"];
/** An attribute may contain `>`. */
const tag = /<(\/?)([^\s<>/"']+)([^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*)>/y;

/** Ends at incomplete markup. */
function* piecesOf(xml: string): Generator<Piece> {
  for (let at = 0; at < xml.length;) {
    const open = xml.indexOf("<", at);
    if (open !== at) yield { text: xml.slice(at, open === -1 ? xml.length : open) };
    if (open === -1) return;
    if (xml.startsWith(cdataBegin, open)) {
      const end = xml.indexOf(cdataEnd, open);
      if (end === -1) return;
      yield { text: xml.slice(open + cdataBegin.length, end) };
      at = end + cdataEnd.length;
      continue;
    }
    const other = skipped.find(([begin]) => xml.startsWith(begin, open));
    if (other !== undefined) {
      const end = xml.indexOf(other[1], open + other[0].length);
      if (end === -1) return;
      at = end + other[1].length;
      continue;
    }
    tag.lastIndex = open;
    const match = tag.exec(xml);
    if (match === null) return;
    const [whole, slash, qualified = "", attributes = ""] = match;
    const name = qualified.slice(qualified.indexOf(":") + 1);
    yield { name, isEnd: slash === "/", isEmpty: attributes.endsWith("/"), attributes, text: "" };
    at = open + whole.length;
  }
}

function useOf(attributes = ""): string | undefined {
  const [, double, single] = /(?:^|\s)use\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes) ?? [];
  return (double ?? single)?.trim();
}

/** Parses base64, which may contain line breaks, also as `&#13;` (Java), and be enclosed in the lines of a PEM. */
function certificateOf(text: string): X509Certificate[] {
  const base64 = text
    .replace(/&#(?:13|10|9|32|x0*(?:d|a|9|20));/gi, "")
    .replace(/-----(?:BEGIN|END) [A-Z ]+-----/g, "")
    .replace(/\s/g, "");
  try {
    return [new X509Certificate(Buffer.from(base64, "base64"))];
  } catch {
    return [];
  }
}
