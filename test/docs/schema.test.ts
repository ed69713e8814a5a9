/** The schema of the plugin: derived from the tables, and made of names that never change. */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { pluginSchema } from "../../provider/plugin/schema";
import { cliEnvironment, findCli, run } from "../engine";
import { schema, schemaFile } from "./schema";
import names from "./schemaNames.json";

jest.setTimeout(120_000);

type Spec = Readonly<
  Record<
    string,
    {
      properties?: object;
      inputProperties?: object;
      inputs?: Spec;
      outputs?: Spec;
      enum?: { value: string }[];
    }
  >
>;
const recorded: Readonly<Record<string, readonly string[]>> = names;

test("provider/plugin/schema.json equals the output of `npm run schema`", async () => {
  expect(readFileSync(schemaFile, "utf8")).toBe(await schema());
});

test("the names in the schema are the recorded ones: new ones are added there, and none is changed or removed", () => {
  const { resources, types, functions, provider } = JSON.parse(readFileSync(schemaFile, "utf8")) as Record<
    "resources" | "types" | "functions",
    Spec
  > & { provider: Spec[string] };
  const keys = (object: object | undefined) => Object.keys(object ?? {});
  const namesOf = ({ properties, inputProperties, inputs, outputs, enum: values = [] }: Spec[string]) => [
    ...keys(inputProperties).map((key) => `input ${key}`),
    ...keys(properties),
    ...keys(inputs?.properties).map((key) => `input ${key}`),
    ...keys(outputs?.properties),
    ...values.map(({ value }) => value),
  ];
  const all = { ...resources, ...types, ...functions, "pulumi:providers:logto": provider };
  expect(
    Object.fromEntries(Object.entries(all).map(([token, spec]) => [token, namesOf(spec).sort()])),
  ).toEqual(recorded);
});

test("an output has one type: Python can't make the result of a function of a union, and YAML does not pass one on", () => {
  const { resources, types, functions } = JSON.parse(readFileSync(schemaFile, "utf8")) as Record<
    string,
    Spec
  >;
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
