/** The destination of an import that generates code: a new module, which the program's entry file imports. */
import { lstatSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { declareInCode, moduleSource } from "../codegen/connectorSource";
import { lineBreakOf, withFirstStatement } from "../codegen/insertion";
import { importStatement, type ProgramEntry, sdkName } from "../codegen/programEntry";
import type { Destination, ProjectFile } from "./destination";
import type { SecretObject } from "./stackSecrets";

/** @param folder where the new module is created */
export function generatedCode(entry: ProgramEntry, folder: string, secrets: SecretObject): Destination {
  const { language, extension, packageName } = entry;
  const here = (path: string) => relative(process.cwd(), path);
  const moduleOf = ([module]: readonly ProjectFile[]) => here(module?.file ?? folder);
  return {
    frontEnd: packageName === sdkName ? "plugin" : "dynamic",
    secrets,
    target: { file: entry.file, folder },
    namesInUse: () => [],
    refusalOf: () => undefined,
    declare: (connector, taken) => declareInCode(connector, taken, language),
    textOf: (declarations) => moduleSource(declarations, language, secrets.key, packageName),
    filesOf(declarations) {
      const entryText = readFileSync(entry.file, "latin1");
      const source = moduleSource(declarations, language, secrets.key, packageName);
      const content = Buffer.from(source.replaceAll("\n", lineBreakOf(entryText)));
      const file = moduleFile(folder, extension.file, content);
      // Latin-1 keeps every byte of the file, whatever its encoding.
      const statement = Buffer.from(importStatement(entry, file)).toString("latin1");
      const isImported = entryText.split(/\r?\n/).includes(statement);
      const changed = isImported ? entryText : withFirstStatement(entryText, statement);
      return [
        { file, content },
        { file: entry.file, content: Buffer.from(changed, "latin1") },
      ];
    },
    whereabouts: (files) => `The code is in ${moduleOf(files)}, which ${here(entry.file)} imports`,
    advice: (files) =>
      entry.compiled === undefined
        ? `Import ${moduleOf(files)} at the beginning of your program and try again.`
        : `Pulumi runs ${here(entry.compiled)}: build the program and try again.`,
  };
}

/** Returns the first path where there is nothing, or a file that has this content already. */
function moduleFile(folder: string, extension: string, content: Buffer): string {
  for (let number = 1; ; number++) {
    const file = join(folder, `ssoConnectors${number === 1 ? "" : number}${extension}`);
    const status = lstatSync(file, { throwIfNoEntry: false });
    if (status === undefined || (status.isFile() && readFileSync(file).equals(content))) return file;
  }
}
