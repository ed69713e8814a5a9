/** Request bodies as Logto's web framework parses them. Each rule was observed by sending such a body to koa-body 8. */
import type { IncomingHttpHeaders } from "node:http";
import { parse as parseForm } from "node:querystring";
import { brotliDecompressSync, unzipSync } from "node:zlib";
import { ApiError, internalError } from "./http";

/** An error that Logto's error handler ignores, so that the response is a 404 (measured). */
export class TooLarge extends Error {}

interface Kind {
  readonly types: RegExp;
  readonly limit: number;
  parse(text: string): unknown;
}

const kinds: readonly Kind[] = [
  {
    types: /^application\/(json|json-patch\+json|vnd\.api\+json|csp-report|reports\+json)$/,
    limit: 1024 * 1024,
    parse: parseJson,
  },
  {
    types: /^application\/x-www-form-urlencoded$/,
    limit: 56 * 1024,
    parse: (text) => ({ ...parseForm(text) }),
  },
  { types: /^text\//, limit: 56 * 1024, parse: (text) => text },
];

/** Parses a body. One of any other content type, or without one, is ignored. */
export function parseBody(headers: IncomingHttpHeaders, bytes: Buffer): unknown {
  const length = headers["content-length"];
  if (headers["transfer-encoding"] === undefined && length === undefined) return {};
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const kind = kinds.find(({ types }) => types.test(type));
  if (kind === undefined) return {};
  const body = decompress(headers["content-encoding"], bytes);
  if (body.length > kind.limit) throw new TooLarge();
  return kind.parse(body.toString().replace(/^\uFEFF/, ""));
}

/** Decompresses a body. An unknown encoding (case matters) or a wrongly declared one is unexpected to Logto. */
function decompress(encoding: string | undefined, bytes: Buffer): Buffer {
  if (!encoding || encoding === "identity") return bytes;
  try {
    if (encoding === "gzip" || encoding === "deflate") return unzipSync(bytes);
    if (encoding === "br") return brotliDecompressSync(bytes);
  } catch {
    // Not in the declared encoding.
  }
  throw internalError();
}

function parseJson(text: string): unknown {
  if (text === "") return {};
  try {
    if (!/^[ \t\n\r]*[[{]/.test(text)) throw new SyntaxError("Neither an object nor an array.");
    return JSON.parse(text, (key, value: unknown) => {
      if (key === "__proto__") throw new SyntaxError("A key that is forbidden.");
      return value;
    }) as unknown;
  } catch (error) {
    // One of the few errors without a code (recorded step "malformed json").
    throw new ApiError(400, undefined, undefined, { message: (error as SyntaxError).message });
  }
}
