/** A file in Go with a function that declares connectors. Pure. */
import { repository } from "../../manifest";
import { Code, declaredArgs, moduleNote } from "./declaration";
import { camelCase } from "./identifiers";
import { lineBreakOf } from "./insertion";
import { argumentLines, hasSecrets, type PluginModule, quoted, type ValueSyntax } from "./pluginModule";

/** As in the schema of the plugin. */
const sdkModule = `${repository.url.replace(/^git\+https:\/\/|\.git$/g, "")}/sdk/go`;
const sdk = `${sdkModule}/logto`;

const syntax: ValueSyntax = {
  language: "go",
  indent: "\t",
  text: (text) => `pulumi.String(${quoted(text)})`,
  boolean: (value) => `pulumi.Bool(${value})`,
  list: (items) => `pulumi.ToStringArray([]string{${items.join(", ")}})`,
  separator: ": ",
  keySeparator: ": ",
  object: (type) => [`&logto.${type}{`, "}"],
  mapping: ["pulumi.Map{", "}"],
  isAligned: true,
};

/** The function `ssoConnectors2` of the file `sso_connectors2`. */
const functionOf = camelCase;

export const goModule: PluginModule = {
  extension: ".go",
  isEntry: (file, text) =>
    !file.endsWith("_test.go") && /^package main\b/m.test(text) && /\bpulumi\.Run(?:Err)?\(/.test(text),
  declare(connector, taken) {
    const { resourceName, secrets, args } = declaredArgs(
      connector,
      taken,
      (secret) => new Code(`secret(${quoted(secret)})`),
    );
    const begin = `if _, err := logto.NewSsoConnector(ctx, ${quoted(resourceName)}, &logto.SsoConnectorArgs{`;
    const lines = argumentLines(syntax, args, "\t\t");
    const source = `\t${begin}\n${lines}\t}); err != nil {\n\t\treturn err\n\t}\n`;
    return { resourceName, secrets, source };
  },
  source(declarations, module) {
    const imports = [sdk, "github.com/pulumi/pulumi/sdk/v3/go/pulumi"].sort();
    return [
      "package main\n\nimport (\n",
      ...imports.map((path) => `\t${quoted(path)}\n`),
      `)\n\n// ${moduleNote}\nfunc ${functionOf(module)}(ctx *pulumi.Context) error {\n`,
      ...(hasSecrets(declarations) ? [secretFunction] : []),
      ...declarations.map(({ source }) => source),
      "\treturn nil\n}\n",
    ].join("");
  },
  use: (module) => `if err := ${functionOf(module)}(ctx); err != nil { return err }`,
  withUse(entry, module) {
    if (new RegExp(`\\b${functionOf(module)}\\(`).test(entry)) return entry;
    const begin = beginOfProgram(entry);
    if (begin === null) return undefined;
    const [{ length }, indent = "", context = ""] = begin;
    const lines = [`\tif err := ${functionOf(module)}(${context}); err != nil {`, "\t\treturn err", "\t}"];
    const at = begin.index + length;
    const statement = lines.map((line) => indent + line + lineBreakOf(entry)).join("");
    return entry.slice(0, at) + statement + entry.slice(at);
  },
  isDeclaredIn: (text, module) => new RegExp(`^func ${functionOf(module)}\\(`, "m").test(text),
  missingSdk:
    /(?:no required module provides package|cannot find module providing package) \S+\/pulumi-logto\//,
  dependencies: { file: "go.mod", withSdk },
};

/**
 * `pulumi package add` replaces the SDK's module by a folder, but requires it only in a program that uses it already (seen with
 * Pulumi CLI 3.259). The version is the one that Go gives to a folder.
 */
function withSdk(goMod: string): string {
  const has = (directive: string, next: string) =>
    new RegExp(`^\\s*(?:${directive}\\s+)?${sdkModule.replaceAll(".", "\\.")}\\s+${next}`, "m").test(goMod);
  if (!has("replace", "=>") || has("require", "v")) return goMod;
  const lineBreak = lineBreakOf(goMod);
  return `${goMod.trimEnd()}${lineBreak}${lineBreak}require ${sdkModule} v0.0.0-00010101000000-000000000000${lineBreak}`;
}

/** Not by the package `config` of the SDK: `go build` fails where go.sum lacks what that depends on, as in a program without it. */
const secretFunction = `\tsecret := func(name string) pulumi.StringOutput {
\t\tvalue, ok := ctx.GetConfig(ctx.Project() + ":" + name)
\t\tif !ok {
\t\t\tpanic("The stack config lacks the secret " + name)
\t\t}
\t\treturn pulumi.ToSecret(value).(pulumi.StringOutput)
\t}
`;

/** A call of `pulumi.Run` at the beginning of a line: with a function, or with the name of one. */
const runCall = String.raw`^([ \t]*)(?:\w+ :?= )?pulumi\.Run(?:Err)?\(`;
const parameter = String.raw`\(([A-Za-z]\w*) \*pulumi\.Context\) error \{\r?\n`;

/** Finds the line where the body of the program's function begins, with its indent and the name of its context. */
function beginOfProgram(entry: string): RegExpExecArray | null {
  const [, , program = ""] = new RegExp(String.raw`${runCall}(\w+)\s*[,)]`, "m").exec(entry) ?? [];
  const begin = program === "" ? `${runCall}func` : `^()func ${program}`;
  return new RegExp(begin + parameter, "m").exec(entry);
}
