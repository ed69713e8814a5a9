// npm run examples: converts the programs of test/docs/examples, which are in YAML, to all other languages, with Pulumi's own code.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../engine";
import { cacheFolder, makeOnce } from "../engine/cache";
import { GO_FLAGS, OLDEST_GO, runGo } from "../engine/obtain";
import { pluginSchema } from "../../provider/plugin/schema";

const folder = join(__dirname, "examples");
export const convertedFile = join(folder, "converted.json");
const converter = join(folder, "convert.go");

/** Versions that compile together. Later ones of `pkg` lack the code for C#, which has moved into a module of its own. */
export const GO_MODULE = `module convert

go ${OLDEST_GO}

require (
	github.com/pulumi/pulumi-java/pkg v1.12.0
	github.com/pulumi/pulumi-yaml v1.25.0
	github.com/pulumi/pulumi/pkg/v3 v3.206.0
)
`;

export const languages = ["typescript", "python", "go", "csharp", "java", "yaml"] as const;
export type Language = (typeof languages)[number];

export interface Example {
  readonly title: string;
  readonly programs: Readonly<Record<Language, string>>;
}

/** The names of the examples: those of the resources that they are of. */
export const exampleNames = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(".yaml", ""))
  .sort();

/** Returns the example of a resource. Its title is the comment in the first line of its source. */
export function exampleOf(name: string): Example {
  const [title = "", ...lines] = readFileSync(join(folder, `${name}.yaml`), "utf8").split("\n");
  const converted = JSON.parse(readFileSync(convertedFile, "utf8")) as Record<string, Example["programs"]>;
  const programs = { ...converted[name], yaml: lines.join("\n") } as Example["programs"];
  return { title: title.replace("# ", ""), programs };
}

/** Returns the contents of {@link convertedFile}, made anew. This needs Go. */
export async function convertedText(): Promise<string> {
  const text = readFileSync(converter);
  const key = createHash("sha256").update(GO_MODULE).update(text).digest("hex").slice(0, 12);
  const made = join(cacheFolder(), `convert-${key}`);
  await makeOnce(made, async (temporary) => {
    process.stderr.write("Building the converter from its Go modules. This takes some minutes, once.\n");
    await writeFile(join(temporary, "go.mod"), GO_MODULE);
    await copyFile(converter, join(temporary, "main.go"));
    await runGo(["build", ...GO_FLAGS, "-mod=mod", "-o", "convert", "."], temporary);
  });
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-logto-sso-examples-"));
  try {
    const schema = join(scratch, "schema.json");
    writeFileSync(schema, JSON.stringify(pluginSchema()));
    const sources = exampleNames.map((name) => `${name}.yaml`);
    const { code, stdout, stderr } = await run(join(made, "convert"), [schema, ...sources], { cwd: folder });
    if (code !== 0) throw new Error(stderr);
    const programs = Object.entries(JSON.parse(stdout) as Record<string, unknown>);
    const byName = Object.fromEntries(
      programs.map(([file, converted]) => [file.replace(".yaml", ""), converted]),
    );
    return `${JSON.stringify(byName, undefined, 2)}\n`;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (require.main === module) {
  void convertedText().then((text) => {
    writeFileSync(convertedFile, text);
  });
}
