/**
 * The language of the program, which the engine does not tell. It starts the process in the folder of the program (Pulumi:
 * sdk/go/common/resource/plugin/provider_plugin.go), at or below that of Pulumi.yaml.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CheckFailure } from "../engine/calls";
import { inLanguage, languageOf, otherSpelling, type ProgramLanguage } from "../engine/programLanguage";

/** Returns a message as users of the program's language read it. */
export async function inProgramLanguage(text: string): Promise<string> {
  return inLanguage(await programLanguage(), text);
}

/** Adds how the program writes the key, where the engine shows it as in the schema. */
export async function failureInProgramLanguage({ property, reason }: CheckFailure): Promise<CheckFailure> {
  const language = await programLanguage();
  const spelling = otherSpelling(language, property);
  const written = inLanguage(language, reason);
  return {
    property,
    reason: spelling === undefined ? written : `${written} (\`${spelling}\` in the program)`,
  };
}

let found: Promise<ProgramLanguage> | undefined;

function programLanguage(): Promise<ProgramLanguage> {
  return (found ??= runtimeOf(process.cwd()).then(languageOf));
}

/** Returns the `runtime` of the project that a folder belongs to; `undefined` if there is none or it can't be read. */
async function runtimeOf(folder: string): Promise<string | undefined> {
  for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    const text = textOf(join(folder, name));
    if (text === undefined) continue;
    // Loaded for messages only.
    const { parseDocument } = await import("yaml");
    const document = parseDocument(text);
    const runtime = document.getIn(["runtime", "name"]) ?? document.get("runtime");
    return typeof runtime === "string" ? runtime : undefined;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : runtimeOf(parent);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
