/** The code blocks of README, docs and examples compile, and what they name is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { errorsOf } from "../compile";

const repository = join(__dirname, "..", "..");

function markdownIn(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: folder !== ".", withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)));
}
const pages = [".", "docs", "examples"].flatMap(markdownIn).sort();
const text = (page: string) => readFileSync(join(repository, page), "utf8");

const texts = ["endpoint", "issuer", "organizationId", "clientId"];
/** What a block may use without saying where it has it from. */
const given = `
  type Text = import("@pulumi/pulumi").Output<string>;
  declare global {
    ${texts.map((name) => `const ${name}: string;`).join("\n")}
    const clientSecret: Text;
    const connector: import("pulumi-logto-sso").SsoConnector<"OIDC">;
    const application: { clientId: Text; clientSecret: Text };
    const logto: typeof import("pulumi-logto-sso");
  }`;

test("every ts block compiles under strict", () => {
  const blocks = pages.flatMap((page) =>
    [...text(page).matchAll(/^[ \t]*```ts\n([\s\S]*?)^[ \t]*```/gm)].map(([, code = ""], index) => ({
      place: `${page}, block ${index + 1}`,
      code,
    })),
  );
  expect(blocks.length).toBeGreaterThanOrEqual(8);
  const errors = errorsOf(
    blocks.map(({ code }) => code),
    given,
  );
  expect(
    blocks.flatMap(({ place }, index) => (errors[index] ?? []).map((error) => `${place}: ${error}`)),
  ).toEqual([]);
});

test("every link within the repository leads somewhere", () => {
  const dead = pages.flatMap((page) =>
    [...text(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? page : join(dirname(page), path);
        if (!existsSync(join(repository, file))) return true;
        return anchor !== undefined && !anchorsOf(file).includes(anchor);
      })
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

test("every npm script that a page names is there", () => {
  const { scripts } = JSON.parse(text("package.json")) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    [...text(page).matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(([, name = ""]) => `${page}: ${name}`),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((one) => !((one.split(": ")[1] ?? "") in scripts))).toEqual([]);
});
