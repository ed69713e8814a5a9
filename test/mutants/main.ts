// npm run mutants: breaks each rule of the package in a copy of the project, and shows which test notices.
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { run } from "../engine";
import { type Mutation, mutations } from "./mutations";

const usage = `Usage: npm run mutants -- [--only TEXT] [--in FOLDER] [--jobs N]

  --only TEXT   only the mutations whose rule or file contains the text
  --in FOLDER   another checkout of the project, to compare its tests with those of this one; mutations of code that it
                does not have are left out
  --jobs N      how many mutations are tested at a time (default: the number of cores)`;

interface Result {
  readonly mutation: Mutation;
  /** The first test that failed; `undefined` if none did. */
  readonly detectedBy: string | undefined;
  readonly seconds: number;
}

/** A test run that takes longer has been made to hang by the mutation, which is a failure as well. */
const maxMinutes = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      in: { type: "string" },
      jobs: { type: "string", default: String(availableParallelism()) },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const project = values.in ?? join(__dirname, "..", "..");
  const chosen: Mutation[] = [];
  for (const mutation of mutations) {
    if (!`${mutation.file} ${mutation.rule}`.includes(values.only)) continue;
    if (await applies(mutation, project)) chosen.push(mutation);
    else if (values.in === undefined)
      throw new Error(`provider/${mutation.file} does not contain this once: ${mutation.from}`);
  }
  const results: Result[] = [];
  const queue = chosen.values();
  const work = async () => {
    const copy = await copyProject(project);
    try {
      for (const mutation of queue) {
        const result = await test(copy, mutation);
        results.push(result);
        print(result);
      }
    } finally {
      await rm(copy, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  const survivors = results.filter(({ detectedBy }) => detectedBy === undefined);
  console.log(`\n${results.length} mutations: ${results.length - survivors.length} detected`);
  for (const { mutation } of survivors) console.log(`✕ not detected: ${mutation.file}: ${mutation.rule}`);
  process.exitCode = survivors.length === 0 ? 0 : 1;
}

/** Copies what Git knows of the project, with links to its dependencies. */
async function copyProject(project: string): Promise<string> {
  const copy = await realpath(await mkdtemp(join(tmpdir(), "mutants-")));
  const files = (
    await command("git", ["ls-files", "--cached", "--others", "--exclude-standard"], project)
  ).split("\n");
  for (const file of files.filter(Boolean)) await cp(join(project, file), join(copy, file));
  // Hard links: TypeScript follows symbolic ones, out of the copy.
  const to = join(copy, "node_modules");
  await command("cp", ["-al", join(project, "node_modules"), to], copy);
  // The package itself, under its own name.
  await rm(join(to, "pulumi-logto-sso"));
  await symlink("..", join(to, "pulumi-logto-sso"));
  await build(copy);
  return copy;
}

async function build(copy: string): Promise<void> {
  // Many mutations break types, which users would not notice.
  await command(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "provider", "--noCheck"], copy);
}

async function command(name: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(name, args, { cwd, env: process.env });
  if (code !== 0) throw new Error(`${name} ${args.join(" ")} exited with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** Whether a project has the code that a mutation changes. */
async function applies({ file, from }: Mutation, project: string): Promise<boolean> {
  const path = join(project, "provider", file);
  return existsSync(path) && (await readFile(path, "utf8")).split(from).length === 2;
}

/** The folder of `test` that most tests of a folder of `provider` are in. */
const nearest: Partial<Record<string, string>> = {
  cli: "command",
  engine: "host",
  plugin: "host",
  program: "pulumi",
};

/** It compiles the package, so that a mutation that breaks types would fail it, which users would not notice. */
const leftOut = "/tables.test.ts";

/** Runs the tests of the mutated file's folder, then the others, the fastest first, until one fails. */
async function test(copy: string, mutation: Mutation): Promise<Result> {
  const begun = performance.now();
  const path = join(copy, "provider", mutation.file);
  const source = await readFile(path, "utf8");
  const [folder = ""] = mutation.file.split("/");
  const stages = [
    `/provider/${folder}/`,
    `/test/${nearest[folder] ?? "provider"}/`,
    "/provider/",
    "/test/(host|command)/",
    "/test/(?!exhaustive/)",
    "/test/exhaustive/",
  ];
  let failure: Failure | undefined;
  try {
    await writeFile(path, source.split(mutation.from).join(mutation.to));
    await build(copy);
    for (const [index, stage] of stages.entries())
      failure ??= await firstFailure(copy, stage, stages.slice(0, index));
  } finally {
    await writeFile(path, source);
  }
  if (failure !== undefined) await assertPasses(copy, failure);
  return { mutation, detectedBy: failure?.title, seconds: (performance.now() - begun) / 1000 };
}

interface Failure {
  readonly file: string;
  readonly title: string;
}

async function firstFailure(
  copy: string,
  pattern: string,
  notIn: readonly string[] = [],
): Promise<Failure | undefined> {
  const flags = [
    // Another flag must follow it: it takes all that does not begin with a dash.
    `--testPathIgnorePatterns=${["/node_modules/", leftOut, ...notIn].join("|")}`,
    "--bail",
    "--silent",
    "--runInBand",
    "--passWithNoTests",
  ];
  const jest = ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", ...flags, pattern];
  const { code, stderr } = await run(process.execPath, jest, {
    cwd: copy,
    env: process.env,
    timeoutSeconds: maxMinutes * 60,
  });
  if (code === 0) return undefined;
  const [, file = pattern] = /^FAIL (\S+)/m.exec(stderr) ?? [];
  const [, title = `the test run ended with ${code}`] = /^ {2}● (.+)$/m.exec(stderr) ?? [];
  return { file, title: `${file}: ${title}` };
}

/** Those of each copy that have passed without a mutation. */
const passed = new Set<string>();

/** A test that fails without the mutation as well has not detected it. */
async function assertPasses(copy: string, { file }: Failure): Promise<void> {
  if (passed.has(join(copy, file))) return;
  await build(copy);
  const failure = await firstFailure(copy, file);
  if (failure !== undefined) throw new Error(`This test fails without a mutation: ${failure.title}`);
  passed.add(join(copy, file));
}

function print({ mutation: { file, rule }, detectedBy, seconds }: Result): void {
  const mark = detectedBy === undefined ? "✕" : "✓";
  console.log(`${mark} ${file}: ${rule} (${seconds.toFixed(0)} s)\n    ${detectedBy ?? "NOT DETECTED"}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
