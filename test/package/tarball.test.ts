/** The tarball by itself: what is in it, and whether tools and package managers take it. */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import type typescript from "typescript";
import { typesVersions } from "../../package.json";
import { run } from "../engine";
import { oldest } from "./versions";

const repository = join(__dirname, "..", "..");
const tooOld = "dist/typescript-is-too-old--npm-install-typescript@5.d.ts";
let folder: string;
let tarball: string;
let files: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-tarball-"));
  // What prepack does has been done: the other tests use dist as well.
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { code, stdout, stderr } = await run("npm", args, { cwd: repository });
  if (code !== 0) throw new Error(stderr);
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  tarball = join(folder, packed.filename);
  files = packed.files.map(({ path }) => path).sort();
});
afterAll(() => rm(folder, { recursive: true }));

test("it holds what is needed, and nothing else", async () => {
  const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
  });
  const pages = stdout.split("\n").filter((path) => /^(docs|examples)\//.test(path));
  const others = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"];
  const built = files.filter((path) => /^dist\/.*\.(js|d\.ts)$/.test(path));
  expect(files).toEqual([...built, ...pages, ...others].sort());
  expect(built).toEqual(expect.arrayContaining(["dist/provider.js", "dist/cli/main.js"]));
});

test("the links of its pages lead to what it holds", () => {
  const dead = files
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      [...readFileSync(join(repository, path), "utf8").matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !/^https?:/.test(target) && !files.includes(join(dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
  expect(dead).toEqual([]);
});

test("its declarations are those that its entries lead to", () => {
  const reached = new Set<string>();
  const follow = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = readFileSync(join(repository, path), "utf8");
    for (const [, one, other] of text.matchAll(/from "(\.[^"]+)"|import\("(\.[^"]+)"\)/g)) {
      follow(`${normalize(join(dirname(path), one ?? other ?? ""))}.d.ts`);
    }
  };
  for (const path of ["dist/index.d.ts", "dist/provider.d.ts", tooOld]) follow(path);
  expect(files.filter((path) => path.endsWith(".d.ts"))).toEqual([...reached].sort());
});

test("a compiler that is too old, such as the one in Pulumi's SDK, says so and what to do", async () => {
  const [first] = Object.entries(typesVersions);
  expect(first).toEqual([`<${oldest.typescript}`, { "*": [`./${tooOld}`] }]);
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  await symlink(repository, join(modules, "pulumi-logto-sso"));
  const program = join(folder, "index.ts");
  await writeFile(
    program,
    'import * as logto from "pulumi-logto-sso";\nnew logto.SingleSignOn("sso", {});\n',
  );
  const sdk = dirname(require.resolve("@pulumi/pulumi"));
  const ts = jest.requireActual<typeof typescript>(join(sdk, "vendor", "typescript@3.8.3", "typescript.js"));
  const options = { types: [], module: ts.ModuleKind.CommonJS, noEmit: true };
  const errors = ts.getPreEmitDiagnostics(ts.createProgram([program], options));
  expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([
    expect.stringMatching(
      /^Property 'SingleSignOn' does not exist on type .*typescript-is-too-old--npm-install-typescript@5/,
    ),
  ]);
});

test("publint has nothing to say", async () => {
  const { publint } = await import("publint");
  const { messages } = await publint({ pkgDir: repository, strict: true, pack: false });
  expect(messages).toEqual([]);
});

test("its types are right for every kind of import", async () => {
  const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  expect(analysis.types).not.toBe(false);
  const problems = "problems" in analysis ? analysis.problems : [];
  expect(problems).toEqual([]);
});

test("docs/dependencies.md names what npm installs with it, and no more", async () => {
  const { stdout } = await run("npm", ["ls", "--omit=dev", "--all", "--json"], { cwd: repository });
  interface Tree {
    readonly dependencies?: Readonly<Record<string, Tree>>;
  }
  const namesOf = ({ dependencies = {} }: Tree): string[] =>
    Object.entries(dependencies).flatMap(([name, tree]) => [name, ...namesOf(tree)]);
  const installed = [...new Set(namesOf(JSON.parse(stdout) as Tree))].sort();
  const page = readFileSync(join(repository, "docs", "dependencies.md"), "utf8");
  const documented = [...page.matchAll(/^\| ([a-z@][a-z/-]*(?:, [a-z@/-]+)*) +\|/gm)].flatMap(
    ([, names = ""]) => names.split(", "),
  );
  expect(documented.sort()).toEqual(installed);
  expect(page).toContain(`brings ${installed.length} packages`);
});
