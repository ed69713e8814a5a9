import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

const REPOSITORY = join(__dirname, "..", "..");

/** The source of a program, in JavaScript or TypeScript; or what a YAML program consists of, such as `resources`. */
export type ProgramSource = { js: string } | { ts: string } | { yaml: object };

/**
 * Writes a project with one program. Its node_modules is a link to this repository's, which contains this package, compiled
 * by `npm run build`, under its own name. So the program, its provider and this package share one copy of the SDK.
 */
export async function writeProject(folder: string, name: string, program: ProgramSource): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ("yaml" in program) {
    await writeYaml(folder, { name, runtime: "yaml", ...program.yaml });
    return;
  }
  // Without the option, the TypeScript compiler is loaded for JavaScript programs as well.
  const runtime = { name: "nodejs", options: { typescript: "ts" in program } };
  await writeYaml(folder, { name, runtime });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, private: true }));
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"), "junction");
  await writeProgram(folder, program);
}

/** Writes or replaces the program of a project. */
export async function writeProgram(folder: string, program: ProgramSource): Promise<void> {
  if ("yaml" in program) {
    const { name } = JSON.parse(await readFile(join(folder, "Pulumi.yaml"), "utf8")) as { name: string };
    await writeYaml(folder, { name, runtime: "yaml", ...program.yaml });
  } else if ("ts" in program) await writeFile(join(folder, "index.ts"), program.ts);
  else await writeFile(join(folder, "index.js"), program.js);
}

/** JSON is valid YAML. */
function writeYaml(folder: string, project: object): Promise<void> {
  return writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
}
