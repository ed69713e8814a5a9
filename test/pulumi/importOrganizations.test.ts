/** `logto-sso import --customers` with the organizations of the customers: a file has the whole customer, and nothing is left to change. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type CustomersProject, customersProject } from "../customersProject";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { logtoSso } from "../runCli";
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

const importAll = ["import", "--all", "--customers", "customers"];
const file = (name: string) => join(project.customers, `${name}.yaml`);
const read = (name: string) => parse(readFileSync(file(name), "utf8")) as Record<string, unknown>;
const insert = (connectorName: string) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: `canary-${connectorName}`, issuer: `${logto.idp}/acme` },
  }).id;
const inState = () =>
  (stack.export().deployment.resources ?? [])
    .filter(({ type }) => type.includes("logto:"))
    .map(({ urn, id }) => [urn.split("::").slice(-2).join(" ").replace(/^.*:/, ""), id])
    .sort();

/** An organization with everything, which is linked to connectors. */
function organizationWith(name: string, connectorIds: string[], more: object = {}): string {
  const { organizations } = logto;
  const id = organizations.make(name);
  const row = organizations.rows.find((one) => one.id === id);
  Object.assign(row ?? {}, more);
  for (const connectorId of connectorIds) organizations.jitConnectors.add(id, [connectorId]);
  return id;
}

const everything = {
  description: "A customer: *all* of it",
  customData: { plan: { seats: 5, tags: ["a", "0x1F"] } },
  isMfaRequired: true,
  branding: { logoUrl: "https://acme.com/logo.svg" },
  color: { primaryColor: "#5d34f2", isDarkModeEnabled: false },
  customCss: "a {\n  color: red;\n}\n",
};

test("a whole customer is in one file and in the state, with few requests, and nothing is left to change", async () => {
  const [acme, globex] = [insert("Acme"), insert("Globex")];
  insert("Initech");
  const roles = ["member", "admin"].map((name) => logto.organizationRoles.insert({ name }).id);
  const id = organizationWith("Acme, Inc.", [acme], everything);
  logto.organizations.jitRoles.set(id, roles);
  logto.organizations.jitEmailDomains.set(id, ["Contractors.acme.com", "acme.org"]);
  const bare = organizationWith("globex", [globex]);
  organizationWith("Nobody's", []);
  logto.takeLog();

  const dry = await logtoSso(stack, [...importAll, "--dry-run"]);
  const requests = logto.takeLog();
  expect(requests.filter((request) => request.includes("/organizations?"))).toHaveLength(1);
  expect(requests.filter((request) => request.endsWith("/jit/sso-connectors"))).toHaveLength(3);
  expect(requests.filter((request) => /\/jit\/(roles|email-domains)$/.test(request))).toHaveLength(4);
  expect(dry.stdout).toContain("\norganization:\n  name: Acme, Inc.\n");

  await logtoSso(stack, importAll);
  expect(read("acme")).toMatchObject({
    connectorName: "Acme",
    organization: {
      name: "Acme, Inc.",
      ...everything,
      roles: ["admin", "member"],
      emailDomains: ["Contractors.acme.com", "acme.org"],
    },
  });
  expect(read("globex").organization).toEqual({});
  expect(read("initech")).not.toHaveProperty("organization");
  const validate = validator(schemaOf("docs/customer.schema.json"));
  for (const name of ["acme", "globex", "initech"]) expectValid(validate, read(name));
  expect(inState()).toEqual([
    ["Organization acme", id],
    ["Organization globex", bare],
    ["OrganizationJitEmailDomains acme", id],
    ["OrganizationJitRoles acme", id],
    ["OrganizationSsoConnector acme", `${id}/${acme}`],
    ["OrganizationSsoConnector globex", `${bare}/${globex}`],
    ["SsoConnector acme", acme],
    ["SsoConnector globex", globex],
    ["SsoConnector initech", expect.any(String)],
  ]);
  logto.takeLog();
  await stack.up(["--expect-no-changes"]);
  expect(logto.takeLog()).toEqual([]);
  await stack.refresh(["--expect-no-changes"]);

  // What is in the stack needs no organizations.
  logto.takeLog();
  await logtoSso(stack, importAll);
  expect(logto.takeLog().filter((request) => request.includes("/organizations"))).toEqual([]);

  rmSync(file("acme"));
  await stack.up();
  expect(logto.organizations.rows.map(({ name }) => name)).toEqual(
    expect.not.arrayContaining(["Acme, Inc."]),
  );
  expect([...logto.connectors.rows.keys()]).not.toContain(acme);
});

test("an organization of two connectors is only linked, several are left out, and both are said", async () => {
  const [acme, globex, initech] = [insert("Acme"), insert("Globex"), insert("Initech")];
  const shared = organizationWith("Shared", [acme, globex]);
  const [first, second] = [organizationWith("One", [initech]), organizationWith("Two", [initech])];
  const { stdout } = await logtoSso(stack, importAll);
  const text = stdout.replaceAll(/\s+/g, " ");
  expect(text).toContain(
    `${acme} Acme Only the ID of the organization ${shared} ("Shared") is in the file: it has other connectors as well.`,
  );
  expect(text).toContain(`${initech} Initech It is linked to several organizations, and a file has one: `);
  for (const id of [first, second]) expect(text).toContain(`${id} ("`);
  expect([read("acme").organizationId, read("globex").organizationId]).toEqual([shared, shared]);
  expect(Object.keys(read("initech"))).toEqual(["connectorName", "providerName", "config"]);
  expect(inState().filter(([name]) => String(name).startsWith("Organization"))).toEqual([
    ["OrganizationSsoConnector acme", `${shared}/${acme}`],
    ["OrganizationSsoConnector globex", `${shared}/${globex}`],
  ]);
  await stack.up(["--expect-no-changes"]);
  expect(logto.organizations.linked(second)).toEqual([initech]);
});

test("a program that adds to the organizations of the files is an error before the state is changed", async () => {
  organizationWith("Acme", [insert("Acme")]);
  const program = join(project.folder, "index.js");
  const source = readFileSync(program, "utf8");
  writeFileSync(program, source.replace("(name, args)", "(name, { ...args, isMfaRequired: true })"));
  const { code, stdout, stderr } = await logtoSso(stack, importAll, { mayFail: true });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /`pulumi up` would change some connectors: .*\n {2}"acme" organization\.isMfaRequired\n$/,
  );
  expect([readdirSync(project.customers), inState()]).toEqual([[], []]);

  writeFileSync(program, source);
  await logtoSso(stack, importAll);
  await stack.up(["--expect-no-changes"]);
});

test("a program that reads no organizations is an error before the state is changed", async () => {
  organizationWith("Acme", [insert("Acme")]);
  const program = join(project.folder, "index.js");
  const source = readFileSync(program, "utf8");
  writeFileSync(
    program,
    source.replace("organization && declareOrganization(name, organization)", "undefined"),
  );
  const { code, stderr } = await logtoSso(stack, importAll, { mayFail: true });
  expect(code).toBe(1);
  expect(stderr).toContain(
    'does not show the organization of 1 of the connectors, such as "Acme". The state was not changed.',
  );
  expect(inState()).toEqual([]);
});

test("a file whose organization is another one than Logto has is an error before the state is changed", async () => {
  const acme = insert("Acme");
  await stack.pulumi(["config", "set", "--secret", "clientSecrets:acme", "canary-Acme"]);
  project.write(
    "acme.yaml",
    `connectorName: Acme
providerName: OIDC
config: { clientId: client, issuer: ${logto.idp}/acme }
organization: { name: Acme }
`,
  );
  const unlinked = await logtoSso(stack, importAll, { mayFail: true });
  expect(unlinked.code).toBe(1);
  expect(unlinked.stdout.replaceAll(/\s+/g, " ")).toContain(
    "with other values than Logto has: organization.",
  );
  const id = organizationWith("Acme", [acme], { description: "A customer" });
  const other = await logtoSso(stack, importAll, { mayFail: true });
  expect(other.stdout.replaceAll(/\s+/g, " ")).toContain(
    "with other values than Logto has: organization.description.",
  );
  expect(inState()).toEqual([]);

  logto.organizations.rows
    .filter((row) => row.id === id)
    .forEach((row) => Object.assign(row, { description: null }));
  await logtoSso(stack, importAll);
  await stack.up(["--expect-no-changes"]);
  expect(logto.organizations.rows).toHaveLength(1);
});
