/**
 * What Pulumi's registry requires of a package of the community, as its own check has it: the files of pulumi/registry that each
 * test names (as of August 2026). What only a release shows is not here: that the plugin and the SDKs can be installed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repository as source } from "../../package.json";
import { pluginSchema } from "../../provider/plugin/schema";
import schema from "../../provider/plugin/schema.json";
import { run } from "../engine";
import { languages } from "./examples";

const repository = join(__dirname, "..", "..");
const read = (path: string) => readFileSync(join(repository, path), "utf8");
const [, owner = "", name = ""] =
  /^git\+https:\/\/github\.com\/([\w.-]+)\/([\w.-]+)\.git$/.exec(source.url) ?? [];
const slug = `${owner}/${name}`;
const index = "docs/_index.md";
const installation = "docs/installation-configuration.md";
const shown = [index, installation];

/** The parts of a page's choosers, by language. */
function chosen(page: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const [, of = "", text = ""] of read(page).matchAll(
    /\{\{% choosable language "?([\w,]+)"? %\}\}([\s\S]*?)\{\{% \/choosable %\}\}/g,
  ))
    for (const language of of.split(",")) parts.set(language, (parts.get(language) ?? "") + text);
  return parts;
}

describe("tools/resourcedocsgen/cmd/metadata.go", () => {
  test("the repository is named after the schema", () => {
    expect(name.replaceAll("pulumi-", "")).toBe(schema.name);
  });

  test("there is a publisher, and the version is one of Semantic Versioning", () => {
    expect(schema.publisher).toBe(owner);
    expect(pluginSchema()).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string });
  });

  test("one keyword is a category that it knows, and another says that the provider is not a bridged one", () => {
    const known = ["cloud", "database", "infrastructure", "monitoring", "network", "utility", "vcs"];
    const categories = schema.keywords.filter((word) => word.startsWith("category/"));
    expect(categories).toHaveLength(1);
    expect(known.map((category) => `category/${category}`)).toContain(categories[0]);
    expect(schema.keywords).toContain("kind/native");
  });

  test("the pages begin with their front matter", () => {
    for (const page of shown) expect(read(page)).toMatch(/^---\n/);
  });
});

test("scripts/lint: the pages have a title and a description, and no shortcode with a space in its delimiter", () => {
  for (const page of shown) {
    const [, frontMatter = ""] = /^---\n([\s\S]*?)\n---\n/.exec(read(page)) ?? [];
    expect(parse(frontMatter)).toEqual({
      title: expect.stringMatching(/^.{3,60}$/) as string,
      meta_desc: expect.stringMatching(/^.{50,160}$/) as string,
      layout: "package",
    });
    expect(read(page)).not.toMatch(/\{\{\s+[<%]/);
  }
});

describe("scripts/ci/community-package", () => {
  test("sdk_install_probe.py: the plugin is downloaded from the releases of the repository", () => {
    expect(schema.pluginDownloadURL).toMatch(/^(https|github|gitlab):\/\/[A-Za-z0-9._~:/?#@!$&()*+,;=-]+$/);
    expect(schema.pluginDownloadURL).toBe(`github://api.github.com/${slug}`);
    expect(schema).toMatchObject({
      repository: `https://github.com/${slug}`,
      homepage: `https://github.com/${slug}`,
    });
  });

  test("sdk_install_probe.py: the names of the SDKs can be asked for", () => {
    const { nodejs, python, go } = schema.language;
    for (const sdk of [schema.name, nodejs.packageName, python.packageName, go.importBasePath])
      expect(sdk).toMatch(/^[A-Za-z0-9._@/-]+$/);
    expect(go.importBasePath).toBe(`github.com/${slug}/sdk/go/${schema.name}`);
  });

  test("doc_lint.py: no link is relative", () => {
    for (const page of shown) {
      const targets = [...read(page).matchAll(/\]\(([^)\s]*)\)|(?:src|href)=["']([^"']*)/g)];
      const relative = targets.map(([, link, attribute]) => link ?? attribute ?? "");
      expect(relative.filter((target) => !/^(https:\/\/|#)/.test(target))).toEqual([]);
    }
  });
});

describe("docs/adding-a-new-package.md", () => {
  test("the logo is there", () => {
    const url = `https://raw.githubusercontent.com/${slug}/main/`;
    expect(schema.logoUrl).toContain(url);
    expect(read(schema.logoUrl.replace(url, ""))).toMatch(/^<svg /);
  });

  test("the first page says what the package does, and has an example in every language", () => {
    expect(read(index)).toContain(`{{< chooser language "${languages.join(",")}" >}}`);
    const examples = chosen(index);
    expect([...examples.keys()]).toEqual(languages);
    for (const [language, text] of examples)
      expect(text).toContain(`\n\`\`\`${language === "typescript" ? "ts" : language}\n`);
  });

  test("the second page says how to install the package in every language, from where the schema says", () => {
    const steps = chosen(installation);
    expect([...steps.keys()].sort()).toEqual([...languages].sort());
    for (const [language, text] of steps) {
      if (language === "typescript") expect(text).toContain("npm install pulumi-logto-sso");
      else expect(text).toContain(`pulumi package add logto@VERSION --server ${schema.pluginDownloadURL}`);
    }
  });
});

test.each(Object.entries(schema.resources))(
  "tools/resourcedocsgen/pkg/docs/examples.go: %s has an example in every language, and says how to import it",
  (type, { description }) => {
    const [, examples = "", imports = ""] =
      /\{\{% examples %\}\}\n([^]*)\n\{\{% \/examples %\}\}\n\n## Import\n([^]*)$/.exec(description) ?? [];
    expect(examples).toMatch(/^## Example Usage\n\{\{% example %\}\}\n### .*\n[^]*\{\{% \/example %\}\}$/);
    expect([...examples.matchAll(/^```(\w+)\n/gm)].map(([, language]) => language)).toEqual(languages);
    expect(imports).toMatch(new RegExp(`\n\`\`\`sh\npulumi import ${type} \\w+ \\S+(?: --\\S+)?\n\`\`\`$`));
  },
);

test("every file names the repository that package.json names", async () => {
  const pattern = `(github|githubusercontent)\\.com/[^/ ]+/(${name}|REPOSITORY)\\b`;
  const { stdout } = await run("git", ["grep", "-IhoE", pattern], { cwd: repository });
  const slugs = stdout
    .trim()
    .split("\n")
    .map((found) => found.split("/").slice(1).join("/"));
  expect([...new Set(slugs)]).toEqual([slug]);
});

test("CONTRIBUTING.md has the entry for community-packages/package-list.json", () => {
  const [entry = "{}"] = /\{ "repoSlug".*? \}/.exec(read("CONTRIBUTING.md")) ?? [];
  const { repoSlug, schemaFile } = JSON.parse(entry) as Record<string, string>;
  expect(repoSlug).toBe(slug);
  expect(existsSync(join(repository, schemaFile ?? ""))).toBe(true);
});

test("descriptions are for every language, and lose no line of a list", () => {
  const texts = JSON.stringify(schema).match(/"description":"(?:[^"\\]|\\.)*"/g) ?? [];
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter((text) => text.includes("undefined"))).toEqual([]);
  expect(texts.filter((text) => /\S \d\. /.test(text))).toEqual([]);
});
