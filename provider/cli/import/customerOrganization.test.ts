/** Which organizations of a connector an import declares in the customer's file. */
import { typeTokenOf } from "../../dynamic/tokens";
import type { ResourceKey } from "../../connector/resources";
import { fileOrganization, type LinkedOrganization, placeOrganization } from "./customerOrganization";

const linked = (more: Partial<LinkedOrganization> = {}, organization: object = {}): LinkedOrganization => ({
  organization: { id: "org1", name: "Acme", tenantId: "default", createdAt: 1, ...organization },
  connectors: ["c1"],
  roles: [{ id: "r1", name: "member", type: "User" }],
  emailDomains: ["acme.org"],
  ...more,
});
const managed = (key: ResourceKey, id: string, more: object = {}) => {
  const type = typeTokenOf(key);
  return { urn: `urn:pulumi:test::test::${type}::other`, type, id, ...more };
};
const onlyId = { organizationId: "org1" };

test("one that is the customer's alone is declared with everything", () => {
  const { parts, note } = placeOrganization("c1", [linked()], []);
  expect(note).toBeUndefined();
  expect(parts.map(({ key, id }) => [key, id])).toEqual([
    ["organization", "org1"],
    ["organizationSsoConnector", "org1/c1"],
    ["organizationJitRoles", "org1"],
    ["organizationJitEmailDomains", "org1"],
  ]);
  expect(fileOrganization(parts)).toEqual({
    organization: { name: "Acme", roles: ["member"], emailDomains: ["acme.org"] },
  });
});

test("empty sets are not declared", () => {
  const { parts } = placeOrganization("c1", [linked({ roles: [], emailDomains: [] })], []);
  expect(parts.map(({ key }) => key)).toEqual(["organization", "organizationSsoConnector"]);
});

const machine = { id: "r2", name: "robot", type: "MachineToMachine" };
test.each([
  ["is linked to another connector", linked({ connectors: ["c0", "c1"] }), [], "it has other connectors"],
  ["is in the stack", linked(), [managed("organization", "org1")], "the stack manages it"],
  ["has its roles in the stack", linked(), [managed("organizationJitRoles", "org1")], "the stack manages it"],
  ["has its domains in the stack", linked(), [managed("organizationJitEmailDomains", "org1")], "the stack"],
  ["has a role for machines", linked({ roles: [machine] }), [], 'its just-in-time role "robot" is one for'],
  ["has a domain that cannot be one", linked({ emailDomains: ["@acme"] }), [], "emailDomains[0]: "],
  ["has a branding of a newer Logto", linked({}, { branding: { banner: "x" } }), [], "branding.banner: "],
])("one that %s is only linked", (_what, organization, inStack, reason) => {
  const { parts, note } = placeOrganization("c1", [organization], inStack);
  expect(fileOrganization(parts)).toEqual(onlyId);
  expect(parts.map(({ id }) => id)).toEqual(["org1/c1"]);
  expect(note).toContain('Only the ID of the organization org1 ("Acme") is in the file: ');
  expect(note).toContain(reason);
});

test.each([
  ["only reads", { external: true }],
  ["has replaced", { delete: true }],
])("one that the stack %s is declared", (_what, more) => {
  const { parts } = placeOrganization("c1", [linked()], [managed("organization", "org1", more)]);
  expect(parts).toHaveLength(4);
});

test("a link that the stack has is left out", () => {
  const link = managed("organizationSsoConnector", "org1/c1");
  expect(placeOrganization("c1", [linked()], [link])).toEqual({
    parts: [],
    note: 'The stack has its link to the organization org1 ("Acme") already.',
  });
});

test("several are left out, and named", () => {
  const second = linked({}, { id: "org2", name: "\u001b[31mred" });
  const { parts, note } = placeOrganization("c1", [linked(), second], []);
  expect(parts).toEqual([]);
  expect(note).toContain('org1 ("Acme"), org2 ("\\u001b[31mred")');
});

test("a connector without an organization has none in its file", () => {
  expect(fileOrganization(placeOrganization("c1", [], []).parts)).toEqual({});
});
