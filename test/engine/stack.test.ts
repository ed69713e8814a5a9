import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, realpath, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findCli } from "./cli";
import { createStack } from "./stack";
import type { Stack, StackOptions } from "./stack";

beforeAll(() => findCli(), 600_000); // takes minutes the first time

const stacks: Stack[] = [];
async function create(options: StackOptions): Promise<Stack> {
  const stack = await createStack(options);
  stacks.push(stack);
  return stack;
}
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.dispose();
});

/** The code of a dynamic provider, which is constant as in this package. */
const provider = `exports.handler = () => ({
  async check(olds, news) { return { inputs: news }; },
  async create(inputs) {
    if (inputs.hangs) { console.log("create hangs"); setInterval(() => {}, 1000); return new Promise(() => {}); }
    return { id: "made", outs: { ...inputs, sdk: require.resolve("@pulumi/pulumi") } };
  },
});`;

const js = `
const pulumi = require("@pulumi/pulumi");
class Thing extends pulumi.CustomResource {
  constructor(name, inputs) {
    super("pulumi-nodejs:dynamic:Thing", name, { sdk: undefined, ...inputs, __provider: ${JSON.stringify(provider)} });
  }
}
const config = new pulumi.Config();
const thing = new Thing("thing", { color: config.get("color"), password: config.getSecret("password"), hangs: config.getBoolean("hangs") });
exports.color = thing.color;
exports.programSdk = require.resolve("@pulumi/pulumi");
exports.providerSdk = thing.sdk;
`;

const ts = `
import * as pulumi from "@pulumi/pulumi";
class Thing extends pulumi.CustomResource {
  declare readonly color: pulumi.Output<string>;
  constructor(name: string, inputs: { color: string }) {
    super("pulumi-nodejs:dynamic:Thing", name, { ...inputs, __provider: ${JSON.stringify(provider)} });
  }
}
export const color: pulumi.Output<string> = new Thing("thing", { color: "green" }).color;
`;

const throws = 'throw new Error("no such color");';

test("a JavaScript program is deployed, updated, refreshed and destroyed", async () => {
  const stack = await create({
    program: { js },
    config: { color: "red", password: { secret: "open sesame" } },
  });
  const created = await stack.up();
  expect(created.stdout).toContain("+ 2 created");
  expect(created.stdout + created.stderr).not.toMatch(/warning|\u001b/);

  const { color, programSdk, providerSdk } = await stack.outputs();
  expect(color).toBe("red");
  expect(providerSdk).toBe(programSdk);

  const state = stack.export();
  const thing = state.deployment.resources?.find(({ id }) => id === "made");
  expect(thing?.type).toBe("pulumi-nodejs:dynamic:Thing");
  expect(JSON.stringify(state)).not.toContain("open sesame");

  await stack.setConfig({ color: "blue" });
  expect((await stack.preview(["--diff"])).stdout).toMatch(/color +: "red" => "blue"/);
  await stack.removeConfig("password");
  expect((await stack.refresh(["--preview-only", "--expect-no-changes"])).stdout).toContain("2 unchanged");
  expect((await stack.destroy()).stdout).toContain("- 2 deleted");
});

test.each([
  ["JavaScript", { js: throws }, { js: 'exports.color = "green";' }],
  ["TypeScript", { ts: throws }, { ts }],
])(
  "an error that a %s program throws is shown, and another program can take its place",
  async (_, program, next) => {
    const stack = await create({ program });
    // Without preload.cjs, the process would run out of memory instead.
    await expect(stack.up()).rejects.toThrow(
      /^pulumi up .*exited with code \d+\n(.|\n)*failed with an unhandled exception:\n +Error: no such color\n +at .*index\.[jt]s:1/,
    );
    await stack.writeProgram(next);
    await stack.up();
    expect(await stack.outputs()).toEqual({ color: "green" });
  },
);

test("a program that exits with a code other than 0 fails", async () => {
  const stack = await create({ program: { js: "process.exit(3)" } });
  const { code, stdout } = await stack.up([], { mayFail: true });
  expect(code).toBeGreaterThan(0);
  expect(stdout).toContain("Program exited with non-zero exit code: 3");
});

test("a project may have its program and the SDK in a subfolder", async () => {
  const outer = await create({ program: { js: "" } });
  const folder = outer.folder;
  await mkdir(join(folder, "program"));
  for (const name of ["package.json", "node_modules"])
    await rename(join(folder, name), join(folder, "program", name));
  await writeFile(join(folder, "program", "index.js"), `exports.here = process.cwd(); ${js}`);
  await writeFile(
    join(folder, "Pulumi.yaml"),
    JSON.stringify({ name: "test", runtime: "nodejs", main: "program" }),
  );

  const stack = await create({ program: { folder }, config: { color: "red" } });
  await stack.up();
  expect(await stack.outputs()).toMatchObject({ here: join(folder, "program"), color: "red" });
  expect(existsSync(join(folder, `Pulumi.${stack.name}.yaml`))).toBe(true);
  await stack.dispose();
  expect(await readdir(folder)).not.toContain(`Pulumi.${stack.name}.yaml`);
});

test("without the SDK in a project, the error says to install it", async () => {
  const stack = await create({ program: { js } });
  await rename(join(stack.folder, "node_modules"), join(stack.folder, "away"));
  const { stdout, stderr } = await stack.up([], { mayFail: true });
  expect(stdout + stderr).toContain("run npm install there");
});

test("dispose ends all processes, also those that a killed CLI left behind", async () => {
  const stack = await create({ program: { js }, config: { hangs: "true" } });
  const { process: cli, result } = stack.start(["up", "--yes", "--skip-preview"]);
  let output = "";
  while (!output.includes("create hangs")) output += String((await once(cli.stdout ?? cli, "data"))[0]);
  const host = stack.processes().filter((pid) => pid !== cli.pid);
  expect(host.length).toBeGreaterThan(0);

  cli.kill("SIGKILL");
  expect((await result).code).toBe(137);
  expect(stack.processes()).not.toEqual([]);
  await stack.dispose();
  expect(stack.processes()).toEqual([]);
  expect(existsSync(stack.folder)).toBe(false);
});

test("a program does not see the user's LOGTO variables", async () => {
  process.env.LOGTO_ENDPOINT = "https://somebody.logto.app";
  try {
    const stack = await create({ program: { js: "exports.seen = process.env.LOGTO_ENDPOINT ?? 'nothing'" } });
    await stack.up();
    expect(await stack.outputs()).toEqual({ seen: "nothing" });
    expect(await realpath(stack.folder)).toBe(stack.folder);
  } finally {
    delete process.env.LOGTO_ENDPOINT;
  }
});

test("a test fails if a secret is printed or written to a file", async () => {
  const leaky = await createStack({ program: { js: 'console.log("canary-shown");' } });
  await expect(leaky.up()).rejects.toThrow("shows a secret");
  await leaky.setConfig({ plain: "canary-written" }).catch(() => undefined);
  await expect(leaky.dispose()).rejects.toThrow("Secrets in plain text");
});
