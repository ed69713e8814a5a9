/** `examples/customers`: everything that can be wrong in a customer's file. */
import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type CustomersProject, customersProject } from "../customersProject";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let project: CustomersProject;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
});
afterEach(() => {
  project.remove();
});

const stackWithoutSecrets = () => stackOf(logto, { folder: project.folder });

test("a preview names everything that is wrong in the files, with file and line, before anything is sent", async () => {
  project = customersProject();
  project.write(
    "acme.yaml",
    "providerName: Okta\nconfig:\n  clientId: 1\n  isuer: https://acme.okta.com\n  clientSecret: canary\n",
  );
  project.write("alias.yaml", "providerName: OIDC\ndomains:\n  - *.acme.com\n");
  project.write("domains.yaml", "providerName: OIDC\n\ndomains: [a.com, 5, https://b.com, gmail.com]\n");
  project.write("empty.yaml", "");
  project.write("Initrode.yml", "");
  project.write(
    "organization.yaml",
    `providerName: OIDC
organizationId: x7h2v9c4t1pz
organization:
  adopt: https://acme.com
  color: { primaryColor: blue }
  roles: [""]
  emailDomains:
    - "@acme.com"
`,
  );
  project.write("provider.yaml", "connectorName: A\nproviderName: okta\norganizationId: a b\n");
  project.write("saml.yaml", "providerName: SAML\nconfig:\n  signAuthnRequest: maybe\n");
  project.write("syntax.yaml", 'providerName: OIDC\ndomains: ["a.com"\n');
  project.write("twice.yaml", "providerName: OIDC\nproviderName: Okta\n");
  const stack = await stackWithoutSecrets();
  const { code, stdout, stderr } = await stack.preview([], { mayFail: true });
  expect(code).not.toBe(0);
  const found = [...(stdout + stderr).matchAll(/ {4}(?:error: )?(customers\/.*)/g)].map(([, line]) => line);
  const domain =
    "must be one email domain of the customer, such as acme.com: no URL, @ or wildcard, and no public";
  const expected = [
    "customers/Initrode.yml: the name must be like acme.yaml, in lower-case letters, digits and hyphens",
    "customers/acme.yaml:2:1: config: must have required property 'issuer'",
    "customers/acme.yaml:3:3: config.clientId: must be string",
    "customers/acme.yaml:4:3: config.isuer: is not a known key",
    "customers/acme.yaml:5:3: config.clientSecret: a secret belongs in the stack config, where it is encrypted, not in this file",
    'customers/alias.yaml:3:5: put quotes around a text that begins with *: "*.acme.com"',
    `customers/domains.yaml:3:18: domains[1]: ${domain}`,
    `customers/domains.yaml:3:21: domains[2]: ${domain}`,
    `customers/domains.yaml:3:36: domains[3]: ${domain}`,
    "customers/empty.yaml:1:1: must be object",
    "customers/organization.yaml:2:1: organizationId: an organization is declared in this file already: remove one of the two",
    "customers/organization.yaml:4:3: organization.adopt: must be an ID of Logto, with neither a space nor a slash",
    "customers/organization.yaml:5:12: organization.color.primaryColor: must be a color such as #5d34f2",
    "customers/organization.yaml:6:11: organization.roles[0]: must NOT have fewer than 1 characters",
    "customers/organization.yaml:8:7: organization.emailDomains[0]: must be one email domain, such as acme.com: no URL, @ or wildcard",
    "customers/provider.yaml:2:1: providerName: must be one of OIDC, SAML, AzureAD, AzureAdOidc, GoogleWorkspace, Okta",
    "customers/provider.yaml:3:1: organizationId: must be an ID of Logto, with neither a space nor a slash",
    "customers/saml.yaml:2:1: config: requires one of: metadataUrl, or metadata, or entityId + signInEndpoint + x509Certificate",
    "customers/saml.yaml:3:3: config.signAuthnRequest: must be boolean",
    "customers/syntax.yaml:3:1: Flow sequence in block collection must be sufficiently indented and end with a ]",
    "customers/twice.yaml:2:1: Map keys must be unique",
  ];
  expect(found).toEqual(expected.map((line) => expect.stringContaining(line) as string));
  expect(logto.log).toEqual([]);
});

test("a preview names the customers whose client secret is not set", async () => {
  project = customersProject("js");
  const example = join(__dirname, "..", "..", "examples", "customers", "customers");
  for (const name of readdirSync(example)) copyFileSync(join(example, name), join(project.customers, name));
  const stack = await stackWithoutSecrets();
  const { code, stdout } = await stack.preview([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toContain(
    "customers/acme.yaml: the client secret is not set: pulumi config set --secret clientSecrets:acme",
  );
  expect(logto.log).toEqual([]);
});

test("an organization and a connector that exist are taken over as the errors advise", async () => {
  project = customersProject("js");
  logto.organizationRoles.insert({ name: "member" });
  const role = logto.organizationRoles.insert({ name: "guest" }).id;
  const id = logto.organizations.make("Acme");
  logto.organizations.jitRoles.set(id, [role]);
  const connector = logto.connectors.insert({ providerName: "Okta", connectorName: "acme" }).id;
  const [head, organization] = ["providerName: Okta\n", "organization:\n  name: Acme\n  roles: [member]\n"];
  project.write("acme.yaml", head + organization);
  const stack = await stackWithoutSecrets();
  const refused = await stack.up([], { mayFail: true });
  expect(refused.code).not.toBe(0);
  expect(refused.stdout + refused.stderr).toContain("add `adopt: true,`");
  expect(refused.stdout + refused.stderr).toContain(`add \`adopt: "${id}",\``);
  project.write("acme.yaml", `${head}adopt: true\n${organization}  adopt: "${id}"\n`);
  await stack.up();
  expect(logto.organizations.jitRoles.of(id)).toHaveLength(1);
  expect(logto.organizations.jitRoles.of(id)).not.toContain(role);
  project.write("acme.yaml", head + organization);
  await stack.preview(["--expect-no-changes"]);
  expect([...logto.connectors.rows.keys()]).toEqual([connector]);
});
