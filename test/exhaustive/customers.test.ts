/** `examples/customers` with a file for each of 200 customers. */
import { rmSync } from "node:fs";
import { join } from "node:path";
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

const names = Array.from({ length: 200 }, (_, index) => `customer-${index}`);

/** A whole customer. */
const fileOf = (name: string, more = "") =>
  `providerName: OIDC
domains: [${name}.com]
config:
  clientId: ${name}
  issuer: ${logto.idp}/${name}
organization:
  roles: [member]
  emailDomains: [contractors.${name}.com]
${more}`;

/** The numbers of the requests since the last call, by what they ask. */
function requests(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const logged of logto.takeLog()) {
    const request = logged.replace(/(organizations)\/\w+/, "$1/:id");
    counts[request] = (counts[request] ?? 0) + 1;
  }
  return counts;
}

test("200 whole customers are created, nothing is sent while nothing changes, and one is changed, removed, with few requests", async () => {
  project = customersProject("js");
  logto.organizationRoles.insert({ name: "member" });
  logto.organizationRoles.insert({ name: "admin" });
  const elsewhere = logto.organizations.make("Managed elsewhere");
  for (const name of names) project.write(`${name}.yaml`, fileOf(name));
  project.write(
    "customer-7.yaml",
    fileOf("customer-7").replace(/organization:.*/s, `organizationId: ${elsewhere}\n`),
  );
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
  expect(requests()).toMatchObject({
    "POST /oidc/token": 1,
    "GET /api/organization-roles?page=1&page_size=100": 1,
    "POST /api/sso-connectors": 200,
    "POST /api/organizations": 199,
    "POST /api/organizations/:id/jit/sso-connectors": 200,
    // What an organization has already is not replaced without a word.
    "GET /api/organizations/:id/jit/roles": 199,
    "PUT /api/organizations/:id/jit/roles": 199,
    "GET /api/organizations/:id/jit/email-domains": 199,
    "PUT /api/organizations/:id/jit/email-domains": 199,
  });
  const { organizations } = logto;
  const organizationOf = (name: string) => organizations.rows.find((row) => row.name === name)?.id ?? "";
  const wholeOf = (name: string) => {
    const id = organizationOf(name);
    return {
      linked: organizations.linked(id),
      roles: organizations.jitRoles.rowsOf(id).map((role) => role.name),
      emailDomains: organizations.jitEmailDomains.of(id),
    };
  };
  expect([logto.connectors.rows.size, organizations.rows.length]).toEqual([200, 200]);
  for (const name of names.filter((name) => name !== "customer-7")) {
    expect(wholeOf(name)).toEqual({
      linked: [logto.named(name).id],
      roles: ["member"],
      emailDomains: [`contractors.${name}.com`],
    });
  }
  const connector = logto.named("customer-7");
  expect(connector.config.clientSecret).toBe("canary-customer-7");
  expect(organizations.linked(elsewhere)).toEqual([connector.id]);
  expect(await stack.outputs()).toMatchObject({
    urls: { "customer-7": { redirectUri: `${logto.url}/callback/${connector.id}` } },
  });

  await stack.up(["--expect-no-changes"]);
  expect(requests()).toEqual({});

  await stack.refresh(["--expect-no-changes"]);
  // On a busy machine, reads that have waited long for a list are single ones.
  expect(requests()).toMatchObject({
    "POST /oidc/token": 1,
    "GET /api/sso-connectors": 1,
    "GET /api/organizations?page=1&page_size=100": 1,
    "GET /api/organizations?page=2&page_size=100": 1,
    // Logto has no list of these across organizations.
    "GET /api/organizations/:id/jit/sso-connectors": 200,
    "GET /api/organizations/:id/jit/roles": 199,
    "GET /api/organizations/:id/jit/email-domains": 199,
  });

  project.write(
    "customer-8.yaml",
    fileOf("customer-8", "  isMfaRequired: true\nbranding:\n  displayName: Eight\n").replace(
      "[member]",
      "[member, admin]",
    ),
  );
  await stack.up();
  expect(patchesOf(logto)).toEqual(
    expect.arrayContaining([{ branding: { displayName: "Eight" } }, { isMfaRequired: true }]),
  );
  expect(requests()).toEqual({
    "POST /oidc/token": 1,
    "PATCH /api/sso-connectors/:id": 1,
    "PATCH /api/organizations/:id": 1,
    "GET /api/organization-roles?page=1&page_size=100": 1,
    "PUT /api/organizations/:id/jit/roles": 1,
  });
  expect(wholeOf("customer-8").roles).toEqual(["admin", "member"]);

  rmSync(join(project.customers, "customer-8.yaml"));
  await stack.up();
  expect(organizationOf("customer-8")).toBe("");
  expect([logto.connectors.rows.size, organizations.rows.length]).toEqual([199, 199]);
  expect(requests()).toEqual({
    "POST /oidc/token": 1,
    "DELETE /api/sso-connectors/:id": 1,
    "DELETE /api/organizations/:id": 1,
  });
});
