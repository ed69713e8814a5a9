/** `examples/customers`: a file for each of 200 customers, and everything that can be wrong in one. */
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, patchesOf, stackOf } from "../tenant";

const repository = join(__dirname, "..", "..");
const example = join(repository, "examples", "customers");
let logto: Logto;
let folder: string;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
  folder = realpathSync(mkdtempSync(join(tmpdir(), "customers-")));
  cpSync(example, folder, { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "dir");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => {
  writeFileSync(join(folder, "customers", name), text);
};
const stackWith = (clientSecrets: Record<string, string>): Promise<Stack> =>
  stackOf(
    logto,
    { folder },
    {
      config: { ...accessTo(logto), clientSecrets: { secret: JSON.stringify(clientSecrets) } },
      env: { PULUMI_SKIP_CHECKPOINTS: "true" }, // saves half of the CPU time
    },
  );

test("200 customers are created, nothing is sent while nothing changes, and one PATCH when one file does", async () => {
  for (const name of readdirSync(join(folder, "customers"))) rmSync(join(folder, "customers", name));
  const organizationId = logto.organizations.make("Customer 7");
  const names = Array.from({ length: 200 }, (_, index) => `customer-${index}`);
  const fileOf = (name: string, more = "") =>
    `providerName: OIDC
domains: [${name}.com]
config:
  clientId: ${name}
  issuer: ${logto.idp}/${name}
${name === "customer-7" ? `organizationId: ${organizationId}\n` : ""}${more}`;
  for (const name of names) write(`${name}.yaml`, fileOf(name));
  const stack = await stackWith(Object.fromEntries(names.map((name) => [name, `canary-${name}`])));
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

  write("customer-7.yaml", fileOf("customer-7", "branding:\n  displayName: Seven\n"));
  await stack.up();
  expect(patchesOf(logto)).toEqual([{ branding: { displayName: "Seven" } }]);
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "PATCH /api/sso-connectors/:id"]);
});

test("a preview names everything that is wrong in the files, with file and line, before anything is sent", async () => {
  write(
    "acme.yaml",
    "providerName: Okta\nconfig:\n  clientId: 1\n  isuer: https://acme.okta.com\n  clientSecret: canary\n",
  );
  write("alias.yaml", "providerName: OIDC\ndomains:\n  - *.acme.com\n");
  write("domains.yaml", "providerName: OIDC\n\ndomains: [a.com, 5, https://b.com, gmail.com]\n");
  write("empty.yaml", "");
  write("Initrode.yml", "");
  write("provider.yaml", "connectorName: A\nproviderName: okta\norganizationId: a b\n");
  write("saml.yaml", "providerName: SAML\nconfig:\n  signAuthnRequest: maybe\n");
  write("syntax.yaml", 'providerName: OIDC\ndomains: ["a.com"\n');
  write("twice.yaml", "providerName: OIDC\nproviderName: Okta\n");
  const stack = await stackWith({});
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
  const stack = await stackWith({});
  const { code, stdout } = await stack.preview([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toContain(
    "customers/acme.yaml: the client secret is not set: pulumi config set --secret --path clientSecrets.acme",
  );
  expect(logto.log).toEqual([]);
  await stack.pulumi(["config", "set", "--secret", "--path", "clientSecrets.acme", "canary-acme"]);
  await stack.preview();
});
