/** The oldest versions of package.json, where people read them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json";
import { oldest } from "./versions";

const repository = join(__dirname, "..", "..");
const read = (path: string) => readFileSync(join(repository, path), "utf8");

/** How pages write the oldest version of each, without a last `.0`. */
const phrases = {
  node: /Node\.js (\d+(?:\.\d+)+) or newer/g,
  pulumi: /Pulumi CLI(?:\]\([^)]*\))?,? (\d+(?:\.\d+)+) or newer/g,
  sdk: /`@pulumi\/pulumi` (\d+(?:\.\d+)+) or newer/g,
  typescript: /TypeScript (\d+(?:\.\d+)+) or newer/g,
};
const entries = (folder: string) => readdirSync(join(repository, folder)).map((name) => `${folder}/${name}`);
const pages = ["README.md", "CONTRIBUTING.md", ...entries("docs").filter((path) => path.endsWith(".md"))];

test("pages name the oldest versions that package.json allows", () => {
  const all = pages.map((page) => read(page)).join("\n");
  for (const name of Object.keys(phrases) as (keyof typeof phrases)[]) {
    const named = Array.from(all.matchAll(phrases[name]), ([, version]) => version);
    expect({ name, versions: [...new Set(named)] }).toEqual({
      name,
      versions: [oldest[name].replace(/(\.\d+)\.0$/, "$1")],
    });
  }
});

test("pages write no oldest version in another way, which could go stale", () => {
  const others = pages.flatMap((page) => {
    const known = Object.values(phrases).reduce((text, phrase) => text.replaceAll(phrase, ""), read(page));
    return known.match(/(?<!Logto )\b\d+\.\d+(?:\.\d+)? or newer/g) ?? [];
  });
  expect(others).toEqual([]);
});

test("the examples ask for the SDK that package.json allows", () => {
  for (const file of entries("examples").map((path) => `${path}/package.json`)) {
    if (!existsSync(join(repository, file))) continue;
    const { dependencies } = JSON.parse(read(file)) as { dependencies: Record<string, string> };
    expect(dependencies["@pulumi/pulumi"]).toBe(manifest.peerDependencies["@pulumi/pulumi"]);
  }
});

test("one job of the workflow has the oldest Node.js and CLI", () => {
  expect(read(".github/workflows/ci.yml")).toContain(
    `{ node: "${oldest.node}", pulumi: "${oldest.pulumi}" }`,
  );
});
