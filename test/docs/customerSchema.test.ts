/** The schema of a customer's file: it is up to date, takes what can be declared, and no secret. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { good } from "../provider/inputs/good";
import { expectValid, schemaOf, validator } from "../schemas";
import { customerSchema, customerSchemaFile } from "./customerSchema";
import { repository } from "./reference";

const validate = validator(schemaOf("docs/customer.schema.json"));

test("docs/customer.schema.json equals the output of `npm run reference`", async () => {
  expect(readFileSync(customerSchemaFile, "utf8")).toBe(await customerSchema());
});

/** What a customer's file has of the arguments, as JSON. */
const inFile = ({ extraConfig, config, ...rest }: Record<string, unknown>) => {
  const { clientSecret, ...open } = { ...(config as object | undefined) } as Record<string, unknown>;
  return JSON.parse(JSON.stringify({ ...rest, ...(config === undefined ? {} : { config: open }) })) as object;
};

test.each(good.map(({ what, args }) => [what, args] as const))("accepted: %s", (_what, args) => {
  expectValid(validate, inFile(args));
});

test("an organization is declared in full, or is only linked by its ID", () => {
  const connector = { providerName: "OIDC" };
  const organization = {
    name: "Acme",
    description: "A customer",
    customData: { plan: { seats: 5 } },
    isMfaRequired: true,
    branding: { logoUrl: "https://acme.com/logo.svg" },
    color: { primaryColor: "#5d34f2", isDarkModeEnabled: true },
    customCss: "a {}",
    roles: ["member", "x7h2v9c4t1pz"],
    emailDomains: ["Contractors.acme.com", "gmail.com"],
    adopt: "x7h2v9c4t1pz",
    allowDuplicate: true,
  };
  expectValid(validate, { ...connector, organization });
  expectValid(validate, { ...connector, organization: {} });
  expectValid(validate, { ...connector, organizationId: "x7h2v9c4t1pz" });
  validate({ ...connector, organization, organizationId: "x7h2v9c4t1pz" });
  expect(validate.errors?.map(({ instancePath }) => instancePath)).toEqual(["/organizationId"]);
});

test("a client secret in a file is refused, whatever the identity provider", () => {
  for (const providerName of ["OIDC", "Okta", "AzureAdOidc", "GoogleWorkspace", "SAML"]) {
    const config = {
      clientId: "c",
      issuer: "https://idp.acme.com",
      metadataUrl: "https://a",
      clientSecret: "s",
    };
    validate({ providerName, config });
    expect(validate.errors?.map(({ instancePath, params }) => [instancePath, params])).toContainEqual(
      providerName === "SAML"
        ? ["/config", { additionalProperty: "clientSecret" }]
        : ["/config/clientSecret", {}],
    );
  }
});

test("the files of examples/customers are valid, and their first line leads editors to the schema", () => {
  const folder = join(repository, "examples", "customers", "customers");
  const files = readdirSync(folder);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const text = readFileSync(join(folder, file), "utf8");
    const [, schema = ""] = /^# yaml-language-server: \$schema=\.\.\/node_modules\/(.*)\n/.exec(text) ?? [];
    expect(require.resolve(schema)).toBe(customerSchemaFile);
    expectValid(validate, parse(text));
  }
});
