/** The project around the working directory, as its Pulumi.yaml describes it. It loads YAML, which few commands need. */
import { CommandError } from "../io/commandError";
import { readText } from "../io/files";
import { parseMapping } from "../io/yamlDocument";
import { requireProjectFile } from "./workspace";

export interface Project {
  readonly name: string;
  readonly main: string | undefined;
  readonly runtime: string;
  /** The compiler that makes YAML of the program, if any does. */
  readonly compiler: string | undefined;
}

/** @throws CommandError if the project's file can't be read */
export function readProject(): Project {
  const file = requireProjectFile();
  const document = parseMapping(readText(file, "the project"));
  const reject = (problem: string) => {
    throw new CommandError(`${file} ${problem}. Correct it, and run the same command again.`);
  };
  if (typeof document === "string") return reject(document);
  const textAt = (...path: string[]) => {
    const value = document.getIn(path);
    return typeof value === "string" ? value : undefined;
  };
  const name = textAt("name") ?? reject("has no `name`");
  const runtime = textAt("runtime") ?? textAt("runtime", "name") ?? reject("has no `runtime`");
  return { name, main: textAt("main"), runtime, compiler: textAt("runtime", "options", "compiler") };
}
