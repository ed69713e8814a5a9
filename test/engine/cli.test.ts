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
let logged: string[];
const log = (line: string) => logged.push(line);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "cli-"));
  bin = join(home, "bin");
  await mkdir(bin);
  logged = [];
  // A PATH without the pulumi, go or npx that this machine may have.
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

test.each(["v3.254.0", "3.1000.0", "v3.260.0-dev.0+abc123"])(
  "the pulumi on PATH is used: %s",
  async (version) => {
    await writeScript(join(bin, "pulumi"), `echo ${version}`);
    await writeScript(join(bin, "pulumi-language-nodejs"));
    expect(await findCli({ env, log, ways: neither })).toEqual({ path: join(bin, "pulumi"), env: {} });
  },
);

test("without a pulumi on PATH, one is downloaded once and then taken from the cache", async () => {
  const ways = { download: fill, build: refuse("must not be called") };
  const { path } = await findCli({ env, log, ways });
  expect((await run(path, [])).stdout).toBe("cached\n");
  expect((await findCli({ env, log, ways: neither })).path).toBe(path);
});

test("if the download fails, the CLI is built, and it ignores plugins on PATH", async () => {
  const cli = await findCli({ env, log, ways: { ...neither, build: fill } });
  expect((await run(cli.path, [])).stdout).toBe("cached\n");
  expect(cli.env).toMatchObject({ PULUMI_IGNORE_AMBIENT_PLUGINS: "true" });
});

test("a folder named pulumi on PATH is ignored", async () => {
  await mkdir(join(bin, "pulumi"));
  await expect(findCli({ env, log, ways: neither })).rejects.toThrow("on PATH: not found");
});

test.each([
  [["echo v3.253.9"], "is 3.253.9"],
  [["echo v3.99.10"], "is 3.99.10"],
  [["echo v3.999"], "does not print its version"],
  [["echo v3.300.0"], "comes without pulumi-language-nodejs"],
  [["echo fetch failed >&2", "exit 1"], "does not print its version"],
])("a pulumi on PATH that cannot be used is skipped: %j", async (lines, reason) => {
  await writeScript(join(bin, "pulumi"), ...lines);
  await expect(findCli({ env, log, ways: neither })).rejects.toThrow(`${join(bin, "pulumi")} ${reason}`);
  expect((await findCli({ env, log, ways: { ...neither, build: fill } })).path).toContain(home);
});

test("if every way fails, the error lists them and why each failed", async () => {
  await expect(findCli({ env, log, ways: neither })).rejects.toThrow(
    [
      "Found no Pulumi CLI 3.254.0 or newer. Any of these provides one:",
      "- pulumi 3.254.0 or newer on PATH: not found",
      "- internet access, for the npm package pulumi to download it: fetch failed",
      "- Go 1.25.11 or newer, to build it: spawn go ENOENT",
    ].join("\n"),
  );
  expect(await readdir(join(home, "cache", "pulumi-logto-sso"))).toEqual([]);
});

test("on a machine with neither npx nor go, the error says so", async () => {
  await expect(findCli({ env, log })).rejects.toThrow(/npx ENOENT(.|\n)*go ENOENT/);
});

describe("the npm launcher", () => {
  test("its download is moved into the cache", async () => {
    const versions = `"$PULUMI_HOME/versions/${PINNED}/bin"`;
    await writeScript(
      join(bin, "npx"),
      `mkdir -p ${versions}`,
      `touch ${versions}/pulumi-language-nodejs`,
      `echo "$@" > ${versions}/pulumi`,
    );
    await download(home, { env, log });
    expect((await run("cat", [join(home, "pulumi")])).stdout).toBe(`--yes pulumi@${PINNED} version\n`);
    expect(await readdir(home)).toContain("pulumi-language-nodejs");
  });

  test("its last line of output is the reason of a failure", async () => {
    await writeScript(join(bin, "npx"), "echo Downloading >&2", "echo 'pulumi: fetch failed' >&2", "exit 1");
    await expect(download(home, { env, log })).rejects.toThrow(/^pulumi: fetch failed$/);
  });
});

test("the build is of a pinned version, and announces that it takes minutes", async () => {
  await writeScript(join(bin, "go"), 'echo "$@ $GOWORK" >&2', "exit 1");
  await expect(build(home, { env, log })).rejects.toThrow(
    new RegExp(`^build .*-mod=mod .*=v${PINNED} .*github.com/pulumi/pulumi/pkg/v3/cmd/pulumi off$`),
  );
  expect(logged.join()).toContain("minutes");
});

describe("environment", () => {
  test("variables that the user has set take precedence, and NODE_OPTIONS is extended", () => {
    const cli = { path: "", env: { PULUMI_SKIP_UPDATE_CHECK: "true" } };
    const result = cliEnvironment(cli, { PULUMI_SKIP_UPDATE_CHECK: "false", NODE_OPTIONS: "--no-warnings" });
    expect(result.PULUMI_SKIP_UPDATE_CHECK).toBe("false");
    expect(result.NODE_OPTIONS).toMatch(/^--no-warnings --require=".*preload.cjs"$/);
  });

  test("tests do not see the user's settings of Pulumi, Logto and proxies", () => {
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
