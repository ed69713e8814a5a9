/** What `logto-sso doctor --email` says of the organizations that a user joins at the first sign-in. */
import { eachExamined, insert, namesOf, run, start } from "./examination";

eachExamined();

async function startWithConnector() {
  const logto = await start();
  const { id } = insert(logto);
  const organizationId = logto.organizations.make("Acme");
  return { logto, id, organizationId };
}

test("the roles that users get are named, and that they get none", async () => {
  const { logto, id, organizationId } = await startWithConnector();
  const email = "user@acme.com";
  expect((await run({ email })).steps.organizations).toBe(
    "pass: Users become members of no organization at their first sign-in.",
  );
  logto.organizations.add(organizationId, [id]);
  expect((await run({ email })).steps.organizations).toBe(
    `pass: At their first sign-in, users become members of "Acme" (${organizationId}) with no role.`,
  );
  const roles = ["member", "admin"].map((name) => logto.organizationRoles.insert({ name }).id);
  logto.organizations.jitRoles.set(organizationId, roles);
  expect((await run({ email })).steps.organizations).toBe(
    `pass: At their first sign-in, users become members of "Acme" (${organizationId}) with the roles "admin" and "member".`,
  );
  expect((await run()).steps).not.toHaveProperty("organizations");
});

test("a role for machines, with which the first sign-in fails, is a failure", async () => {
  const { logto, id, organizationId } = await startWithConnector();
  logto.organizations.add(organizationId, [id]);
  const bot = logto.organizationRoles.insert({ name: "bot", type: "MachineToMachine" });
  logto.organizations.jitRoles.set(organizationId, [bot.id]);
  const { steps } = await run({ email: "user@acme.com" });
  expect(namesOf(steps, "fail")).toEqual(["organizations"]);
  expect(steps.organizations).toContain('the just-in-time role "bot"');
});

test("organizations that can't be read are unknown", async () => {
  const { logto } = await startWithConnector();
  logto.faults.arm("403", { method: "GET", path: /^\/api\/organizations/ }, Infinity);
  const { steps } = await run({ email: "user@acme.com" });
  expect(namesOf(steps, "unknown")).toContain("organizations");
});
