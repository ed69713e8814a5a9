/** Organizations and their sets with the real Pulumi CLI: what the engine makes of their values, and look-ups. */
import * as pulumi from "@pulumi/pulumi";
import * as sso from "pulumi-logto-sso";
import type { Logto } from "../logto";
import { driftOf, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
  for (const name of ["admin", "member"]) logto.organizationRoles.insert({ name });
});

const customData = {
  seats: 5,
  ratio: 0.1,
  nothing: null,
  nested: { list: [null, 2.5, { a: null, b: "é" }], empty: {}, off: false },
  key: pulumi.secret("canary-data"),
};

test("a whole customer comes up, shows no drift, and is removed; secrets in its data are not shown", async () => {
  const stack = await stackOf(logto, () => {
    const acme = new sso.Organization("acme", { customData, color: { primaryColor: "#abc" } });
    const connector = new sso.SsoConnector("acme", { providerName: "OIDC", domains: ["acme.com"] });
    new sso.OrganizationSsoConnector("acme", { organizationId: acme.id, connectorId: connector.id });
    new sso.OrganizationJitRoles("acme", { organizationId: acme.id, roles: ["member"] });
    new sso.OrganizationJitEmailDomains("acme", {
      organizationId: acme.id,
      emailDomains: ["acme.com", "acme.org"],
    });
    return { name: acme.name };
  });
  const preview = await stack.preview();
  expect(preview.stdout).toContain(
    'The just-in-time email domain "acme.com" of an organization is also that of the SSO connector "acme"',
  );
  await stack.up();
  expect(logto.organizations.rows).toEqual([
    expect.objectContaining({
      name: "acme",
      customData: expect.objectContaining({ seats: 5, ratio: 0.1 }) as unknown,
    }),
  ]);
  logto.takeLog();
  await stack.up(["--expect-no-changes"]);
  expect(logto.log).toEqual([]);
  await stack.up(["--refresh", "--expect-no-changes"]);
  const [{ id } = { id: "" }] = logto.organizations.rows;
  logto.organizations.jitRoles.set(id, []);
  expect((await driftOf(stack)).stdout).toMatch(/OrganizationJitRoles[^]*roles/);
  await stack.destroy();
  expect(logto.organizations.rows).toEqual([]);
  expect(logto.connectors.rows.size).toBe(0);
});

test("organizations and roles are looked up by ID and by name; none, and several of one name with their IDs, are an error", async () => {
  const id = logto.organizations.make("Acme");
  const stack = await stackOf(logto, async () => {
    const { roles } = await sso.getOrganizationRoles();
    return {
      byId: sso.getOrganizationOutput({ id }).name,
      byName: (await sso.getOrganization({ name: "Acme" })).id,
      role: sso.getOrganizationRoleOutput({ name: "admin" }).type,
      roles: roles.map(({ name }) => name),
      none: await sso.getOrganization({ name: "acme" }).catch((error: unknown) => (error as Error).message),
    };
  });
  await stack.up();
  expect(await stack.outputs()).toMatchObject({
    byId: "Acme",
    byName: id,
    role: "User",
    roles: ["admin", "member"],
    none: expect.stringContaining('Logto has no organization with the name "acme".') as unknown,
  });
  const other = logto.organizations.make("Acme");
  const { stdout } = await stack.up([], { mayFail: true });
  expect(stdout).toMatch(
    /Logto has 2 organizations with the name "Acme": "\w+", "\w+"\. Look it up by its ID\./,
  );
  for (const one of [id, other]) expect(stdout).toContain(`"${one}"`);
});

test("two sets of one organization are an error that names both", async () => {
  const stack = await stackOf(logto, () => {
    const acme = new sso.Organization("acme");
    new sso.OrganizationJitRoles("one", { organizationId: acme.id, roles: ["member"] });
    new sso.OrganizationJitRoles("two", { organizationId: acme.id, roles: ["admin"] });
  });
  const { stdout } = await stack.up([], { mayFail: true });
  expect(stdout).toContain('The OrganizationJitRoles "one" and "two" are of the same organization');
});
