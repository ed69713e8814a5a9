import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

const REPOSITORY = join(__dirname, "..", "..");

/** A program's text, in the one language or the other. */
export type ProgramText = { js: string } | { ts: string };

/**
 * Writes a project of one program. Its node_modules is this repository's: the program, its provider and this package
 * (which is linked in there under its own name, as compiled by `npm run build`) then share one copy of the SDK.
 */
export async function writeProject(folder: string, name: string, program: ProgramText): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Without the option every JavaScript program pays for loading the TypeScript compiler.
  const runtime = { name: "nodejs", options: { typescript: "ts" in program } };
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name, runtime })); // YAML holds all of JSON
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, private: true }));
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"), "dir");
  await writeProgram(folder, program);
}

/** Writes the program of a project, or what replaces it. */
export async function writeProgram(folder: string, program: ProgramText): Promise<void> {
  if ("ts" in program) await writeFile(join(folder, "index.ts"), program.ts);
  else await writeFile(join(folder, "index.js"), program.js);
}
