/** The values of declarations in programs that use the plugin's SDK, whatever its language. Pure. */
import { type ProgramLanguage, spelling } from "../../engine/programLanguage";
import { escapeAllButLineBreaks } from "../../untrustedText";
import { isObject, type Values } from "../../values";
import type { Connector } from "../../connector/canonical";
import { Code, type Declaration, type TakenNames } from "./declaration";

/** How a language declares connectors in a file of their own, a module, and how the program uses it. Its name is that of the file. */
export interface PluginModule {
  readonly extension: string;
  /** Whether a file of the program is the one that uses the modules. */
  readonly isEntry: (file: string, text: string) => boolean;
  readonly declare: (connector: Connector, taken: TakenNames) => Declaration;
  readonly source: (declarations: readonly Declaration[], module: string) => string;
  /** The statement that uses a module. */
  readonly use: (module: string) => string;
  /** Returns the entry with that statement, unless it has it; `undefined` where its place is not certain. */
  readonly withUse: (entry: string, module: string) => string | undefined;
  /** Whether a file of the program has what the module would declare. */
  readonly isDeclaredIn: (text: string, module: string) => boolean;
  /** What the language says in a program without the SDK. */
  readonly missingSdk: RegExp;
  /** The file, in the program's folder or above, that must name the SDK before a module can use it. */
  readonly dependencies?: { readonly file: string; readonly withSdk: (text: string) => string };
}

/** A text literal of Python and of Go: in JSON, a pair of escapes would be one character. */
export const quoted = (text: string) => escapeAllButLineBreaks(JSON.stringify(text));

export const hasSecrets = (declarations: readonly Declaration[]) =>
  declarations.some(({ secrets }) => secrets.size > 0);

/** How a language writes values. */
export interface ValueSyntax {
  readonly language: ProgramLanguage;
  readonly indent: string;
  readonly text: (text: string) => string;
  readonly boolean: (value: boolean) => string;
  readonly list: (items: readonly string[]) => string;
  /** What is between a property and its value. */
  readonly separator: string;
  /** What is between the key of a mapping and its value. */
  readonly keySeparator: string;
  readonly object: (type: string) => readonly [begin: string, end: string];
  readonly mapping: readonly [begin: string, end: string];
  /** Whether the values of successive lines are in one column. */
  readonly isAligned: boolean;
}

/** The types of the properties that are objects; others are mappings. */
const objectTypes: Readonly<Record<string, string>> = {
  config: "ConnectorConfigArgs",
  branding: "BrandingArgs",
  attributeMapping: "AttributeMappingArgs",
};

/** Returns lines with the arguments of a resource. */
export function argumentLines(syntax: ValueSyntax, args: Values, indent: string): string {
  const entries = Object.entries(args).map(([key, value]): [string, string] => [
    spelling(syntax.language, key) + syntax.separator,
    valueIn(syntax, key, value, indent),
  ]);
  return linesOf(entries, indent, syntax.isAligned);
}

function valueIn(syntax: ValueSyntax, key: string, value: unknown, indent: string): string {
  if (value instanceof Code) return value.text;
  if (typeof value === "boolean") return syntax.boolean(value);
  if (Array.isArray(value)) return syntax.list(value.map((item) => quoted(String(item))));
  if (!isObject(value)) return syntax.text(String(value));
  const type = objectTypes[key];
  const [begin, end] = type === undefined ? syntax.mapping : syntax.object(type);
  const inner = indent + syntax.indent;
  if (Object.keys(value).length === 0) return begin + end;
  const lines =
    type === undefined
      ? linesOf(
          Object.entries(value).map(([name, item]) => [
            quoted(name) + syntax.keySeparator,
            valueIn(syntax, "", item, inner),
          ]),
          inner,
          syntax.isAligned,
        )
      : argumentLines(syntax, value, inner);
  return `${begin}\n${lines}${indent}${end}`;
}

function linesOf(entries: readonly [key: string, value: string][], indent: string, isAligned: boolean) {
  return entries
    .map(([key, value], at) => `${indent}${key.padEnd(isAligned ? columnOf(entries, at) : 0)}${value},\n`)
    .join("");
}

/** Returns the width of the keys as gofmt aligns them: among successive entries that are each in one line. */
function columnOf(entries: readonly [key: string, value: string][], at: number): number {
  const isLine = (index: number) => entries[index]?.[1].includes("\n") === false;
  let [start, end] = [at, at];
  if (isLine(at)) {
    while (isLine(start - 1)) start--;
    while (isLine(end + 1)) end++;
  }
  return Math.max(...entries.slice(start, end + 1).map(([key]) => key.length));
}
