/** What editors and the reference tell of the package. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clientCodes } from "../../provider/logto/errors";
import { hints } from "../../provider/logto/hints";
import { Api, reference, referenceFile } from "./reference";

const repository = join(__dirname, "..", "..");
const page = (name: string) => readFileSync(join(repository, "docs", name), "utf8");

test("docs/reference.md is what `npm run reference` writes", async () => {
  expect(readFileSync(referenceFile, "utf8")).toBe(await reference());
}, 60_000);

test("every public name, and every member of it, has a comment", () => {
  const api = new Api(join(repository, "provider", "index.ts"));
  expect(api.names.length).toBeGreaterThan(20);
  const bare = api.names.flatMap((name) => [
    ...(api.docOf(name) === "" ? [name] : []),
    ...api
      .membersOf(name)
      .filter(({ doc }) => doc === "")
      .map((member) => `${name}.${member.name}`),
  ]);
  expect(bare).toEqual([]);
});

test("docs/errors.md has every code of ours, and every one of Logto's that an error gives advice for", () => {
  const told = page("errors.md");
  expect([...clientCodes, ...Object.keys(hints)].filter((code) => !told.includes(`\`${code}\``))).toEqual([]);
});
