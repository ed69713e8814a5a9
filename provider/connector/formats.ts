/** The rules for the text of a field, by the format of the field. Pure. */
import { printable } from "../untrustedText";
import { isUrl } from "./url";
import { readCertificate, validityWarning } from "./certificate";
import type { StringField } from "./field";
import { issuerProblem, issuerWarning } from "./issuer";
import type { TextProblem } from "./problem";
import { readSamlMetadata } from "./samlMetadata";

export type Format = NonNullable<StringField["format"]>;

export const formats: Readonly<Record<Format, (text: string, now: number) => TextProblem | undefined>> = {
  url: (text) => problem(urlProblem(text)) ?? warning(surroundedBySpace(text)),
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
  verbatim: (text) => warning(surroundedBySpace(text)),
  image: (text) =>
    isUrl(text) || text.startsWith("/")
      ? undefined
      : warning("is not a URL, so that the sign-in page cannot show the image."),
  id: (text) =>
    /[\s/]/.test(text)
      ? problem("must be an ID of Logto, such as connector.id, which contains neither a space nor a slash.")
      : undefined,
};

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
  const isHttp = isUrl(text) && ["http:", "https:"].includes(new URL(text).protocol);
  const [placeholder] = placeholders.exec(text) ?? [];
  if (placeholder !== undefined && /^\s*https?:/i.test(text)) {
    return `contains the placeholder ${printable(placeholder)}: replace it by your own value.`;
  }
  return isHttp ? undefined : "must be a URL that begins with https:// (or http://), without white space.";
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
