/** Programs, held against a user's compiler. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/**
 * The errors of each program: where one stands, and what it says.
 *
 * @param ambient what all of them may use without saying where they have it from
 * @param root the package that they import
 */
export function errorsOf(
  programs: readonly string[],
  ambient = "",
  root = join(__dirname, "..", "node_modules"),
): string[][] {
  // Within the package, so that packages are found as from a program.
  const folder = mkdtempSync(join(root, ".compile-"));
  try {
    const write = (name: string, code: string) => {
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
      return join(folder, name);
    };
    const files = programs.map((code, index) => write(`program${index}.ts`, code));
    const program = ts.createProgram([...files, write("ambient.ts", ambient)], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      types: ["node"],
      skipLibCheck: true,
    });
    return files.map((file) =>
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map(({ start = 0, messageText, file: source }) => {
          const [place] = /^[\w.]+|^./.exec(source?.text.slice(start) ?? "") ?? [];
          return `${place}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
        }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
