/**
 * A user's repository with the program of examples/quickstart, the workflows of examples/gitops, and the stack `production`. Good
 * and bad days of its jobs, and what each report says of drift.
 */
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
let checkouts = 0;

export interface Repository {
  readonly stack: Stack;
  readonly folder: string;
  /** The environment of a runner: the CLI, and the credentials of a self-managed backend. */
  readonly env: NodeJS.ProcessEnv;
  /** Copies what is committed into a new folder. */
  checkout(): string;
  /** Runs `npm ci`, which takes 10 s of CPU time; in later checkouts, links to what the first one has installed. */
  install(checkout: string): Promise<void>;
  /** Replaces text of the program. */
  edit(from: string, to: string): void;
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
  const workflows = join(folder, ".github", "workflows");
  cpSync(join(root, "examples", "quickstart"), folder, { recursive: true });
  cpSync(join(root, "examples", "gitops", "github"), workflows, { recursive: true });
  const npm = async (cwd: string, ...args: string[]) => {
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--silent"];
    const { code, stdout, stderr } = await run("npm", [...args, ...flags], { cwd });
    if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with ${code}\n${stderr}`);
    return stdout.trim();
  };
  const tarball = await npm(root, "pack", "--ignore-scripts", "--pack-destination", folder);
  await npm(folder, "install", "--package-lock-only", `./${tarball}`);
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
    env: stack.env,
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
    remove: async () => {
      await stack.dispose();
      rmSync(temporary, { recursive: true });
    },
  };
}

/** Somebody adds a domain in the console. */
export function editByHand(logto: Logto): void {
  logto.named("Acme").domains = ["acme.com", "by-hand.com"];
}

/** Fails unless a form of the report says so. */
export function expectReported(text: string): void {
  for (const pattern of [/Acme/, /domains/, /changed/, /pulumi up --refresh/]) expect(text).toMatch(pattern);
}

/** Fails unless the HTML report is in a folder. */
export function expectHtmlReport(folder: string): string {
  const page = readFileSync(join(folder, "drift.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  expect(page).not.toContain("canary");
  return page;
}

/**
 * Does something on two days on which no check or deployment can be completed, after each of which all is well again.
 *
 * @param work gets what the output says then
 */
export async function onBadDays(
  logto: Logto,
  { stack }: Repository,
  work: (says: RegExp) => Promise<void>,
): Promise<void> {
  await stack.setConfig({ "logto:clientSecret": { secret: "canary-wrong" } });
  await work(/logto:clientSecret/);
  await stack.setConfig({ "logto:clientSecret": { secret: "canary-m2m" } });

  logto.faults.arm("503", { method: "GET", path: /./ }, Infinity);
  await work(/503/);
  logto.faults.disarm();
}
