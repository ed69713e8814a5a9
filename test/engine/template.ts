import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { cacheFolder, makeOnce } from "./cache";
import type { Cli } from "./cli";
import { cliEnvironment, neutralEnvironment } from "./environment";
import { run } from "./processes";
import { SECRETS_PROVIDER, startVault } from "./vault";

/** Stack config by `namespace:key`; a key without a namespace belongs to the project. */
export type Config = Record<string, string | Secret>;

/** The config that a stack begins with, which may have objects: their keys are values of any form. */
export type InitialConfig = Record<string, string | Secret | { object: object }>;

interface Secret {
  readonly secret: string;
}

/** Secrets that most tests use. Others are encrypted by the CLI, stack by stack. */
const SECRETS = ["canary-m2m", "canary-config"];

interface NewStack {
  readonly cli: Cli;
  readonly backend: string;
  /** The folder of Pulumi.yaml. */
  readonly folder: string;
  readonly name: string;
  readonly config: InitialConfig;
}

interface Template {
  readonly secretsprovider: string;
  /** The data key, encrypted by the secrets provider. */
  readonly encryptedkey: string;
  /** The encrypted value of each of {@link SECRETS}. */
  readonly config: Readonly<Record<string, { readonly secure: string }>>;
}

/**
 * Writes the files that `pulumi stack init` and `pulumi config set` write, which take 0.6 s of CPU time for each stack. They are
 * copies of those of one stack, which the CLI has made, and so have its data key.
 *
 * @returns the config that is left to be set: secrets that the template does not have
 */
export async function writeStack({ cli, backend, folder, name, config }: NewStack): Promise<Config> {
  const template = await templateOf(cli);
  const file = join(template, "state", ".pulumi", "stacks", "template", "template.json");
  const { config: secrets, ...encryption } = parse(
    await readFile(join(template, "Pulumi.template.yaml"), "utf8"),
  ) as Template;
  const project = (parse(await readFile(join(folder, "Pulumi.yaml"), "utf8")) as { name: string }).name;

  const stacks = join(backend, ".pulumi", "stacks", project);
  await mkdir(stacks, { recursive: true });
  await cp(join(template, "state", ".pulumi", "meta.yaml"), join(backend, ".pulumi", "meta.yaml"));
  const state = (await readFile(file, "utf8")).replace(
    '"stack":"organization/template/template"',
    `"stack":"organization/${project}/${name}"`,
  );
  await writeFile(join(stacks, `${name}.json`), state);

  const rest: Config = {};
  const written: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = key.includes(":") ? key : `${project}:${key}`;
    if (typeof value === "string") written[name] = value;
    else if ("object" in value) written[name] = value.object;
    else {
      const encrypted = secrets[`template:${value.secret}`];
      if (encrypted === undefined) rest[key] = value;
      else written[name] = encrypted;
    }
  }
  await writeFile(join(folder, `Pulumi.${name}.yaml`), stringify({ ...encryption, config: written }));
  return rest;
}

/** Returns the URL of a backend in a folder: the CLI takes `C:\` for a host with a port. */
export function backendUrl(folder: string): string {
  return `file://${folder.replaceAll("\\", "/")}`;
}

/** Returns the folder of the template, which is made once per CLI and kept in the cache. */
async function templateOf(cli: Cli): Promise<string> {
  const key = createHash("sha256")
    .update([cli.path, SECRETS_PROVIDER, ...SECRETS].join("\n"))
    .digest("hex")
    .slice(0, 12);
  const folder = join(cacheFolder(), `template-${key}`);
  await makeOnce(folder, async (temporary) => {
    const home = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-template-"));
    const vault = await startVault();
    try {
      await mkdir(join(temporary, "state"));
      await writeFile(join(temporary, "Pulumi.yaml"), "name: template\nruntime: nodejs\n");
      const env = {
        ...cliEnvironment(cli, neutralEnvironment(process.env)),
        PULUMI_HOME: home,
        PULUMI_BACKEND_URL: backendUrl(join(temporary, "state")),
        ...vault.env,
      };
      const flags = SECRETS.flatMap((secret) => ["--secret", `${secret}=${secret}`]);
      for (const args of [
        ["stack", "init", "template", "--secrets-provider", SECRETS_PROVIDER],
        ["config", "set-all", "--stack", "template", ...flags],
      ]) {
        const { code, stdout, stderr } = await run(cli.path, args, { cwd: temporary, env });
        if (code !== 0)
          throw new Error(`pulumi ${args.join(" ")} exited with code ${code}\n${stdout}${stderr}`);
      }
    } finally {
      vault.close();
      await rm(home, { recursive: true, force: true });
    }
  });
  return folder;
}
