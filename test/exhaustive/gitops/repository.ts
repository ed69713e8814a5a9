/** A user's repository with the program of examples/quickstart, its stack `production`, and checkouts of it. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStack, findCli, run, type Stack } from "../../engine";
import { type Logto, startLogto } from "../../logto";
import { accessTo } from "../../tenant";

const root = join(__dirname, "..", "..", "..");
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "gitops-")));
const folder = join(temporary, "repository");
const bin = join(temporary, "bin");
const double = join(temporary, "github.json");
let checkouts = 0;

export interface GitHub {
  readonly issues: { number: number; title: string; body: string; state: string; app?: string }[];
  readonly comments: { id: number; body: string; user: { login: string } }[];
}

export interface Repository {
  readonly stack: Stack;
  readonly folder: string;
  /** The environment of a runner: the CLI, `gh`, and the credentials of a self-managed backend. */
  readonly env: NodeJS.ProcessEnv;
  /** Copies what is committed into a new folder. */
  checkout(): string;
  /** Runs `npm ci`, which takes 10 s of CPU time; in later checkouts, links to what the first one has installed. */
  install(checkout: string): Promise<void>;
  /** Replaces text of the program. */
  edit(from: string, to: string): void;
  readonly github: { read(): GitHub; write(github: GitHub): void };
  remove(): Promise<void>;
}

/** @param take receives the Logto and the repository that the tests of a file share, before the first of them starts */
export function withRepository(take: (logto: Logto, repository: Repository) => void): void {
  jest.setTimeout(600_000);
  let logto: Logto;
  let repository: Repository;
  beforeAll(async () => {
    await findCli();
    logto = await startLogto();
    repository = await createRepository(logto);
    take(logto, repository);
  });
  afterAll(async () => {
    await repository.remove();
    await logto.close();
  });
}

async function createRepository(logto: Logto): Promise<Repository> {
  cpSync(join(root, "examples", "quickstart"), folder, { recursive: true });
  const npm = async (cwd: string, ...args: string[]) => {
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--silent"];
    const { code, stdout, stderr } = await run("npm", [...args, ...flags], { cwd });
    if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with ${code}\n${stderr}`);
    return stdout.trim();
  };
  const tarball = await npm(root, "pack", "--ignore-scripts", "--pack-destination", folder);
  await npm(folder, "install", "--package-lock-only", `./${tarball}`);
  mkdirSync(bin);
  symlinkSync(join(__dirname, "gh.mjs"), join(bin, "gh"));
  const program = join(folder, "index.ts");
  const stack = await createStack({
    program: { folder },
    name: "production",
    config: {
      ...accessTo(logto),
      oktaClientId: "client",
      oktaClientSecret: { secret: "canary-config" },
      oktaIssuer: `${logto.idp}/acme`,
      samlMetadataUrl: `${logto.idp}/saml/metadata`,
    },
  });
  // What must stay on the machine.
  mkdirSync(join(folder, "keys"));
  for (const name of [".npmrc", ".env", "keys/signing.key"]) writeFileSync(join(folder, name), "#canary\n");
  let installed: string | undefined;
  return {
    stack,
    folder,
    env: { ...stack.env, PATH: `${bin}:${stack.env.PATH ?? ""}`, GITHUB_DOUBLE: double },
    checkout: () => {
      const copy = join(temporary, `checkout-${checkouts++}`);
      cpSync(folder, copy, { recursive: true });
      return copy;
    },
    install: async (checkout) => {
      if (installed === undefined) {
        await npm(checkout, "ci");
        installed = join(checkout, "node_modules");
      } else symlinkSync(installed, join(checkout, "node_modules"));
    },
    edit: (from, to) => {
      const source = readFileSync(program, "utf8");
      if (!source.includes(from)) throw new Error(`The program does not contain ${from}`);
      writeFileSync(program, source.replace(from, to));
    },
    github: {
      read: () => JSON.parse(readFileSync(double, "utf8")) as GitHub,
      write: (github) => {
        writeFileSync(double, JSON.stringify(github));
      },
    },
    remove: async () => {
      await stack.dispose();
      rmSync(temporary, { recursive: true });
    },
  };
}
