/** Plugins in the folder where `pulumi plugin install` puts them: this package's, and the language host of YAML programs. */
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { version } from "../../package.json";
import { cacheFolder, makeOnce } from "./cache";
import { type Cli, fileOf } from "./cli";
import { GO_FLAGS, runGo } from "./obtain";

const repository = join(__dirname, "..", "..");

/** Installs this package's plugin, compiled by `npm run build`. */
export async function installPlugin(pulumiHome: string): Promise<void> {
  const folder = await pluginFolder(pulumiHome, `resource-logto-v${version}`);
  const main = join(repository, "dist", "plugin", "main.js");
  const [name, script] =
    process.platform === "win32"
      ? ["pulumi-resource-logto.cmd", `@"${process.execPath}" "${main}" %*\r\n`]
      : ["pulumi-resource-logto", `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`];
  await writeFile(join(folder, name), script, { mode: 0o755 });
}

const yamlHost = { name: "pulumi-language-yaml", version: "1.25.0" };

/** Makes the language host of YAML programs known to a CLI that does not come with it. */
export async function installYamlHost(cli: Cli, pulumiHome: string): Promise<void> {
  const { name, version: hostVersion } = yamlHost;
  if (existsSync(join(dirname(cli.path), fileOf(name)))) return;
  const made = join(cacheFolder(), `yaml-${hostVersion}-${process.platform}-${process.arch}`);
  await makeOnce(made, async (temporary) => {
    process.stderr.write(`Building ${name} from its Go module. This takes some minutes, once.\n`);
    const main = `github.com/pulumi/pulumi-yaml/cmd/${name}@v${hostVersion}`;
    const env = { ...process.env, GOBIN: temporary };
    await runGo(["install", ...GO_FLAGS, "-ldflags", "-s -w", main], temporary, env);
  });
  const installed = await pluginFolder(pulumiHome, `language-yaml-v${hostVersion}`);
  await symlink(join(made, name), join(installed, name));
}

async function pluginFolder(pulumiHome: string, name: string): Promise<string> {
  const folder = join(pulumiHome, "plugins", name);
  await mkdir(folder, { recursive: true });
  return folder;
}
