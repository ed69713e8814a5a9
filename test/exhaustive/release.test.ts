/** `.ci/release` in a copy of the repository: what it makes is complete, and its checksums and bills of materials are true. */
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { version } from "../../package.json";
import { run } from "../engine";
import { GO_FLAGS } from "../engine/obtain";
import schema from "../../provider/plugin/schema.json";
import { generatorFolder } from "./sdks/generator";

jest.setTimeout(600_000);

const repository = join(__dirname, "..", "..");
let clone: string;
beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), "pulumi-logto-sso-release-"));
  const listed = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
  });
  for (const path of listed.stdout.trim().split("\n")) {
    mkdirSync(join(clone, dirname(path)), { recursive: true });
    cpSync(join(repository, path), join(clone, path));
  }
  symlinkSync(join(repository, "node_modules"), join(clone, "node_modules"));
});
afterAll(() => {
  rmSync(clone, { recursive: true });
});

test("the package and the plugin are made, with what they are made of, and the checksums of all", async () => {
  // As the jobs of the platforms have made them.
  const executables = join(clone, "executables");
  const executable = `pulumi-resource-logto-v${version}-linux-amd64.tar.gz`;
  mkdirSync(executables);
  writeFileSync(join(executables, executable), "an executable");
  const PATH = [await generatorFolder(), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH };
  const made = await run(".ci/release", ["executables"], { cwd: clone, env, timeoutSeconds: 400 });
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const release = join(clone, "release");
  const files = readdirSync(release).filter((name) => name !== "SHA256SUMS");
  const [library, plugin] = [`pulumi-logto-sso-${version}`, `pulumi-resource-logto-v${version}-node`];
  expect(files.sort()).toEqual(
    [
      ...[`${library}.tgz`, `${library}.cdx.json`, `${plugin}.cdx.json`, `${plugin}.tar.gz`],
      ...[executable, `pulumi-logto-go-v${version}.tar.gz`],
      ...[`pulumi_logto-${version}.tar.gz`, `pulumi_logto-${version}-py3-none-any.whl`],
    ].sort(),
  );
  const sums = files.map((name) => `${sha256(join(release, name))}  ${name}\n`);
  expect(readFileSync(join(release, "SHA256SUMS"), "utf8")).toBe(sums.join(""));

  const packed = await run("tar", ["-xOf", join(release, `${library}.tgz`), "package/package.json"]);
  expect(JSON.parse(packed.stdout)).toMatchObject({ version });
  const { metadata, components } = materials(join(release, `${library}.cdx.json`));
  expect(metadata.component).toMatchObject({ name: "pulumi-logto-sso", version });
  const { stdout } = await run("npm", ["ls", "--omit=dev", "--all", "--parseable"], { cwd: repository });
  const installed = stdout.trim().split("\n").slice(1);
  expect(components.map(({ name }) => name).sort()).toEqual(
    installed.map((path) => path.replace(/^.*node_modules\//, "")).sort(),
  );
});

test("the Python package can be installed from either file, and names the plugin of its version", async () => {
  const prints = `
import importlib.metadata as metadata, importlib.resources as resources, json, pulumi_logto
plugin = json.loads(resources.files("pulumi_logto").joinpath("pulumi-plugin.json").read_text())
print(metadata.version("pulumi-logto"), plugin["version"], plugin["server"], pulumi_logto.SsoConnector.__name__)`;
  for (const file of [`pulumi_logto-${version}-py3-none-any.whl`, `pulumi_logto-${version}.tar.gz`]) {
    const venv = mkdtempSync(join(clone, "venv-"));
    await succeed("python3", ["-m", "venv", venv], clone);
    const python = join(venv, "bin", "python");
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await succeed(python, [...install, join(clone, "release", file)], clone);
    expect(await succeed(python, ["-c", prints], clone)).toBe(
      `${version} ${version} github://api.github.com/OWNER/pulumi-logto SsoConnector`,
    );
  }
});

test("the Go module builds in a program, whose import is the path that the schema names", async () => {
  await succeed("tar", ["-xzf", join("release", `pulumi-logto-go-v${version}.tar.gz`)], clone);
  const sdk = join(clone, schema.language.go.importBasePath.split("/").slice(3).join("/"));
  expect(readFileSync(join(sdk, "go.mod"), "utf8")).toMatch(`module ${schema.language.go.importBasePath}\n`);
  expect(readdirSync(sdk)).toEqual(expect.arrayContaining(["LICENSE", "go.sum", "pulumi-plugin.json"]));
  const project = join(clone, "examples", "go");
  const env = {
    ...process.env,
    CGO_ENABLED: "0",
    GOWORK: "off",
    GOFLAGS: [...GO_FLAGS, "-mod=mod"].join(" "),
  };
  const replacement = `${schema.language.go.importBasePath}=${sdk}`;
  await succeed("go", ["mod", "edit", "-replace", replacement], project, env);
  await succeed("go", ["mod", "tidy"], project, env);
  await succeed("go", ["build", "-o", "program", "."], project, env);
});

/** Fails with what the command printed if it fails. */
async function succeed(command: string, args: readonly string[], cwd: string, env = process.env) {
  const { code, stdout, stderr } = await run(command, args, { cwd, env });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
  return stdout.trim();
}

const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

function materials(file: string) {
  return JSON.parse(readFileSync(file, "utf8")) as {
    metadata: { component: object };
    components: { name: string }[];
  };
}
