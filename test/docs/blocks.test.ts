/** The pages of README, docs and examples: their code blocks compile, and their links and scripts exist. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { repository as source } from "../../package.json";
import { compileErrors } from "../package/compile";

/** Where the pages that Pulumi's registry shows as well find the others. */
const onGitHub = source.url.replace(/^git\+(.*)\.git$/, "$1/blob/main/");
const repository = join(__dirname, "..", "..");

function markdownIn(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: folder !== ".", withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)));
}
const pages = [".", "docs", "examples"].flatMap(markdownIn).sort();
const contentOf = (page: string) => readFileSync(join(repository, page), "utf8");

const strings = ["endpoint", "issuer", "organizationId", "clientId"];
/** Declarations that code blocks may use without an import. */
const ambient = `
  type Text = import("@pulumi/pulumi").Output<string>;
  declare global {
    ${strings.map((name) => `const ${name}: string;`).join("\n")}
    const clientSecret: Text;
    const connector: import("pulumi-logto-sso").SsoConnector<"OIDC">;
    const application: { clientId: Text; clientSecret: Text };
    const logto: typeof import("pulumi-logto-sso");
  }`;

test("every TypeScript block compiles with `strict`", () => {
  const blocks = pages.flatMap((page) =>
    // Those of unit tests import others, and are run by test/package/unitTests.
    [
      ...contentOf(page).matchAll(/^[ \t]*```ts(?: title="(?!program\.)[^"\n]+")?\n([\s\S]*?)^[ \t]*```/gm),
    ].map(([, code = ""], index) => ({
      position: `${page}, block ${index + 1}`,
      code,
    })),
  );
  expect(blocks.length).toBeGreaterThanOrEqual(8);
  const errors = compileErrors(
    blocks.map(({ code }) => code),
    ambient,
  );
  expect(
    blocks.flatMap(({ position }, index) => (errors[index] ?? []).map((error) => `${position}: ${error}`)),
  ).toEqual([]);
});

test("every link within the repository has a target", () => {
  const dead = pages.flatMap((page) =>
    [...contentOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^https?:/.test(target) || target.startsWith(onGitHub))
      .filter((target) => {
        const [path = "", anchor] = target.replace(onGitHub, relative(dirname(page), ".") + "/").split("#");
        const file = path === "" ? page : join(dirname(page), path);
        if (!existsSync(join(repository, file))) return true;
        return anchor !== undefined && !anchorsOf(file).includes(anchor);
      })
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

/** Returns the anchors that GitHub creates for headings. */
function anchorsOf(page: string): string[] {
  return [...contentOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

test("the rule for Renovate finds the version of the plugin, and its repository", () => {
  const languages = contentOf("docs/languages.md");
  const block = (language: string, of: string) =>
    [...languages.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))]
      .map(([, text = ""]) => text)
      .find((text) => text.includes(of)) ?? "";
  const { customManagers } = JSON.parse(block("json", "customManagers")) as {
    customManagers: [{ managerFilePatterns: [string]; matchStrings: [string]; depNameTemplate: string }];
  };
  const [{ managerFilePatterns, matchStrings, depNameTemplate }] = customManagers;
  const inProject = new RegExp(managerFilePatterns[0].slice(1, -1));
  expect(
    ["Pulumi.yaml", "infra/Pulumi.yaml", "Pulumi.dev.yaml"].filter((file) => inProject.test(file)),
  ).toEqual(["Pulumi.yaml", "infra/Pulumi.yaml"]);
  const recorded = block("yaml", "pluginDownloadURL");
  expect(new RegExp(matchStrings[0]).exec(recorded)?.groups).toEqual({ currentValue: "0.1.0" });
  expect(source.url).toContain(`/${depNameTemplate}.git`);
});

test("every npm script that a page names exists", () => {
  const { scripts } = JSON.parse(contentOf("package.json")) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    [...contentOf(page).matchAll(/npm run (?:--silent )?([a-z-]+)/g)].map(
      ([, name = ""]) => `${page}: ${name}`,
    ),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((one) => !((one.split(": ")[1] ?? "") in scripts))).toEqual([]);
});
