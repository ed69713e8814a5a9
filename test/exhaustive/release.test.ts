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
import { dirname, join } from "node:path";
import { version } from "../../package.json";
import { run } from "../engine";

jest.setTimeout(240_000);

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
  const made = await run(".ci/release", ["executables"], { cwd: clone });
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const release = join(clone, "release");
  const files = readdirSync(release).filter((name) => name !== "SHA256SUMS");
  const [library, plugin] = [`pulumi-logto-sso-${version}`, `pulumi-resource-logto-v${version}-node`];
  expect(files.sort()).toEqual(
    [
      ...[`${library}.tgz`, `${library}.cdx.json`, `${plugin}.cdx.json`, `${plugin}.tar.gz`],
      executable,
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

const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

function materials(file: string) {
  return JSON.parse(readFileSync(file, "utf8")) as {
    metadata: { component: object };
    components: { name: string }[];
  };
}
