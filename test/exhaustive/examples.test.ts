/** The examples in the schema of the plugin, which are checked in, are what Pulumi's code makes of their sources today. */
import { readFileSync } from "node:fs";
import { convertedFile, convertedText } from "../docs/examples";

test("test/docs/examples/converted.json equals the output of `npm run examples`", async () => {
  expect(readFileSync(convertedFile, "utf8")).toBe(await convertedText());
}, 900_000);
