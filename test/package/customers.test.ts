/** `examples/customers`: a file for each of 200 customers, and everything that can be wrong in one. */
import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type CustomersProject, customersProject } from "../customersProject";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, patchesOf, stackOf } from "../tenant";

let logto: Logto;
let project: CustomersProject;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
});
afterEach(() => {
  project.remove();
});

/** @param names the customers whose client secret is set */
function stackWith(names: readonly string[] = []): Promise<Stack> {
  const secrets = names.map((name) => [`clientSecrets:${name}`, { secret: `canary-${name}` }] as const);
  return stackOf(
    logto,
    { folder: project.folder },
    {
      config: { ...accessTo(logto), ...Object.fromEntries(secrets) },
      env: { PULUMI_SKIP_CHECKPOINTS: "true" }, // saves half of the CPU time
    },
  );
}

test("200 customers are created, nothing is sent while nothing changes, and one PATCH when one file does", async () => {
  project = customersProject("js");
  const organizationId = logto.organizations.make("Customer 7");
  const names = Array.from({ length: 200 }, (_, index) => `customer-${index}`);
  const fileOf = (name: string, more = "") =>
    `providerName: OIDC
domains: [${name}.com]
config:
  clientId: ${name}
  issuer: ${logto.idp}/${name}
${name === "customer-7" ? `organizationId: ${organizationId}\n` : ""}${more}`;
  for (const name of names) project.write(`${name}.yaml`, fileOf(name));
  const stack = await stackWith(names);
  await stack.up();
  expect(logto.connectors.rows.size).toBe(200);
  const connector = logto.named("customer-7");
  expect(connector.config.clientSecret).toBe("canary-customer-7");
  expect(logto.organizations.linked(organizationId)).toEqual([connector.id]);
  expect(await stack.outputs()).toMatchObject({
    urls: { "customer-7": { redirectUri: `${logto.url}/callback/${connector.id}` } },
  });

  logto.takeLog();
  await stack.up(["--expect-no-changes"]);
  expect(logto.takeLog()).toEqual([]);

  project.write("customer-7.yaml", fileOf("customer-7", "branding:\n  displayName: Seven\n"));
  await stack.up();
  expect(patchesOf(logto)).toEqual([{ branding: { displayName: "Seven" } }]);
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "PATCH /api/sso-connectors/:id"]);
});

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
  project.write("provider.yaml", "connectorName: A\nproviderName: okta\norganizationId: a b\n");
  project.write("saml.yaml", "providerName: SAML\nconfig:\n  signAuthnRequest: maybe\n");
  project.write("syntax.yaml", 'providerName: OIDC\ndomains: ["a.com"\n');
  project.write("twice.yaml", "providerName: OIDC\nproviderName: Okta\n");
  const stack = await stackWith();
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
  const stack = await stackWith();
  const { code, stdout } = await stack.preview([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toContain(
    "customers/acme.yaml: the client secret is not set: pulumi config set --secret clientSecrets:acme",
  );
  expect(logto.log).toEqual([]);
});
