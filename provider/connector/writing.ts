/**
 * Texts that say the same in another writing, such as a certificate with the line breaks of Windows: no change, wherever two
 * sides are compared. What is sent and kept is always what somebody wrote. Pure.
 */
import { isObject, type Values } from "../values";
import { certificatesIn } from "./certificate";
import type { Field, Fields, StringField } from "./field";
import { configFields } from "./identityProviders";
import { samlMetadataContent } from "./samlMetadata";

type Format = NonNullable<StringField["format"]>;

/** Returns what a text says, by its format. In any other format, each character counts. */
const contentOf: Readonly<Partial<Record<Format, (text: string) => string>>> = {
  certificate: (text) => {
    const [certificate, ...others] = certificatesIn(text);
    return certificate !== undefined && others.length === 0 ? certificate.raw.toString("base64") : text;
  },
  samlMetadata: (text) => samlMetadataContent(text) ?? text,
};

/**
 * Returns values in which each text that says the same as in other values is written as there, so that they differ only where
 * the two do not say the same.
 *
 * @param model the other values; both in canonical form
 */
export function writtenAs<V extends Values>(fields: Fields, model: Values, values: V): V {
  const entries = Object.entries(values).map(([key, value]) => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return [key, field === undefined ? value : valueWrittenAs(field, model[key], value)] as const;
  });
  return Object.fromEntries(entries) as V;
}

function valueWrittenAs(field: Field, model: unknown, value: unknown): unknown {
  if (field.type === "config" || field.type === "object") {
    const fields = field.type === "config" ? configFields : field.fields;
    return isObject(model) && isObject(value) ? writtenAs(fields, model, value) : value;
  }
  if (field.type !== "string" || field.format === undefined || model === value) return value;
  const content = contentOf[field.format];
  if (content === undefined || typeof model !== "string" || typeof value !== "string") return value;
  return content(model) === content(value) ? model : value;
}
