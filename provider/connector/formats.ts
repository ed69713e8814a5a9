/** The rules for the text of a field, by the format of the field, and for the fields of an object together. Pure. */
import { printable } from "../untrustedText";
import type { Values } from "../values";
import { attributeMappingProblem, nameIdWarning } from "./attributeMapping";
import { isUrl } from "./url";
import { readCertificate, validityWarning } from "./certificate";
import type { ObjectField, StringField } from "./field";
import { issuerProblem, issuerWarning } from "./issuer";
import type { TextProblem } from "./problem";
import { readSamlMetadata } from "./samlMetadata";

export type Format = NonNullable<StringField["format"]>;

export const formats: Readonly<Record<Format, (text: string, now: number) => TextProblem | undefined>> = {
  url: (text) => problem(urlProblem(text)) ?? warning(surroundedBySpace(text)),
  uri: (text) => problem(uriProblem(text)) ?? warning(surroundedBySpace(text)),
  issuer: (text) =>
    problem(urlProblem(text) ?? issuerProblem(text)) ?? warning(issuerWarning(text), { whenNew: true }),
  certificate: (text, now) => {
    const certificate = readCertificate(text);
    return "message" in certificate ? certificate : warning(validityWarning([certificate], now));
  },
  samlMetadata: (text, now) => {
    const metadata = readSamlMetadata(text);
    return "message" in metadata ? metadata : warning(validityWarning(metadata.certificates, now));
  },
  samlAttribute: (text) => warning(nameIdWarning(text) ?? surroundedBySpace(text)),
  verbatim: (text) => warning(surroundedBySpace(text)),
  image: (text) => warning(imageWarning(text)),
  imageUrl: (text) => problem(imageUrlProblem(text)) ?? warning(imageWarning(text)),
  // Logto: packages/toolkit/core-kit/src/regex.ts, hexColorRegEx
  color: (text) =>
    /^#(?:[\da-f]{3}){1,2}$/i.test(text)
      ? undefined
      : problem("must be a color of three or six hexadecimal digits, such as #5d34f2."),
  id: (text) =>
    /[\s/]/.test(text)
      ? problem("must be an ID of Logto, such as connector.id, which contains neither a space nor a slash.")
      : undefined,
};

export const objectRules: Readonly<
  Record<NonNullable<ObjectField["rule"]>, (values: Values) => TextProblem | undefined>
> = { attributeMapping: attributeMappingProblem };

function problem(message: string | undefined): TextProblem | undefined {
  return message === undefined ? undefined : { message };
}

function warning(
  message: string | undefined,
  more: { readonly whenNew?: true } = {},
): TextProblem | undefined {
  return message === undefined ? undefined : { message, isWarning: true, ...more };
}

function urlProblem(text: string): string | undefined {
  const isHttp = ["http:", "https:"].includes(schemeOf(text) ?? "");
  if (/^\s*https?:/i.test(text)) {
    const unfilled = placeholderProblem(text);
    if (unfilled !== undefined) return unfilled;
  }
  return isHttp ? undefined : "must be a URL that begins with https:// (or http://), without white space.";
}

/** Logto reads such an address with `new URL` and answers every sign-in with a 500 if that fails (Logto: routes/authn.ts). */
function uriProblem(text: string): string | undefined {
  const unfilled = placeholderProblem(text);
  if (unfilled !== undefined) return unfilled;
  const scheme = schemeOf(text);
  // A host and a port, such as localhost:3000/sso, is read as a scheme and a path; a single letter is a drive of Windows.
  if (scheme === undefined || scheme.length < 3 || /^[^/?#]*:\d+(?:[/?#]|$)/.test(text.trim())) {
    return "must be a whole address, with its scheme, such as https://app.acme.com/sso or myapp://sso.";
  }
  return schemesOfNoApplication.has(scheme)
    ? `must be an address at which an application can be reached, and a browser is never sent to one with ${scheme} by a server.`
    : undefined;
}

/** The special schemes of the URL standard, and those that a browser loads by itself and does not follow to (HTML standard). */
const schemesOfNoApplication = new Set([
  "about:",
  "blob:",
  "data:",
  "file:",
  "ftp:",
  "javascript:",
  "ws:",
  "wss:",
]);

function schemeOf(text: string): string | undefined {
  return isUrl(text) ? new URL(text).protocol : undefined;
}

/**
 * Returns a warning of an image that the sign-in page does not load: its Content-Security-Policy allows its own host, `https:`,
 * `data:` and `blob:` (Logto: middleware/koa-security-headers.ts), and what is behind `blob:` exists in one window only.
 */
function imageWarning(text: string): string | undefined {
  const url = text.trim();
  const loads = "the sign-in page loads images with https:, images in data:, and those of its own host only";
  if (url.startsWith("//")) {
    return `begins with //, which stands for the scheme of the page, and ${loads}. Write https:${printable(url)}.`;
  }
  if (url.startsWith("/")) return undefined;
  const scheme = schemeOf(url);
  if (scheme === undefined) return "is not a URL, so that the sign-in page cannot show the image.";
  if (scheme === "https:" || /^data:image\//i.test(url)) return undefined;
  if (scheme === "data:")
    return "is data of another kind than data:image/…, which the sign-in page cannot show.";
  return (
    `begins with ${printable(scheme)}, and ${loads}. ` +
    "Specify a URL with https:, or a path such as /logo.png if that host has the image."
  );
}

/** Logto rejects what `new URL` does (Logto: packages/schemas, brandingGuard). */
function imageUrlProblem(text: string): string | undefined {
  return isUrl(text) ? undefined : "must be a whole URL, such as https://acme.com/logo.svg.";
}

function placeholderProblem(text: string): string | undefined {
  const [placeholder] = placeholders.exec(text) ?? [];
  if (placeholder === undefined) return undefined;
  return `contains the placeholder ${printable(placeholder)}: replace it by your own value.`;
}

/** As in `https://login.microsoftonline.com/{tenant}/v2.0`. None of these characters may be in a URL as it is. */
const placeholders = /\$?\{[^{}]{0,80}\}|<[^<>]{0,80}>|%7b[^{}]{0,80}%7d/i;

/** Returns a warning of a text that somebody else takes as it is. The warning never contains it, since it may be a secret. */
function surroundedBySpace(text: string): string | undefined {
  if (text.trim() !== text) {
    return "has white space at its beginning or end, which is part of the value. Remove it.";
  }
  return /[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}]/u.test(text)
    ? "contains a line break or another invisible character, which is part of the value. Remove it."
    : undefined;
}
