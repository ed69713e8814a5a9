import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

const REPOSITORY = join(__dirname, "..", "..");

/** The source of a program, in JavaScript or TypeScript. */
export type ProgramSource = { js: string } | { ts: string };

/**
 * Writes a project with one program. Its node_modules is a link to this repository's, which contains this package, compiled
 * by `npm run build`, under its own name. So the program, its provider and this package share one copy of the SDK.
 */
export async function writeProject(folder: string, name: string, program: ProgramSource): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Without the option, the TypeScript compiler is loaded for JavaScript programs as well.
  const runtime = { name: "nodejs", options: { typescript: "ts" in program } };
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name, runtime })); // JSON is valid YAML
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, private: true }));
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"), "dir");
  await writeProgram(folder, program);
}

/** Writes or replaces the program of a project. */
export async function writeProgram(folder: string, program: ProgramSource): Promise<void> {
  if ("ts" in program) await writeFile(join(folder, "index.ts"), program.ts);
  else await writeFile(join(folder, "index.js"), program.js);
}
