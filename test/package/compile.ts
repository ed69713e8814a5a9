/** Compiles programs as a user's compiler does. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** As in the project of a user. */
const usersOptions: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  types: ["node"],
  skipLibCheck: true,
};

/**
 * Returns the errors of each program: the code at which one is reported, and its message.
 *
 * @param ambient global declarations for all programs
 * @param root the folder of the package that they import
 */
export function compileErrors(
  programs: readonly string[],
  ambient = "",
  root = join(__dirname, "..", "..", "node_modules"),
  options = usersOptions,
): string[][] {
  // Inside the package, so that imports are resolved as in a program.
  const folder = mkdtempSync(join(root, ".compile-"));
  try {
    const write = (name: string, source: string) => {
      writeFileSync(join(folder, name), `${source}\nexport {};\n`);
      return join(folder, name);
    };
    const paths = programs.map((source, index) => write(`program${index}.ts`, source));
    const program = createProgram([...paths, write("ambient.ts", ambient)], options);
    return paths.map((path) =>
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(path))
        .map(({ start = 0, messageText, file }) => {
          const [code] = /^[\w.]+|^./.exec(file?.text.slice(start) ?? "") ?? [];
          return `${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
        }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The declarations of Pulumi, Node.js and the language, parsed: that takes longer than to check a program that uses them. */
const parsed = new Map<string, ts.SourceFile>();

/** Like that of the compiler, but parses the files in node_modules once. */
export function createProgram(files: readonly string[], options: ts.CompilerOptions): ts.Program {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...how) => {
    const isOurs = !/[\\/]node_modules[\\/](?!\.)/.test(path);
    const key = JSON.stringify([path, options.target, options.module]);
    const source = parsed.get(key) ?? read(path, ...how);
    if (source !== undefined && !isOurs) parsed.set(key, source);
    return source;
  };
  return ts.createProgram(files, options, host);
}
