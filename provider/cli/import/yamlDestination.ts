/** The destination of an import into a YAML program: the file that Pulumi reads, with more resources. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { declareInYaml, namesIn, programProblem, refusalOf, withDeclarations } from "../codegen/yamlProgram";
import { CommandError } from "../io/commandError";
import type { Project } from "../stack/project";
import type { Destination } from "./destination";
import { separateSecrets } from "./stackSecrets";

/**
 * @param folder the folder of the project
 * @param isWritten whether the file is changed; otherwise, the program may be in any language
 */
export function yamlProgram(
  folder: string,
  project: Project,
  config: ReadonlyMap<string, string>,
  isWritten: boolean,
): Destination {
  const file = project.runtime === "yaml" ? yamlFile(folder, project) : undefined;
  if (file === undefined && isWritten) {
    throw new CommandError(
      `The program is not in YAML that Pulumi reads itself. Run the same command with --yaml --dry-run, which prints the ` +
        `resources, and declare them in the program.`,
    );
  }
  const text = file === undefined ? "" : readFileSync(file, "utf8");
  const problem = programProblem(text);
  if (problem !== undefined && isWritten)
    throw new CommandError(
      `${file ?? "The program"} ${problem}. Correct it, and run the same command again.`,
    );
  const { values, add } = separateSecrets(config, project.name);
  const names = namesIn(text, ["config", "configuration", "resources", "variables"]);
  const here = file === undefined ? "" : relative(process.cwd(), file);
  return {
    frontEnd: "plugin",
    // Config, resources and variables must differ in their names.
    secrets: { values: new Map([...names.map((name) => [name, undefined] as const), ...values]), add },
    target: { file, folder: file === undefined ? folder : dirname(file) },
    namesInUse: () => ["pulumi", ...values.keys(), ...names],
    refusalOf,
    declare: declareInYaml,
    textOf: (declarations) => withDeclarations("", declarations),
    filesOf(declarations) {
      const content = Buffer.from(withDeclarations(text, declarations));
      return file === undefined ? [] : [{ file, content }];
    },
    whereabouts: () => `The resources are in ${here}`,
    advice: () => `Declare them where Pulumi reads them and try again.`,
  };
}

/** Finds the program as Pulumi does. JSON, and what a compiler makes YAML of, is left to the user. */
function yamlFile(folder: string, { main, compiler }: Project): string | undefined {
  const program = resolve(folder, main ?? ".");
  const [first] = ["Main.json", "Main.yaml", "Pulumi.yaml"]
    .map((name) => join(program, name))
    .filter((file) => existsSync(file));
  if (first === undefined || first.endsWith(".json") || compiler !== undefined) return undefined;
  return first;
}
