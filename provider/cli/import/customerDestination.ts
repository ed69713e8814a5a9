/** The destination of an import that writes a file for each customer, for a program such as the example `customers`. */
import { existsSync, readdirSync } from "node:fs";
import { join, parse, relative } from "node:path";
import { declareCustomer, refusalOf } from "../codegen/customerFile";
import type { Declaration } from "../codegen/declaration";
import { findUp } from "../io/files";
import type { Destination } from "./destination";
import type { Secrets } from "./stackSecrets";

const schemaPath = join("node_modules", "pulumi-logto-sso", "docs", "customer.schema.json");

/** The names of devices on Windows, which no file can have there, whatever its extension. */
const reservedFileNames = [
  ...["con", "prn", "aux", "nul"],
  ...["com", "lpt"].flatMap((name) => Array.from({ length: 10 }, (_, number) => `${name}${number}`)),
];

/**
 * @param folder the folder of the files
 * @param project the folder of the project
 */
export function customerFiles(folder: string, project: string, secrets: Secrets): Destination {
  const schema = findUp(folder, [schemaPath]) ?? join(project, schemaPath);
  const schemaFromFolder = relative(folder, schema).split("\\").join("/");
  const fileOf = ({ resourceName }: Declaration) => join(folder, `${resourceName}.yaml`);
  const here = relative(process.cwd(), folder) || ".";
  return {
    frontEnd: "dynamic",
    secrets,
    target: { folder },
    namesInUse: () => [
      ...reservedFileNames,
      ...(existsSync(folder) ? readdirSync(folder).map((file) => parse(file).name) : []),
    ],
    refusalOf,
    declare: (connector, taken, organization) =>
      declareCustomer(connector, taken, schemaFromFolder, organization),
    textOf: (declarations) =>
      declarations
        .map((declaration) => `--- # ${relative(process.cwd(), fileOf(declaration))}\n${declaration.source}`)
        .join(""),
    filesOf: (declarations) =>
      declarations.map((declaration) => ({
        file: fileOf(declaration),
        content: Buffer.from(declaration.source),
      })),
    whereabouts: () => `The files are in ${here}`,
    advice: () =>
      `Make the program read ${here}, as the example customers does, and try again; or delete the files and their secrets in the stack's config.`,
  };
}
