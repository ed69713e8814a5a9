/** Documents in YAML, of which JSON is a part, and what is wrong with them. Pure. */
import { type Document, isMap, LineCounter, parseDocument, type YAMLMap } from "yaml";
import { printable } from "../../untrustedText";

/** A mapping of keys to values, or nothing yet. */
export type MappingDocument = Omit<Document.Parsed, "contents"> & { readonly contents: YAMLMap | null };

/** Returns the document, or why it can't be read, for the end of a sentence about the file. */
export function parseMapping(text: string): MappingDocument | string {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    if (error.code === "MULTIPLE_DOCS")
      return `has another document from line ${line} on, and a project is one`;
    return `is not valid YAML, at line ${line}, column ${col}: ${printable(error.message)}`;
  }
  const { contents } = document;
  return contents === null || isMap(contents)
    ? (document as unknown as MappingDocument)
    : "is not a mapping of keys to values";
}
