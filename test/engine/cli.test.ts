import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findCli } from "./cli";
import { cliEnvironment, neutralEnvironment } from "./environment";
import { build, download, PINNED } from "./obtain";
import { run } from "./processes";

let home: string;
let bin: string;
let env: NodeJS.ProcessEnv;
let said: string[];
const say = (line: string) => said.push(line);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "cli-"));
  bin = join(home, "bin");
  await mkdir(bin);
  said = [];
  // What node and sh need of PATH, without a pulumi, go or npx that this machine may have.
  env = { PATH: bin, XDG_CACHE_HOME: join(home, "cache") };
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function writeScript(path: string, ...lines: string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, ["#!/bin/sh", `PATH=/usr/bin:/bin`, ...lines].join("\n"));
  await chmod(path, 0o755);
}

const refuse = (reason: string) => () => Promise.reject(new Error(reason));
const fill = (folder: string) => writeScript(join(folder, "pulumi"), "echo cached");
const neither = { download: refuse("fetch failed"), build: refuse("spawn go ENOENT") };

test("takes the pulumi on PATH where it is new enough", async () => {
  await writeScript(join(bin, "pulumi"), "echo v3.254.0");
  await writeScript(join(bin, "pulumi-language-nodejs"));
  expect(await findCli({ env, say, ways: neither })).toEqual({ path: join(bin, "pulumi"), env: {} });
});

test("where there is none, downloads one; asks once", async () => {
  const ways = { download: fill, build: refuse("not asked") };
  const { path } = await findCli({ env, say, ways });
  expect((await run(path, [])).stdout).toBe("cached\n");
  expect((await findCli({ env, say, ways: neither })).path).toBe(path);
});

test("where it can't be downloaded, builds it; its plugins are its own", async () => {
  const cli = await findCli({ env, say, ways: { ...neither, build: fill } });
  expect((await run(cli.path, [])).stdout).toBe("cached\n");
  expect(cli.env).toMatchObject({ PULUMI_IGNORE_AMBIENT_PLUGINS: "true" });
});

test("a folder of that name on PATH is none", async () => {
  await mkdir(join(bin, "pulumi"));
  await expect(findCli({ env, say, ways: neither })).rejects.toThrow("on PATH: there is none");
});

test.each([
  [["echo v3.253.9"], "is 3.253.9"],
  [["echo v3.300.0"], "comes without pulumi-language-nodejs"],
  [["echo fetch failed >&2", "exit 1"], "does not tell its version"],
])("a pulumi that does %j is passed over", async (lines, reason) => {
  await writeScript(join(bin, "pulumi"), ...lines);
  await expect(findCli({ env, say, ways: neither })).rejects.toThrow(`${join(bin, "pulumi")} ${reason}`);
  expect((await findCli({ env, say, ways: { ...neither, build: fill } })).path).toContain(home);
});

test("where all fails, names the three ways and why each did", async () => {
  await expect(findCli({ env, say, ways: neither })).rejects.toThrow(
    [
      "There is no Pulumi CLI of 3.254.0 or newer to run. Any of these gives one:",
      "- install pulumi, at least 3.254.0, on PATH: there is none",
      "- internet access, for the npm package pulumi to download it: fetch failed",
      "- install Go, at least 1.25.11, to build it: spawn go ENOENT",
    ].join("\n"),
  );
  expect(await readdir(join(home, "cache", "pulumi-logto-sso"))).toEqual([]);
});

test("a machine with neither npx nor go says so", async () => {
  await expect(findCli({ env, say })).rejects.toThrow(/npx ENOENT(.|\n)*go ENOENT/);
});

describe("the npm launcher", () => {
  test("what it downloads becomes the cache's", async () => {
    const versions = `"$PULUMI_HOME/versions/${PINNED}/bin"`;
    await writeScript(
      join(bin, "npx"),
      `mkdir -p ${versions}`,
      `touch ${versions}/pulumi-language-nodejs`,
      `echo "$@" > ${versions}/pulumi`,
    );
    await download(home, { env, say });
    expect((await run("cat", [join(home, "pulumi")])).stdout).toBe(`--yes pulumi@${PINNED} version\n`);
    expect(await readdir(home)).toContain("pulumi-language-nodejs");
  });

  test("its last line is why it failed", async () => {
    await writeScript(join(bin, "npx"), "echo Downloading >&2", "echo 'pulumi: fetch failed' >&2", "exit 1");
    await expect(download(home, { env, say })).rejects.toThrow(/^pulumi: fetch failed$/);
  });
});

test("the build is pinned, and tells that it takes long", async () => {
  await writeScript(join(bin, "go"), 'echo "$@ $GOWORK" >&2', "exit 1");
  await expect(build(home, { env, say })).rejects.toThrow(
    new RegExp(`^build -mod=readonly .*=v${PINNED} .*github.com/pulumi/pulumi/pkg/v3/cmd/pulumi off$`),
  );
  expect(said.join()).toContain("minutes");
});

describe("environment", () => {
  test("what the user has set wins, and is added to", () => {
    const cli = { path: "", env: { PULUMI_SKIP_UPDATE_CHECK: "true" } };
    const result = cliEnvironment(cli, { PULUMI_SKIP_UPDATE_CHECK: "false", NODE_OPTIONS: "--no-warnings" });
    expect(result.PULUMI_SKIP_UPDATE_CHECK).toBe("false");
    expect(result.NODE_OPTIONS).toMatch(/^--no-warnings --require=".*plain-errors.cjs"$/);
  });

  test("tests see nothing of the user's Pulumi, Logto and proxies", () => {
    const inherited = {
      PATH: "/bin",
      PULUMI_ACCESS_TOKEN: "x",
      LOGTO_ENDPOINT: "x",
      HTTPS_PROXY: "x",
      no_proxy: "x",
      FORCE_COLOR: "1",
      NODE_OPTIONS: "--inspect",
    };
    expect(neutralEnvironment(inherited)).toEqual({ PATH: "/bin" });
  });
});
