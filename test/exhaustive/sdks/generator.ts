import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findCli } from "../../engine";
import { cacheFolder, makeOnce } from "../../engine/cache";
import { GO_FLAGS, goModule, PINNED, runGo } from "../../engine/obtain";

/** Whether the CLI comes with its language hosts, as Pulumi distributes it. */
export async function hasLanguageHosts(): Promise<boolean> {
  return existsSync(join(dirname((await findCli()).path), "pulumi-language-go"));
}

/** As much of the CLI as makes SDKs. */
const genSdk = `#!/bin/sh
# pulumi package gen-sdk SCHEMA [--local] --language LANGUAGE --out FOLDER
schema=$3
while [ $# -gt 0 ]; do
  case $1 in
    --language) language=$2 ;;
    --out) out=$2 ;;
  esac
  shift
done
exec "\${0%/*}/generate" "$schema" "$language" "$out/$language"
`;

/** Returns a folder with a `pulumi` that makes SDKs: the CLI's, or one of the code that its language hosts consist of. */
export async function generatorFolder(): Promise<string> {
  if (await hasLanguageHosts()) return dirname((await findCli()).path);
  const source = join(__dirname, "generate.go");
  const key = createHash("sha256")
    .update(await readFile(source))
    .update(genSdk)
    .digest("hex");
  const made = join(
    cacheFolder(),
    `generator-${PINNED}-${process.platform}-${process.arch}-${key.slice(0, 12)}`,
  );
  await makeOnce(made, async (temporary) => {
    const module = join(temporary, "module");
    await mkdir(module);
    await writeFile(join(module, "go.mod"), goModule("generator"));
    await cp(source, join(module, "main.go"));
    await runGo(["build", "-mod=mod", ...GO_FLAGS, "-o", join(temporary, "generate"), "."], module);
    await rm(module, { recursive: true });
    await writeFile(join(temporary, "pulumi"), genSdk, { mode: 0o755 });
  });
  return made;
}
