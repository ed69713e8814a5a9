/** The program of a Pulumi project, and how a module becomes a part of it. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";

export interface Entry {
  /** Where modules of the program go by default. */
  readonly folder: string;
  /** The file that Pulumi runs; `undefined` where it is not TypeScript or can't be told. */
  readonly file: string | undefined;
}

/** @param main the project's option of that name */
export function entryOf(projectFolder: string, main: string | undefined): Entry {
  const at = resolve(projectFolder, main ?? ".");
  const isFolder = existsSync(at) && statSync(at).isDirectory();
  const folder = isFolder ? at : dirname(at);
  const candidates = isFolder ? [packageOf(folder).main ?? "index.ts", "index.ts"] : [main ?? ""];
  const file = candidates
    .map((name) => resolve(isFolder ? folder : projectFolder, name))
    .find((path) => extname(path) === ".ts" && existsSync(path));
  return { folder, file };
}

/** The statement by which one file of a program runs another. */
export function importStatement(file: string, module: string): string {
  const path = relative(dirname(file), module).split("\\").join("/");
  const specifier = path.startsWith(".") ? path : `./${path}`;
  const esm = packageOf(dirname(file)).type === "module";
  return `import ${JSON.stringify(specifier.replace(/\.ts$/, esm ? ".js" : ""))};\n`;
}

/** Adds the statement behind the imports that are there already; gives the function that takes it back. */
export function addImport(file: string, statement: string): () => void {
  const before = readFileSync(file, "utf8");
  const imports = [...before.matchAll(/^import\b[^;]*;[^\S\n]*\n/gm)].at(-1);
  const at = imports === undefined ? 0 : imports.index + imports[0].length;
  writeFileSync(file, before.slice(0, at) + statement + before.slice(at));
  return () => {
    writeFileSync(file, before);
  };
}

/** The package.json that holds for a folder. */
function packageOf(folder: string): { main?: string; type?: string } {
  const file = join(folder, "package.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as { main?: string; type?: string };
  return dirname(folder) === folder ? {} : packageOf(dirname(folder));
}
