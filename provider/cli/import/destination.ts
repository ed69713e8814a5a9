/** The destination of an import, where it declares connectors: in a module of the program, in Pulumi.yaml, or in a folder of customers' files. */
import type { Connector } from "../../connector/canonical";
import type { CustomerOrganization } from "../codegen/customerFile";
import type { Declaration, TakenNames } from "../codegen/declaration";
import type { WriteTarget } from "./projectFiles";
import type { Secrets } from "./stackSecrets";

/** A file of the project that the import writes or changes. */
export interface ProjectFile {
  readonly file: string;
  readonly content: Buffer;
}

export interface Destination {
  /** The front end of the program's resources: that of this npm package, or the plugin. */
  readonly frontEnd: "dynamic" | "plugin";
  readonly secrets: Secrets;
  readonly target: WriteTarget;
  /** Returns names that new resources cannot have, besides those in the stack and in the program. */
  readonly namesInUse: () => readonly string[];
  /** Returns why a connector cannot be declared here, although a program could declare it. */
  readonly refusalOf: (connector: Connector) => string | undefined;
  /** @param organization of the customer; only a customer's file has it */
  readonly declare: (
    connector: Connector,
    taken: TakenNames,
    organization?: CustomerOrganization,
  ) => Declaration;
  /** Returns what `--dry-run` prints. */
  readonly textOf: (declarations: readonly Declaration[]) => string;
  /** Returns the files in the order in which they are written: what refers to another comes after it. */
  readonly filesOf: (declarations: readonly Declaration[]) => readonly ProjectFile[];
  /** Says where the declarations are, such as `The code is in ssoConnectors.ts, which index.ts imports`. */
  readonly whereabouts: (files: readonly ProjectFile[]) => string;
  /** Says what to do if the program does not declare what was written. */
  readonly advice: (files: readonly ProjectFile[]) => string;
  /** Says what to do about errors of the program with the declarations, if that is known. */
  readonly adviceOn?: (errors: string) => string | undefined;
}
