/** Declares connectors in a YAML program of the plugin. Their secrets are read from the stack config. Pure. */
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import type { Connector } from "../../connector/canonical";
import { isObject } from "../../values";
import { pluginTypeOf } from "../../engine/pluginTokens";
import { escapeAllButLineBreaks, printable } from "../../untrustedText";
import { parseMapping } from "../io/yamlDocument";
import {
  argsOf,
  Code,
  type Declaration,
  declaredArgs,
  type TakenNames,
  textSecretsProblem,
} from "./declaration";
import { lineBreakOf } from "./insertion";
import { quoteUnprintable, yamlText } from "./yamlText";

/** Returns why a connector cannot be declared in YAML. */
export function refusalOf(connector: Connector): string | undefined {
  const keys = Object.keys(argsOf(connector).extraConfig ?? {});
  const called = keys.find((key) => /^fn::/i.test(key));
  return called === undefined
    ? textSecretsProblem(connector)
    : `config.${printable(called)}: is a function in Pulumi YAML`;
}

export function declareInYaml(connector: Connector, taken: TakenNames): Declaration {
  const { resourceName, secrets, args } = declaredArgs(connector, taken, (name) => new Code(`\${${name}}`));
  const resource = { type: pluginTypeOf("ssoConnector"), properties: literal(args) };
  return { resourceName, secrets, source: yamlText({ [resourceName]: resource }) };
}

/** The sections of a program to which entries can be added. */
const sections = ["config", "resources"];

/** Returns why entries cannot be added to a program, for the end of a sentence about it. */
export function programProblem(text: string): string | undefined {
  const document = parseMapping(text);
  if (typeof document === "string") return document;
  const wrong = sections.find((section) => {
    const value = document.contents?.get(section, true);
    return value !== undefined && !isMap(value) && !isNothing(value);
  });
  return wrong === undefined
    ? undefined
    : `has a section \`${wrong}\` that is not a mapping of names to values, or is an alias of another one`;
}

/** Returns the names in sections of a program. */
export function namesIn(text: string, sections: readonly string[]): string[] {
  const { contents } = parseDocument(text);
  return sections.flatMap((section) => {
    const map = isMap(contents) ? contents.get(section) : undefined;
    return isMap(map) ? map.items.map(({ key }) => String(key)) : [];
  });
}

/** Adds declarations, and those of their secrets, to a program. All else stays as it is, unless it is written like JSON. */
export function withDeclarations(text: string, declarations: readonly Declaration[]): string {
  const declared = namesIn(text, ["config"]);
  const secrets = declarations.flatMap((declaration) => [...declaration.secrets.keys()]);
  const config = secrets
    .filter((name) => !declared.includes(name))
    .map((name) => yamlText({ [name]: { type: "string", secret: true } }));
  const withConfig = config.length > 0 ? withEntries(text, "config", config.join("")) : text;
  return withEntries(withConfig, "resources", declarations.map(({ source }) => source).join(""));
}

/** Escapes what Pulumi YAML takes for an expression. */
function literal(value: unknown): unknown {
  if (value instanceof Code) return value.text;
  if (typeof value === "string") return value.replace(/\$(?=[${])/g, "$$$$");
  if (Array.isArray(value)) return value.map(literal);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [literal(key), literal(item)]));
}

/** @param entries YAML with entries for a section at the top level */
function withEntries(text: string, section: string, entries: string): string {
  const document = parseDocument(text);
  const { contents } = document;
  if (contents !== null && !isBlock(contents)) return withNodes(document, section, entries);
  const column = contents === null ? 0 : columnOf(text, contents);
  const pair = contents?.items.find(({ key }) => String(key) === section);
  if (pair === undefined) {
    const added = `${section}:\n${indented(entries, 2)}`;
    return insert(text, endOfDocument(text), indented(added, column));
  }
  const { key, value } = pair;
  if (isBlock(value)) return insert(text, endOf(value), indented(entries, columnOf(text, value)));
  if (!isNothing(value)) return withNodes(document, section, entries);
  const added = indented(entries, column + 2);
  const [start, end] = (isNode(value) && value.range) || [0, 0];
  // What stands for nothing, such as `{}`, is no part of a block.
  if (start === end) return insert(text, endOf(key), added);
  const before = text.slice(0, start).replace(/[ \t]+$/, "");
  return insert(before + text.slice(end), before.length, added);
}

/** Whether a section has neither entries nor a comment in it, as `{}`, `null` and no value at all. */
function isNothing(node: unknown): boolean {
  if (isMap(node)) return node.items.length === 0 && !node.comment;
  return isScalar(node) && node.value === null;
}

/** Returns the offset of the mark of a document's end, or else of the end of the text. */
function endOfDocument(text: string): number {
  const mark = /^\.\.\.(?=\s|$)/m.exec(text);
  return mark?.index ?? text.length;
}

function isBlock(node: unknown): node is YAMLMap {
  return isMap(node) && node.flow !== true && node.items.length > 0;
}

/**
 * Lays out the whole text again: a flow mapping has no line to insert entries at. In one that stays, texts are quoted, and each
 * is in one line, as in JSON: Pulumi does not read all others there (seen with Pulumi CLI 3.259: a text with `?`).
 */
function withNodes(document: Document, section: string, entries: string): string {
  const added = parseDocument(entries).contents as YAMLMap;
  const map = document.get(section);
  if (isBlock(document.contents)) {
    if (isMap(map)) map.flow = false;
  } else {
    visit(added, {
      Scalar(_, scalar) {
        if (typeof scalar.value === "string") scalar.type = Scalar.QUOTE_DOUBLE;
      },
    });
  }
  if (isMap(map)) for (const pair of added.items) map.add(pair);
  else document.set(section, added);
  quoteUnprintable(document);
  return escapeAllButLineBreaks(
    document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Infinity }),
  );
}

/** Returns the offset behind a node, without the comments that follow, which may be about what comes next. */
function endOf(node: unknown): number {
  if (isCollection(node) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (isPair(last)) return endOf(last.value ?? last.key);
    if (last !== undefined) return endOf(last);
  }
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

/** Returns the column of a block mapping's first key. */
function columnOf(text: string, map: YAMLMap): number {
  const start = map.range?.[0] ?? 0;
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  return line.replace(/^\uFEFF/, "").length;
}

function indented(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(columns));
}

/** Inserts lines behind the line in which an offset is. */
function insert(text: string, offset: number, lines: string): string {
  const isLineStart = offset === 0 || text[offset - 1] === "\n";
  const lineEnd = isLineStart ? offset : text.indexOf("\n", offset) + 1;
  const at = lineEnd === 0 && !isLineStart ? text.length : lineEnd;
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const eol = lineBreakOf(text);
  const gap = before === "" || before.endsWith("\n") ? "" : eol;
  return before + gap + lines.replaceAll("\n", eol) + after;
}
