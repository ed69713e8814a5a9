/** `OrganizationJitRoles` and `OrganizationJitEmailDomains`. See identity.test.ts for sets of a renamed resource. */
import type { Declaration } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { deploy, eachWithLogto, messageOf, newStack } from "./inProcess";

let logto: Logto;
let organizationId: string;
eachWithLogto((started) => {
  logto = started;
  organizationId = logto.organizations.make("Acme");
  for (const name of ["admin", "member"]) logto.organizationRoles.insert({ name });
  logto.organizationRoles.insert({ name: "bot", type: "MachineToMachine" });
});

const roles = (given: readonly string[], more: object = {}): { set: Declaration } => ({
  set: { resource: "organizationJitRoles", argsFrom: () => ({ organizationId, roles: given, ...more }) },
});
const domains = (given: readonly string[], more: object = {}): { set: Declaration } => ({
  set: {
    resource: "organizationJitEmailDomains",
    argsFrom: () => ({ organizationId, emailDomains: given, ...more }),
  },
});

const roleId = (name: string) =>
  [...logto.organizationRoles.rows.values()].find((role) => role.name === name)?.id ?? "";
const rolesInLogto = () => logto.organizations.jitRoles.of(organizationId).sort();
const domainsInLogto = () => logto.organizations.jitEmailDomains.of(organizationId).sort();

test("roles are given by name or ID, changed, found drifted, and removed with the resource", async () => {
  const stack = newStack(logto);
  await deploy(stack, roles(["member", roleId("admin")]));
  expect(rolesInLogto()).toEqual([roleId("admin"), roleId("member")].sort());
  expect(await stack.drift()).toEqual([]);
  await deploy(stack, roles(["member"]));
  expect(rolesInLogto()).toEqual([roleId("member")]);
  logto.organizations.jitRoles.add(organizationId, [roleId("admin")]);
  expect(await stack.drift()).toEqual(["set"]);
  await deploy(stack, roles(["member"]));
  expect(rolesInLogto()).toEqual([roleId("member")]);
  await deploy(stack, roles([]));
  expect(rolesInLogto()).toEqual([]);
  await deploy(stack, roles(["admin"]));
  await deploy(stack, {});
  expect(rolesInLogto()).toEqual([]);
});

test.each([
  [
    ["nobody"],
    /Logto has no organization role with the ID or name "nobody"\. Check roles.* The tenant's roles for users are "admin", "member"\. \[not-found\]/,
  ],
  [["bot"], /roles: "bot" is a role for machine-to-machine applications.*Replace it by a role for users\./],
] as const)("the roles %j are an error, and change nothing", async (given, message) => {
  await expect(deploy(newStack(logto), roles(given))).rejects.toThrow(message);
  expect(rolesInLogto()).toEqual([]);
});

test("the name and the ID of one role are an error", async () => {
  expect(await messageOf(deploy(newStack(logto), roles(["admin", roleId("admin")])))).toMatch(
    /are the same organization role\. Remove one of the two\./,
  );
});

test("email domains are kept as they are written, changed, found drifted, and removed with the resource", async () => {
  const stack = newStack(logto);
  await deploy(stack, domains(["b.com", "a.com"]));
  expect(domainsInLogto()).toEqual(["a.com", "b.com"]);
  expect(await stack.drift()).toEqual([]);
  logto.organizations.jitEmailDomains.set(organizationId, ["a.com", "b.com", "A.com"]);
  expect(await stack.drift()).toEqual(["set"]);
  await deploy(stack, domains(["a.com"]));
  expect(domainsInLogto()).toEqual(["a.com"]);
  await deploy(stack, {});
  expect(domainsInLogto()).toEqual([]);
});

test("a set is taken over where nothing of it would be removed, or if the program says so", async () => {
  logto.organizations.jitEmailDomains.set(organizationId, ["a.com"]);
  await expect(deploy(newStack(logto), domains(["b.com"]))).rejects.toThrow(
    /the organization already has "a\.com", which the program does not declare\. Add it to emailDomains, or, to remove it, add `adopt: true,`/,
  );
  expect(domainsInLogto()).toEqual(["a.com"]);
  await deploy(newStack(logto), domains(["a.com", "c.com"]));
  expect(domainsInLogto()).toEqual(["a.com", "c.com"]);
  await deploy(newStack(logto), domains(["b.com"], { adopt: true }));
  expect(domainsInLogto()).toEqual(["b.com"]);
});

test.each([
  ["roles", () => roles(["admin"])],
  ["no roles", () => roles([])],
  ["email domains", () => domains(["a.com"])],
  ["no email domains", () => domains([])],
] as const)("%s of an organization that does not exist are an error", async (_, program) => {
  logto.organizations.delete({
    params: [organizationId],
    path: "",
    query: new URLSearchParams(),
    body: undefined,
  });
  await expect(deploy(newStack(logto), program())).rejects.toThrow(
    `Logto has no organization with the ID "${organizationId}". Check organizationId`,
  );
});

test("a set is gone with its organization, and created again with a new one", async () => {
  const stack = newStack(logto);
  await deploy(stack, domains(["a.com"]));
  const old = organizationId;
  logto.organizations.delete({ params: [old], path: "", query: new URLSearchParams(), body: undefined });
  expect(await stack.drift()).toEqual(["set"]);
  organizationId = logto.organizations.make("Acme");
  await deploy(stack, domains(["a.com"]));
  expect(domainsInLogto()).toEqual(["a.com"]);
});
