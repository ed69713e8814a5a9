/** `examples/customers` with a file for each of 200 customers. */
import { type CustomersProject, customersProject } from "../customersProject";
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
  const secrets = names.map((name) => [`clientSecrets:${name}`, { secret: `canary-${name}` }] as const);
  const stack = await stackOf(
    logto,
    { folder: project.folder },
    {
      config: { ...accessTo(logto), ...Object.fromEntries(secrets) },
      env: { PULUMI_SKIP_CHECKPOINTS: "true" }, // saves half of the CPU time
    },
  );
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
