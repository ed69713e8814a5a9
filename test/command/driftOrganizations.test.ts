/** `logto-sso drift`: organizations, and what their members get just in time. Without the Pulumi CLI. */
import { exportOf, resourceInState } from "../exportedState";
import { type Logto } from "../logto";
import { eachWithLogto } from "../provider/inProcess";
import { brief, checkState } from "./checkState";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

async function found(...resources: object[]) {
  logto.takeLog();
  const { findings, error } = await checkState(exportOf(resources), logto);
  expect(error).toBeUndefined();
  return {
    findings: findings.map((one) => `${brief(one)}: ${one.message}`),
    requests: logto
      .takeLog()
      .filter((line) => line.includes("organization"))
      .sort(),
  };
}

const organizationOf = (id: string, inputs: object) => resourceInState("Organization", "acme", id, inputs);
const rolesOf = (organizationId: string, roles: string[]) =>
  resourceInState("OrganizationJitRoles", "roles", organizationId, { organizationId, roles });
const domainsOf = (organizationId: string, emailDomains: string[]) =>
  resourceInState("OrganizationJitEmailDomains", "domains", organizationId, { organizationId, emailDomains });

test("what is as declared is no finding, and all organizations are one list", async () => {
  const ids = ["Acme", "Globex", "Initech"].map((name) => logto.organizations.make(name));
  const [first = ""] = ids;
  const admin = logto.organizationRoles.insert({ name: "admin" });
  const member = logto.organizationRoles.insert({ name: "member" });
  logto.organizations.jitRoles.set(first, [admin.id, member.id]);
  logto.organizations.jitEmailDomains.set(first, ["b.com", "a.com"]);
  const names = ["Acme", "Globex", "Initech"];
  expect(
    await found(
      ...ids.map((id, index) => organizationOf(id, { name: names[index] })),
      rolesOf(first, ["member", admin.id]),
      domainsOf(first, ["a.com", "b.com"]),
    ),
  ).toEqual({
    findings: [],
    requests: [
      `GET /api/organizations/${first}/jit/email-domains`,
      `GET /api/organizations/${first}/jit/roles`,
      "GET /api/organizations?page=1&page_size=100",
    ],
  });
});

test("each difference is a finding of the organization", async () => {
  const id = logto.organizations.make("Acme");
  logto.organizations.jitEmailDomains.set(id, ["A.com"]);
  logto.organizationRoles.insert({ name: "member" });
  const customData = { plan: "gold" };
  expect(
    (
      await found(
        organizationOf(id, { name: "Acme", customData, isMfaRequired: true }),
        rolesOf(id, ["member"]),
        domainsOf(id, ["a.com"]),
      )
    ).findings,
  ).toEqual([
    'changed Acme customData.plan: customData.plan is absent, not "gold".',
    "changed Acme isMfaRequired: isMfaRequired is false, not true.",
    'changed Acme roles: Of its just-in-time roles, roles is [], not ["member"].',
    'changed Acme emailDomains: Of its just-in-time email domains, emailDomains is ["A.com"], not ["a.com"].',
  ]);
});

test("an organization that is gone is one finding, and one whose create is not confirmed is unchecked", async () => {
  const { findings } = await found(
    organizationOf("gone", { name: "Acme" }),
    rolesOf("gone", ["member"]),
    domainsOf("gone", []),
    resourceInState("Organization", "other", "pending:Globex", { name: "Globex" }),
  );
  expect(findings).toEqual([
    `missing Acme: Logto at ${logto.url} no longer has it.`,
    "unchecked Globex: The answer to its create was lost, so that the state does not know its ID.",
  ]);
});

test("sets of an organization that the stack does not manage, and that is gone, are missing", async () => {
  const { findings } = await found(rolesOf("gone", ["member"]), domainsOf("gone", ["a.com"]));
  expect(findings).toEqual([
    `missing roles: Logto at ${logto.url} no longer has its just-in-time roles.`,
    `missing domains: Logto at ${logto.url} no longer has its just-in-time email domains.`,
  ]);
});
