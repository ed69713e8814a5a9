/** `logto-sso import --customers`: a tenant becomes one file for each customer, and nothing is left to change. */
import { readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { logtoSso } from "../runCli";
import { consoleConnectors } from "../consoleTenant";
import { type CustomersProject, customersProject } from "../customersProject";
import type { Stack } from "../engine";
import { hostileNames } from "../hostile";
import type { Logto } from "../logto";
import { expectValid, schemaOf, validator } from "../schemas";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let project: CustomersProject;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
  project = customersProject("js");
  stack = await stackOf(logto, { folder: project.folder });
});
afterEach(() => {
  project.remove();
});

const files = () => readdirSync(project.customers).sort();
const read = (name: string) => readFileSync(join(project.customers, name), "utf8");
const insert = (connectorName: string) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: `canary-${connectorName}`, issuer: `${logto.idp}/acme` },
  });

test("a tenant is imported as files, of which one can be changed, and new connectors later", async () => {
  // One of each kind; the secrets of the others are stored with a command for each.
  for (const row of consoleConnectors(logto).slice(0, 10)) logto.connectors.insert(row);
  for (const connectorName of hostileNames.filter((name) => !/\p{Surrogate}/u.test(name))) {
    logto.connectors.insert({
      providerName: "Okta",
      connectorName,
      domains: [],
      branding: { displayName: connectorName },
    });
  }
  const rows = [...logto.connectors.rows.values()];
  const refused = rows.filter(({ config }) => "pkce" in config);
  expect(refused.length).toBeGreaterThan(0);

  const dry = await logtoSso(stack, ["import", "--all", "--customers", "customers", "--dry-run"], {
    mayFail: true,
  });
  expect([dry.code, files()]).toEqual([1, []]);
  const { code, stdout, stderr } = await logtoSso(stack, ["import", "--all", "--customers", "customers"], {
    mayFail: true,
  });
  expect(code).toBe(1);
  expect(stderr).toContain("Some connectors could not be imported.");
  expect(stdout).toContain("\nThe files are in customers. Secrets (");
  for (const { id } of refused)
    expect(stdout).toMatch(new RegExp(`^ {2}${id} .*\\n {4}config\\.pkce: is not known`, "m"));
  expect(files().length).toBe(rows.length - refused.length);
  const validate = validator(schemaOf("docs/customer.schema.json"));
  for (const name of files()) {
    expect(dry.stdout).toContain(`--- # customers/${name}\n`);
    expect(read(name)).not.toContain("canary");
    expectValid(validate, parse(read(name)));
  }
  expect(readFileSync(join(project.folder, `Pulumi.${stack.name}.yaml`), "utf8")).not.toContain("canary");
  const own =
    stack.export().deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector")) ?? [];
  expect(own.map(({ urn }) => `${urn.split("::").at(-1)}.yaml`).sort()).toEqual(files());

  const before = files();
  insert("Initech");
  const later = await logtoSso(stack, ["import", "--name", "Initech", "--customers", "customers"]);
  expect(later.stdout).toMatch(/^Imported:\n {2}initech /);
  expect(files()).toEqual([...before, "initech.yaml"].sort());
  project.write("initech.yaml", `${read("initech.yaml")}domains: [initech.com]\n`);
  await stack.pulumi(["config", "set", "--secret", "clientSecrets:initech", "canary-rotated"]);
  logto.takeLog();
  await stack.up();
  expect(logto.takeLog().filter((request) => request.startsWith("P"))).toEqual([
    "POST /oidc/token",
    "PATCH /api/sso-connectors/:id",
  ]);
  expect(logto.named("Initech")).toMatchObject({
    domains: ["initech.com"],
    config: { clientSecret: "canary-rotated" },
  });
});

test("files are created where a folder that is a link leads, and replace nothing there", async () => {
  const shared = join(project.folder, "shared");
  renameSync(project.customers, shared);
  symlinkSync("shared", project.customers);
  writeFileSync(join(project.folder, "precious"), "precious");
  symlinkSync("../precious", join(shared, "acme.yaml"));
  symlinkSync("../precious", join(shared, ".logto-sso-import.tmp"));
  insert("Acme");
  const { code } = await logtoSso(stack, ["import", "--all", "--customers", "customers"], { mayFail: true });
  // The program takes the link for a customer.
  expect(code).toBe(1);
  expect(readFileSync(join(project.folder, "precious"), "utf8")).toBe("precious");
  rmSync(join(shared, "acme.yaml"));
  await logtoSso(stack, ["import", "--all", "--customers", "customers"]);
  expect(readdirSync(shared)).toEqual(["acme.yaml"]);
  expect(readFileSync(join(project.folder, "precious"), "utf8")).toBe("precious");
});

test("a program that does not read the folder is an error that says so, before the state is changed", async () => {
  insert("Acme");
  const { code, stderr } = await logtoSso(stack, ["import", "--all", "--customers", "elsewhere"], {
    mayFail: true,
  });
  expect(code).toBe(1);
  expect(stderr).toContain(
    'The files are in elsewhere, but `pulumi preview` does not show 1 of the connectors, such as "Acme". The state was not changed. Make the program read elsewhere, as the example customers does, and try again; or delete the files and their secrets in the stack\'s config.',
  );
  expect(stack.export().deployment.resources ?? []).toEqual([]);
});

/** A file that declares the connector with other values, and the edits that lead out of it. */
const otherIssuer = (issuer: string) => `connectorName: Acme
providerName: OIDC
config: { clientId: client, issuer: ${issuer} }
`;
test.each([
  [
    "the file is corrected",
    () => {
      project.write("acme.yaml", otherIssuer(`${logto.idp}/acme`));
    },
    "acme.yaml",
  ],
  [
    "the file is deleted",
    () => {
      rmSync(join(project.customers, "acme.yaml"));
    },
    "acme2.yaml",
  ],
])(
  "values of a file that Logto does not have are an error before the state is changed; %s",
  async (edit, mend, file) => {
    insert("Acme");
    insert("Globex");
    project.write("acme.yaml", otherIssuer(`${logto.idp}/other`));
    const secret = (value: string) =>
      stack.pulumi(["config", "set", "--secret", "clientSecrets:acme", value]);
    await secret("canary-old");
    const importAll = ["import", "--all", "--customers", "customers"];
    const { code, stdout } = await logtoSso(stack, importAll, { mayFail: true });
    expect(code).toBe(1);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
      /^Imported: globex .* Not imported: .*::acme, with other values than Logto has: config\.issuer\. Declare the values that Logto has, or remove the declaration, and run this command again/,
    );
    expect(files()).toEqual(["acme.yaml", "globex.yaml"]);
    expect(JSON.stringify(stack.export())).not.toContain("::acme");

    mend();
    if (edit.includes("corrected")) await secret("canary-Acme");
    await logtoSso(stack, importAll);
    expect(files()).toEqual([file, "globex.yaml"]);
    await stack.up(["--expect-no-changes"]);
    expect([...logto.connectors.rows.values()].map(({ connectorName }) => connectorName)).toEqual([
      "Acme",
      "Globex",
    ]);
  },
);

test("a program that adds to what the files say is an error before the state is changed", async () => {
  insert("Acme");
  const file = join(project.folder, "index.js");
  const program = readFileSync(file, "utf8");
  writeFileSync(file, program.replace("...args,", "...args, syncProfile: true,"));
  const importAll = ["import", "--all", "--customers", "customers"];
  const { code, stdout, stderr } = await logtoSso(stack, importAll, { mayFail: true });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^error: Nothing was imported, because `pulumi up` would change some connectors: .*\n {2}"acme" syncProfile\n$/,
  );
  expect(files()).toEqual([]);
  expect(stack.export().deployment.resources ?? []).toEqual([]);

  writeFileSync(file, program);
  await logtoSso(stack, importAll);
  await stack.up(["--expect-no-changes"]);
});
