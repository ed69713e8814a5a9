import { basename, join } from "node:path";
import { cacheFolder, makeOnce } from "./cache";
import { cacheKey } from "./obtain";
import { run } from "./processes";

interface GoProgram {
  readonly name: string;
  /** The folder of the Go module, whose go.mod and go.sum pin all that the program is made of. */
  readonly module: string;
  /** The package of the program. Default: that of the folder. */
  readonly package?: string;
}

/** Returns the path of a program that is built from a Go module, once. */
export async function goProgram({ name, module, package: main = "." }: GoProgram): Promise<string> {
  const folder = join(cacheFolder(), `${basename(module)}-${await cacheKey([module])}`);
  await makeOnce(folder, async (temporary) => {
    process.stderr.write(`Building ${name} from its Go module. This takes some minutes, once.\n`);
    const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];
    const env = { ...process.env, GOWORK: "off", CGO_ENABLED: "0" };
    const args = ["build", ...flags, "-o", join(temporary, name), main];
    const { code, stderr } = await run("go", args, { cwd: module, env });
    if (code !== 0) throw new Error(`go build of ${name} ended with code ${code}\n${stderr}`);
  });
  return join(folder, name);
}
