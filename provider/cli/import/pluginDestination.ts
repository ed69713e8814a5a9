/** The destination of an import into a program in Python or Go: a new file, which the program's main file uses. */
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, parse, relative, resolve } from "node:path";
import { type Declaration, textSecretsProblem } from "../codegen/declaration";
import { goModule } from "../codegen/goModule";
import { lineBreakOf } from "../codegen/insertion";
import type { PluginModule } from "../codegen/pluginModule";
import { pythonModule } from "../codegen/pythonModule";
import { CommandError } from "../io/commandError";
import { findUp } from "../io/files";
import type { Project } from "../stack/project";
import type { Destination, ProjectFile } from "./destination";
import type { Secrets } from "./stackSecrets";

const languages = { python: pythonModule, go: goModule } as const;

/** @param project the folder of the project */
export function pluginProgram(
  project: string,
  { main }: Project,
  runtime: keyof typeof languages,
  secrets: Secrets,
): Destination {
  const language = languages[runtime];
  const entry = entryOf(resolve(project, main ?? "."), language);
  const folder = dirname(entry);
  const firstModule = "sso_connectors";
  const isEdited = language.withUse(read(entry), firstModule) !== undefined;
  const here = (file: string) => relative(process.cwd(), file);
  const moduleOf = ([first]: readonly ProjectFile[]) => first?.file ?? join(folder, firstModule);
  const newModule = (declarations: readonly Declaration[], text: string) => {
    for (let number = 1; ; number++) {
      const module = number === 1 ? firstModule : `${firstModule}${number}`;
      const source = language.source(declarations, module);
      const file = join(folder, module + language.extension);
      const content = Buffer.from(source.replaceAll("\n", lineBreakOf(text)));
      if (isFree(file, content, (other) => language.isDeclaredIn(other, module))) {
        return { module, source, file, content };
      }
    }
  };
  return {
    frontEnd: "plugin",
    secrets,
    target: { file: isEdited ? entry : undefined, folder },
    namesInUse: () => [],
    refusalOf: textSecretsProblem,
    declare: language.declare,
    // A terminal would be shown an escape in place of a tab.
    textOf: (declarations) => newModule(declarations, read(entry)).source.replaceAll("\t", "    "),
    filesOf(declarations) {
      const text = read(entry);
      const { module, file, content } = newModule(declarations, text);
      const used = language.withUse(text, module);
      return [
        { file, content },
        ...dependenciesWithSdk(folder, language),
        ...(used === undefined ? [] : [{ file: entry, content: Buffer.from(used, "latin1") }]),
      ];
    },
    whereabouts: (files) =>
      `The code is in ${here(moduleOf(files))}${isEdited ? `, which ${here(entry)} uses` : ""}`,
    advice: (files) =>
      `Put \`${language.use(parse(moduleOf(files)).name)}\` where the program runs it, or build the program if Pulumi runs ` +
      "a binary of it, and run the same command again.",
    adviceOn: (errors) =>
      language.missingSdk.test(errors)
        ? "The program lacks the SDK of the plugin. Add it with `pulumi package add` (docs/languages.md), and run the same command again."
        : undefined,
  };
}

/** The file of the program's dependencies, if it lacks the SDK. */
function dependenciesWithSdk(folder: string, { dependencies }: PluginModule): ProjectFile[] {
  const file = dependencies && findUp(folder, [dependencies.file]);
  if (file === undefined) return [];
  const text = read(file);
  const changed = dependencies?.withSdk(text) ?? text;
  return changed === text ? [] : [{ file, content: Buffer.from(changed, "latin1") }];
}

/** Latin-1 keeps every byte of a file, whatever its encoding. */
function read(file: string): string {
  return readFileSync(file, "latin1");
}

/** @throws CommandError if no file of the program can use a module */
function entryOf(program: string, { extension, isEntry }: PluginModule): string {
  const status = statSync(program, { throwIfNoEntry: false });
  if (status?.isFile() === true) return program;
  const files = status === undefined ? [] : readdirSync(program).sort();
  const entry = files
    .filter((name) => name.endsWith(extension))
    .find((name) => isEntry(name, read(join(program, name))));
  if (entry !== undefined) return join(program, entry);
  throw new CommandError(
    `Could not find the program's main file in ${program}, which must use the connectors: \`main\` in Pulumi.yaml names the ` +
      "folder. With --yaml --dry-run, this command prints the resources in YAML.",
  );
}

/** Whether a module can be written, or is there already, as an interrupted import leaves it. */
function isFree(file: string, content: Buffer, isDeclaredIn: (text: string) => boolean): boolean {
  const status = lstatSync(file, { throwIfNoEntry: false });
  if (status !== undefined) return status.isFile() && readFileSync(file).equals(content);
  const { dir, name, ext } = parse(file);
  const siblings = readdirSync(dir);
  // Python prefers a package of the name.
  if (siblings.includes(name)) return false;
  return !siblings
    .filter((sibling) => sibling.endsWith(ext))
    .some((one) => isDeclaredIn(read(join(dir, one))));
}
