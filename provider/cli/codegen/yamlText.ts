/** Writes values as YAML. Untrusted text in them is in strings only, and escaped there. Pure. */
import { Document, Scalar, visit } from "yaml";
import type { Values } from "../../values";
import { escapeAllButLineBreaks, isPrintable } from "../../untrustedText";

export function yamlText(values: Values): string {
  // Pulumi's reader takes some plain texts for numbers and dates, as YAML 1.1 does.
  const document = new Document(values, { compat: "yaml-1.1" });
  quoteUnprintable(document);
  return escapeAllButLineBreaks(document.toString({ lineWidth: 0 }));
}

/** Puts texts with unprintable characters in double quotes, the only ones that know escapes. */
export function quoteUnprintable(document: Document): void {
  visit(document, {
    Scalar(_, scalar) {
      const isPlain = typeof scalar.value !== "string" || scalar.value.split("\n").every(isPrintable);
      if (!isPlain) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
}
