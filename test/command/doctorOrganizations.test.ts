/** What `logto-sso doctor --email` says of the organizations that a user joins at the first sign-in. */
import { connectorInState, explicitProvider } from "../exportedState";
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

describe("an email domain of an organization", () => {
  async function startWithDomain(emailDomain = "globex.com") {
    const { logto, id, organizationId } = await startWithConnector();
    const member = logto.organizationRoles.insert({ name: "member" }).id;
    logto.organizations.jitEmailDomains.set(organizationId, [emailDomain]);
    logto.organizations.jitRoles.set(organizationId, [member]);
    return { logto, id, organizationId };
  }

  test("that no connector has: users join without enterprise SSO", async () => {
    const { logto, organizationId } = await startWithDomain();
    logto.organizations.make("Initech");
    const { steps, report } = await run({ email: "user@globex.com" });
    expect(report.failed).toBe(false);
    expect(steps.email).toBe(
      "pass: No connector has the domain globex.com: its users sign in without enterprise SSO.",
    );
    expect(steps.organizations).toBe(
      `pass: When they register without enterprise SSO, users of globex.com become members of "Acme" (${organizationId}) with the role "member".`,
    );
    expect(
      logto.log
        .filter(({ path }) => path.includes("/organizations"))
        .map(({ path }) => path.split("/jit/")[1]),
    ).toEqual([undefined, "email-domains", "email-domains", "roles"]);
  });

  test("in another letter case, which Logto regards", async () => {
    await startWithDomain();
    const { steps } = await run({ email: "user@Globex.com" });
    expect(steps.email).toBe(
      'fail: No connector has the domain globex.com, so its users are offered none. "Acme" has it as a just-in-time email domain in other letter case, which Logto takes for another domain.',
    );
    expect(steps).not.toHaveProperty("organizations");
  });

  test("that anybody can have an address of", async () => {
    const { organizationId } = await startWithDomain("gmail.com");
    const { steps } = await run({ email: "user@gmail.com" });
    expect(namesOf(steps, "fail")).toEqual([]);
    expect(steps.organizations).toContain(`users of gmail.com become members of "Acme" (${organizationId})`);
  });

  test("that a connector has: only a link with the connector counts, unless users are not offered it", async () => {
    const { logto, id, organizationId } = await startWithDomain("acme.com");
    const stepsOf = async () => {
      const { report } = await run({ email: "user@acme.com" });
      const [tenant] = report.tenants;
      return [tenant?.steps, tenant?.connectors[0]?.steps].map(
        (steps) => steps?.find(({ step }) => step === "organizations")?.message,
      );
    };
    expect(await stepsOf()).toEqual([
      `Users of acme.com sign in through a connector, so its being an email domain of "Acme" (${organizationId}) has no effect.`,
      "Users become members of no organization at their first sign-in.",
    ]);
    logto.organizations.add(organizationId, [id]);
    expect(await stepsOf()).toEqual([undefined, expect.stringContaining("At their first sign-in") as string]);
    logto.signInExperience.singleSignOnEnabled = false;
    const [ofTenant] = await stepsOf();
    expect(ofTenant).toContain("When they register without enterprise SSO, users of acme.com become members");
  });

  test("in one of two tenants: the others do not need a connector for it", async () => {
    const { logto: theirs, id } = await startWithDomain();
    const ours = await start();
    const [us, eu] = [explicitProvider("us", theirs.url), explicitProvider("eu", ours.url)];
    const row = theirs.connectors.rows.get(id);
    if (row === undefined) throw new Error("There is no connector.");
    const { report } = await run({ email: "user@globex.com" }, [
      us,
      connectorInState(row, us),
      eu,
      connectorInState(insert(ours, { connectorName: "Globex" }), eu),
    ]);
    expect(report.tenants.flatMap(({ steps }) => steps.filter(({ status }) => status !== "pass"))).toEqual(
      [],
    );
    expect(report.tenants.map(({ steps }) => steps.some(({ step }) => step === "email"))).toEqual([
      true,
      false,
    ]);
  });

  test("with a role for machines, with which the registration fails", async () => {
    const { logto, organizationId } = await startWithDomain();
    const bot = logto.organizationRoles.insert({ name: "bot", type: "MachineToMachine" });
    logto.organizations.jitRoles.set(organizationId, [bot.id]);
    const { steps } = await run({ email: "user@globex.com" });
    expect(namesOf(steps, "fail")).toEqual(["organizations"]);
    expect(steps.organizations).toContain("The registration of each user fails");
  });

  test("with an address that only enterprise SSO would refuse", async () => {
    await startWithDomain();
    const { steps } = await run({ email: "jürgen@globex.com" });
    expect(namesOf(steps, "fail")).toEqual([]);
    expect(steps.organizations).toContain("When they register without enterprise SSO");
  });

  test("that can't be read", async () => {
    const { logto } = await startWithDomain();
    logto.faults.arm("403", { method: "GET", path: /email-domains/ }, Infinity);
    const { steps } = await run({ email: "user@globex.com" });
    expect(namesOf(steps, "unknown")).toEqual(["connectors", "email", "organizations"]);
  });
});

test("a tenant that registers nobody lets only users with an account in, which is said", async () => {
  const { logto } = await startWithConnector();
  logto.signInExperience.signInMode = "SignIn";
  const { steps, screen } = await run({ email: "user@acme.com" });
  expect(steps.switch).toBe(
    "pass: Enterprise SSO is enabled, but user registration is not: only those who have an account sign in.",
  );
  expect(screen.replaceAll(/\s+/g, " ")).toContain("enable user registration in Logto's console");
});
