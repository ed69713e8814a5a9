/** `logto-sso import` into a YAML program, and into one that uses the SDK of the plugin. */
import { readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { logtoSso } from "../runCli";
import { consoleConnectors } from "../consoleTenant";
import type { Stack } from "../engine";
import { expectHarmless, hostileNames } from "../hostile";
import { certificate, type Logto, samlMetadata } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
  stack = await stackOf(logto, { yaml: {} });
});

const read = (name = "Pulumi.yaml") => readFileSync(join(stack.folder, name), "utf8");
const write = (text: string, name = "Pulumi.yaml") => {
  writeFileSync(join(stack.folder, name), text);
};
const insert = (connectorName: string) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary-secret", issuer: `${logto.idp}/acme` },
  });
const imported = () =>
  stack
    .export()
    .deployment.resources?.filter(({ type }) => type === "logto:index:SsoConnector")
    .map(({ id }) => id)
    .sort();

const program = `# The infrastructure of Acme.
name: test
runtime: yaml # no compiler

resources:
  # Enterprise SSO.
  sso: { type: "logto:SingleSignOn", properties: { enabled: true } }

outputs:
  stack: \${pulumi.stack}
`;

test("a tenant becomes resources of Pulumi.yaml, what is new is added later, and nothing is left to change", async () => {
  write(program);
  for (const row of consoleConnectors(logto).slice(3, 10)) logto.connectors.insert(row);
  const config = { metadataUrl: `${logto.idp}/saml/metadata` };
  for (const connectorName of hostileNames.filter((one) => !/\p{Surrogate}/u.test(one)))
    logto.connectors.insert({ providerName: "SAML", connectorName, config, domains: [] });
  const rows = [...logto.connectors.rows.values()];
  const refused = rows.filter(({ config }) => "nested" in config).map(({ id }) => id);
  const before = JSON.stringify(rows);
  const dry = await logtoSso(stack, ["import", "--all", "--dry-run"], { mayFail: true });
  expect(read()).toBe(program);
  const { code, stdout } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect([code, refused.length]).toEqual([1, 1]);
  expect(stdout).toMatch(
    new RegExp(`^ {2}${String(refused[0])} .*\\n {4}config\\.nested: is not known`, "m"),
  );
  expect(stdout).toContain("\nThe resources are in Pulumi.yaml. Secrets (");
  for (const output of [dry.stdout, stdout]) expectHarmless(output);
  for (const line of program.split("\n")) expect(read().split("\n")).toContain(line);
  const [yaml = ""] = dry.stdout.split("To be imported:");
  expect(parse(read())).toMatchObject(parse(yaml) as object);
  expect(read() + read(`Pulumi.${stack.name}.yaml`)).not.toContain("canary");
  const own = rows.map(({ id }) => id).filter((id) => !refused.includes(id));
  expect(imported()).toEqual(own.sort());

  const { id } = insert("Initech");
  const later = await logtoSso(stack, ["import", "--name", "Initech"]);
  expect(later.stdout).toMatch(new RegExp(`^Imported:\\n {2}initech {2}${id} `));
  const { stdout: preview } = await stack.preview(["--refresh", "--json"]);
  const { steps } = JSON.parse(preview) as { steps: { op: string; urn: string }[] };
  expect(
    steps.filter(({ op, urn }) => urn.includes("SsoConnector") && op !== "same" && op !== "refresh"),
  ).toEqual([]);
  expect(JSON.stringify(stack.export())).not.toContain("canary");
  expect(JSON.stringify([...logto.connectors.rows.values()].slice(0, -1))).toBe(before);
});

test("resources in Main.yaml are added there, and a program that cannot be written is said so", async () => {
  write("name: test\nruntime: yaml\n");
  write("outputs: { a: 1 }\nresources: {}\n", "Main.yaml");
  const metadata = samlMetadata("urn:idp", "https://idp.acme.com/sso", certificate);
  const insertSaml = (connectorName: string) =>
    logto.connectors.insert({ providerName: "SAML", connectorName, config: { metadata }, domains: [] });
  insertSaml("Acme");
  const { stdout } = await logtoSso(stack, ["import", "--all"]);
  expect(stdout).toContain("\nThe resources are in Main.yaml.\nA preview shows no change");
  // In a mapping that is written like JSON, Pulumi reads only texts that are as well.
  write(JSON.stringify(parse(read("Main.yaml"))), "Main.yaml");
  insertSaml("Initech");
  await logtoSso(stack, ["import", "--all"]);
  expect(imported()).toHaveLength(2);
  expect(read()).toBe("name: test\nruntime: yaml\n");

  insert("Globex");
  write("name: test\nruntime: java\n");
  const refused = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("the runtime is java")]);
  const printed = await logtoSso(stack, ["import", "--all", "--yaml", "--dry-run"]);
  expect(printed.stdout).toContain("  globex:\n    type: logto:index:SsoConnector\n");
  expect(readdirSync(stack.folder).filter((name) => name.startsWith("."))).toEqual([]);
});

test("a Pulumi.yaml that is a link is an error before Logto is asked, and the file keeps its content", async () => {
  write(program);
  insert("Acme");
  renameSync(join(stack.folder, "Pulumi.yaml"), join(stack.folder, "precious.yaml"));
  symlinkSync("precious.yaml", join(stack.folder, "Pulumi.yaml"));
  const { code, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /Could not write \S+Pulumi\.yaml: it is a link to \S+precious\.yaml, .*Nothing was imported\.\n$/,
    ),
  ]);
  expect(logto.log).toEqual([]);
  expect(read("precious.yaml")).toBe(program);
});

test("values that Logto does not have are an error before the state is changed, and options for folders are refused", async () => {
  insert("Acme");
  const resources =
    'acme: { type: "logto:SsoConnector", properties: { providerName: OIDC, connectorName: Acme } }';
  write(`name: test\nruntime: yaml\nresources:\n  ${resources}\n`);
  const { code, stdout } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect(code).toBe(1);
  expect(stdout).toContain("with other values than Logto has: config.");
  expect(imported() ?? []).toEqual([]);

  write(program);
  for (const option of ["--out", "--customers"]) {
    const refused = await logtoSso(stack, ["import", "--all", option, "src"], { mayFail: true });
    expect([refused.code, refused.stderr]).toEqual([
      1,
      `error: ${option} is for programs in TypeScript and JavaScript, and the runtime is yaml.\n`,
    ]);
  }
  await logtoSso(stack, ["import", "--all"]);
  expect(imported()).toHaveLength(1);
});
