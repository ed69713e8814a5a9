/** The code of a page of the documentation, which the tests run as it stands there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const docs = join(__dirname, "..", "..", "..", "docs");

/** Returns the code blocks of a page that have a title, by that title. */
export function titledBlocks(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(docs, page), "utf8");
  const blocks = text.matchAll(/^```\w+ title="([^"]+)"\n([^]*?)^```$/gm);
  return new Map(Array.from(blocks, ([, title = "", code = ""]) => [title, code]));
}
