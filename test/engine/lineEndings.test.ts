/** The scripts that the CLI starts, in a checkout with Windows line endings. */
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheKey, copyHosts } from "./obtain";
import { run } from "./processes";

const repository = join(__dirname, "..", "..");
const hosts = join(__dirname, "host");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "checkout-"));
});
afterEach(() => rm(folder, { recursive: true }));

const contentsOf = async (path: string) =>
  Promise.all((await readdir(path)).map((name) => readFile(join(path, name), "utf8")));

test("a clone made with core.autocrlf=true has scripts without carriage returns", async () => {
  const origin = join(folder, "origin");
  await cp(hosts, join(origin, "host"), { recursive: true });
  await cp(join(repository, ".gitattributes"), join(origin, ".gitattributes"));
  const git = async (...args: string[]) => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    const { code, stderr } = await run("git", [...identity, ...args], { cwd: origin, env: process.env });
    if (code !== 0) throw new Error(stderr);
  };
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "Scripts");
  await git("-c", "core.autocrlf=true", "clone", "--quiet", ".", join(folder, "clone"));
  expect(await contentsOf(join(folder, "clone", "host"))).toEqual(await contentsOf(hosts));
});

test("a checkout with carriage returns uses the same cached CLI, and its language host starts", async () => {
  const [crlf, made] = [await mkdtemp(join(folder, "crlf-")), await mkdtemp(join(folder, "made-"))];
  for (const name of await readdir(hosts)) {
    const text = await readFile(join(hosts, name), "utf8");
    await writeFile(join(crlf, name), text.replaceAll("\n", "\r\n"));
  }
  expect(await cacheKey([crlf])).toBe(await cacheKey([hosts]));
  await copyHosts(made, crlf);
  expect(await contentsOf(made)).toEqual(await contentsOf(hosts));
  for (const name of await readdir(made)) expect((await stat(join(made, name))).mode & 0o111).toBe(0o111);
  const { stderr } = await run(join(made, "pulumi-language-nodejs"), [], { cwd: folder, env: process.env });
  expect(stderr).toContain("The Pulumi SDK is not installed");
});
