/** The entry file of a Pulumi program, and how it imports another module. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { compileFunction } from "node:vm";
import { isObject, type Values } from "../../values";
import { stringLiteral } from "../../untrustedText";
import { CommandError, systemReason } from "../io/commandError";
import { findUp } from "../io/files";
import type { Language } from "./connectorSource";

/** The settings of the program in Pulumi.yaml. */
export interface ProgramSettings {
  readonly main?: string | undefined;
  readonly runtime: "nodejs" | "bun";
}

/** The npm package that `pulumi package add` makes of the plugin. */
export const sdkName = "pulumi-logto";

export interface ProgramEntry {
  /** The file to edit. Links among its folders are resolved, as modules are resolved from the real path. */
  readonly file: string;
  /** The file that Pulumi runs, if it is compiled from `file`. */
  readonly compiled: string | undefined;
  /** The default folder of new modules. */
  readonly folder: string;
  /** The language of new modules. */
  readonly language: Language;
  /** The extension of new modules, in their file names and in import statements. */
  readonly extension: { readonly file: string; readonly specifier: string };
  /** The npm package whose resources the program uses. */
  readonly packageName: string;
}

/** @throws CommandError if there is no file that Pulumi could run */
export function findEntry(projectFolder: string, settings: ProgramSettings): ProgramEntry {
  const program = programFile(projectFolder, settings);
  const compiledFrom = program && typeScriptSource(program);
  const file = compiledFrom ?? program;
  if (program === undefined || file === undefined || !languages.has(extname(file))) {
    throw new CommandError(
      "Could not find the program's entry file, which must import the connectors. It is set by `main` in Pulumi.yaml, or " +
        "by `exports` or `main` in package.json, and defaults to index.ts or index.js.",
    );
  }
  const folder = realpathSync(dirname(file));
  const real = join(folder, basename(file));
  return {
    file: real,
    compiled: compiledFrom === undefined ? undefined : program,
    folder,
    ...moduleStyle(real),
    packageName: packageOf(folder).dependencies.includes(sdkName) ? sdkName : "pulumi-logto-sso",
  };
}

/** Returns the statement by which the entry file imports a module. */
export function importStatement({ file, language, extension }: ProgramEntry, module: string): string {
  const path = relative(dirname(file), module).split("\\").join("/");
  const name = path.slice(0, path.length - extname(path).length) + extension.specifier;
  const specifier = stringLiteral(name.startsWith(".") ? name : `./${name}`);
  return language === "CommonJS" ? `require(${specifier});` : `import ${specifier};`;
}

const javaScript = [".js", ".mjs", ".cjs"];
const typeScript = [".ts", ".mts", ".cts", ".tsx"];
const languages = new Set([...javaScript, ...typeScript]);

/** Resolves the program as the engine, @pulumi/pulumi/cmd/run and Node.js do, in this order. */
function programFile(projectFolder: string, { main, runtime }: ProgramSettings): string | undefined {
  const program = resolve(projectFolder, main ?? ".");
  if (!existsSync(program)) return undefined;
  if (!statSync(program).isDirectory()) return program;
  const { folder, ...manifest } = packageOf(program);
  const named = manifest.exports === undefined ? manifest.main : exportedFile(manifest.exports);
  const start = named !== undefined && existsSync(join(folder, named)) ? join(folder, named) : program;
  // Bun prefers TypeScript.
  const extensions = runtime === "bun" ? [...typeScript, ...javaScript] : [...javaScript, ...typeScript];
  const names = [...(manifest.main !== undefined && folder === start ? [manifest.main] : []), "index"];
  return [start, ...names.flatMap((name) => ["", ...extensions].map((end) => join(start, name + end)))].find(
    (path) => existsSync(path) && !statSync(path).isDirectory(),
  );
}

function exportedFile(exports: unknown): string | undefined {
  const main = isObject(exports) ? exports["."] : exports;
  const file = isObject(main) ? (main.default ?? main.require ?? main.import) : main;
  return typeof file === "string" ? file : undefined;
}

/** Returns the TypeScript source of a compiled file, by its source map or by common output folders. */
function typeScriptSource(file: string): string | undefined {
  if (!javaScript.includes(extname(file))) return undefined;
  const { folder } = packageOf(dirname(file));
  const name = file.slice(0, -extname(file).length);
  const withoutOutDir = relative(folder, name).split(/[\\/]/).slice(1).join("/");
  const usual = [
    name,
    ...(withoutOutDir === "" ? [] : [join(folder, withoutOutDir), join(folder, "src", withoutOutDir)]),
  ].flatMap((path) => typeScript.map((extension) => path + extension));
  return [
    ...mappedSources(file).filter((path) => typeScript.includes(extname(path))),
    ...(existsSync(join(folder, "tsconfig.json")) ? usual : []),
  ].find((path) => existsSync(path));
}

/** Returns the source in a file's source map. A bundle has several, of which the entry is not known. */
function mappedSources(file: string): string[] {
  const url = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(file, "utf8"))?.[1];
  if (url === undefined) return [];
  try {
    const data = /^data:[^,]*;base64,(.*)$/.exec(url)?.[1];
    const path = resolve(dirname(file), decodeURI(url));
    const text = data === undefined ? readFileSync(path, "utf8") : Buffer.from(data, "base64").toString();
    const { sources = [], sourceRoot = "" } = JSON.parse(text) as { sources?: string[]; sourceRoot?: string };
    return sources.length === 1
      ? sources.map((source) => resolve(dirname(data === undefined ? path : file), sourceRoot, source))
      : [];
  } catch {
    return [];
  }
}

function moduleStyle(file: string): Pick<ProgramEntry, "language" | "extension"> {
  const extension = extname(file);
  const text = readFileSync(file, "utf8");
  const { type } = packageOf(dirname(file));
  if (javaScript.includes(extension)) {
    const isModule =
      extension === ".mjs" ||
      (extension === ".js" && (type === undefined ? hasModuleSyntax(text) : type === "module"));
    const suffix = { file: extension, specifier: isModule || extension !== ".js" ? extension : "" };
    return { language: isModule ? "ES module" : "CommonJS", extension: suffix };
  }
  const own = extension === ".tsx" ? ".ts" : extension;
  // If Node.js or Bun runs TypeScript directly, imports name the file as it is.
  const namesSources = /["']\.{1,2}\/[^"'\n]*\.[mc]?ts["']/.test(text);
  const compiled = own === ".ts" && type !== "module" ? "" : own.replace("ts", "js");
  return { language: "TypeScript", extension: { file: own, specifier: namesSources ? own : compiled } };
}

const moduleVariables = ["exports", "require", "module", "__filename", "__dirname"];

/** Whether Node.js would treat the file as an ES module: it does if the file is not valid CommonJS. */
function hasModuleSyntax(text: string): boolean {
  try {
    compileFunction(text.replace(/^\ufeff?#!.*/, ""), moduleVariables);
    return false;
  } catch (error) {
    return /import statement outside a module|Unexpected token 'export'|'import\.meta'|await is only valid/.test(
      (error as Error).message,
    );
  }
}

/** Returns the nearest package.json of a folder. */
function packageOf(folder: string) {
  const file = findUp(folder, ["package.json"]);
  if (file === undefined) return { folder, dependencies: new Array<string>() };
  try {
    const { main, type, exports, dependencies, devDependencies } = JSON.parse(
      readFileSync(file, "utf8"),
    ) as Values;
    return {
      folder: dirname(file),
      dependencies: [dependencies, devDependencies].filter(isObject).flatMap((names) => Object.keys(names)),
      main: typeof main === "string" ? main : undefined,
      type: typeof type === "string" ? type : undefined,
      exports,
    };
  } catch (error) {
    throw new CommandError(`Could not read ${file}: ${systemReason(error)}.`);
  }
}
