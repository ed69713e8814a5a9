/** The schema of the plugin: derived from the tables, and accepted by Pulumi. */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { pluginSchema } from "../../provider/plugin/schema";
import { cliEnvironment, findCli, run } from "../engine";
import { indexFile, indexPage, schema, schemaFile } from "./schema";
import type { Schema } from "./schemaChanges";

jest.setTimeout(120_000);

test("provider/plugin/schema.json and docs/_index.md equal the output of `npm run schema`", async () => {
  expect(readFileSync(schemaFile, "utf8")).toBe(await schema());
  expect(readFileSync(indexFile, "utf8")).toBe(indexPage());
});

test("an output has one type: Python can't make the result of a function of a union, and YAML does not pass one on", () => {
  const { resources, types, functions } = JSON.parse(readFileSync(schemaFile, "utf8")) as Schema;
  const outputs = { ...resources, ...types, ...functions };
  const unions = Object.entries(outputs).flatMap(([token, { properties, outputs: results }]) =>
    Object.entries({ ...properties, ...results?.properties })
      .filter(([, property]) => "oneOf" in (property as object))
      .map(([key]) => `${token} ${key}`),
  );
  expect(unions).toEqual([]);
});

test("Pulumi accepts the schema, with the version of the package", async () => {
  expect(pluginSchema()).toMatchObject({ name: "logto", version });
  const cli = await findCli();
  const folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-schema-"));
  try {
    const file = join(folder, "schema.json");
    writeFileSync(file, JSON.stringify(pluginSchema()));
    const env = { ...cliEnvironment(cli, process.env), PULUMI_HOME: folder };
    const { code, stdout, stderr } = await run(cli.path, ["schema", "check", file], { env });
    expect({ code, output: stdout + stderr }).toEqual({ code: 0, output: "" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
