/** A copy of the example `customers`, without its customers. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";

const repository = join(__dirname, "..");

export interface CustomersProject {
  readonly folder: string;
  /** The folder of the customers' files. */
  readonly customers: string;
  /** Writes the file of a customer. */
  write(name: string, text: string): void;
  remove(): void;
}

/** @param language JavaScript starts faster */
export function customersProject(language: "ts" | "js" = "ts"): CustomersProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "customers-")));
  const customers = join(folder, "customers");
  cpSync(join(repository, "examples", "customers"), folder, { recursive: true });
  rmSync(customers, { recursive: true });
  mkdirSync(customers);
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "dir");
  if (language === "js") toJavaScript(folder);
  return {
    folder,
    customers,
    write: (name, text) => {
      writeFileSync(join(customers, name), text);
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

function toJavaScript(folder: string): void {
  const compilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
  };
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    const source = readFileSync(join(folder, file), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    writeFileSync(join(folder, file.replace(".ts", ".js")), outputText);
    rmSync(join(folder, file));
  }
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  writeFileSync(join(folder, "package.json"), manifest.replace("index.ts", "index.js"));
  const project = {
    name: "logto-sso-customers",
    runtime: { name: "nodejs", options: { typescript: false } },
  };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
}
