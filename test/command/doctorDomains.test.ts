/** What `logto-sso doctor` says of email addresses and domains, compared with what Logto's sign-in page is offered. */
import { signIn } from "../signIn";
import { connectorInState } from "../exportedState";
import { eachExamined, insert, namesOf, run, start, startIdp } from "./examination";

eachExamined();

const messageOf = (report: Awaited<ReturnType<typeof run>>["report"], name: string) => {
  const connector = report.tenants[0]?.connectors.find((one) => one.name === name);
  const step = connector?.steps.find((one) => one.step === "domains");
  return `${String(step?.status)}: ${String(step?.message)} ${step?.remedy ?? ""}`.trim();
};

describe("an address", () => {
  const domains = [
    "acme.com",
    "münchen.test",
    "xn--mnchen-3ya.test",
    "localhost",
    "1.2.3.4",
    "[1.2.3.4]",
    "acme.com.",
  ];

  /** Starts a Logto with a connector for the domains, at which users can sign in. */
  async function connect() {
    const logto = await start();
    const row = insert(logto, { id: "acme1", domains });
    const idp = await startIdp({
      client_id: "client",
      client_secret: "canary-config",
      redirect_uris: [`${logto.url}/callback/acme1`],
    });
    row.config = { ...row.config, issuer: idp.issuer };
    return logto;
  }

  test.each([
    ["user@münchen.test", 'Write the domain in ASCII: "xn--mnchen-3ya.test"'],
    ["user@MÜNCHEN.test", 'Write the domain in ASCII: "xn--mnchen-3ya.test"'],
    ["user@localhost", "After the @"],
    ["user@acme.com.", "After the @"],
    ["user@1.2.3.4", "After the @"],
    ["user@[1.2.3.4]", "After the @"],
    ["üser@acme.com", "Before the @"],
    [".user@acme.com", "Before the @"],
    ['"us er"@acme.com', "Before the @"],
    ["us er@acme.com", "Before the @"],
    ["us@er@acme.com", "Before the @"],
  ])("that Logto refuses: %s", async (email, remedy) => {
    await expect(signIn(await connect(), email)).rejects.toThrow("guard.invalid_input");
    const { steps, screen, report } = await run({ email });
    expect(steps.email).toBe(
      `fail: Logto 1.42 does not accept ${JSON.stringify(email)} as an email address, so it offers no connector for it.`,
    );
    expect(screen.replaceAll(/\s+/g, " ")).toContain(remedy);
    expect(report.failed).toBe(true);
  });

  test.each([
    "user@acme.com",
    "USER@ACME.COM",
    "user+tag@acme.com",
    "o'neil@acme.com",
    "a_b-c.d@xn--mnchen-3ya.test",
  ])("that Logto accepts: %s", async (email) => {
    expect(await signIn(await connect(), email)).toMatchObject({ connectorId: "acme1" });
    const { steps, report } = await run({ email });
    expect(steps.email).toMatch(/^pass: Users of \S+ are offered "Acme"\.$/);
    expect(report.failed).toBe(false);
  });
});

describe("the domains of a connector", () => {
  test.each([
    [
      ["münchen.test"],
      'fail: Logto accepts no email address of münchen.test, so nobody is offered it. "münchen.test": Logto 1.42 finds a connector by addresses in ASCII only. Specify "xn--mnchen-3ya.test" as well.',
    ],
    [["münchen.test", "xn--mnchen-3ya.test"], "pass: Users of xn--mnchen-3ya.test are offered it."],
    [
      ["münchen.test", "acme.com"],
      'pass: Users of acme.com are offered it. "münchen.test": Logto 1.42 finds',
    ],
    [["localhost"], "fail: Logto accepts no email address of localhost, so nobody is offered it."],
    [
      ["acme.com", "acme.com."],
      'pass: Users of acme.com are offered it. "acme.com." must not end with a dot.',
    ],
    [["acme.com", "b.com"], "pass: Users of acme.com and 1 other domain are offered it."],
  ])("%j", async (domains, message) => {
    insert(await start(), { domains });
    expect(messageOf((await run()).report, "Acme")).toContain(message);
  });

  test.each([true, false])(
    "that it has without a config, with enterprise SSO switched on: %p",
    async (enabled) => {
      const logto = await start();
      logto.signInExperience.singleSignOnEnabled = enabled;
      const row = insert(logto, { config: {} });
      const { steps } = await run({}, [connectorInState(row)]);
      expect(steps.domains).toBe("fail: Users of acme.com are not offered it, as it has no config.");
      expect(namesOf(steps, "fail")).toEqual([...(enabled ? [] : ["switch"]), "config", "domains"]);
    },
  );

  test("while enterprise SSO is disabled", async () => {
    const logto = await start();
    logto.signInExperience.singleSignOnEnabled = false;
    insert(logto);
    expect((await run()).steps.domains).toBe(
      "pass: Users of acme.com are offered it once enterprise SSO is enabled.",
    );
  });

  test.each([true, false])(
    "that two connectors have, with enterprise SSO switched on: %p",
    async (enabled) => {
      const logto = await start();
      logto.signInExperience.singleSignOnEnabled = enabled;
      insert(logto, { domains: ["acme.com", "acme.org"] });
      insert(logto, { connectorName: "Globex", domains: ["ACME.com", "globex.com"] });
      insert(logto, { connectorName: "Old", config: {} });
      insert(logto, { connectorName: "Other", domains: ["other.com"] });
      const { report, screen } = await run();
      expect(messageOf(report, "Acme")).toContain(
        'Those of acme.com choose between it and "Globex". Remove the domain from all connectors but one',
      );
      expect(messageOf(report, "Globex")).toContain('Those of acme.com choose between it and "Acme".');
      expect(messageOf(report, "Old")).not.toContain("choose");
      expect(messageOf(report, "Other")).toMatch(/^pass: [^.]*other\.com are offered it[^.]*\.$/);
      expect(screen).toContain("choose between it and");
    },
  );
});

test("a connector without domains needs some", async () => {
  const logto = await start();
  insert(logto, { domains: [] });
  const { steps, screen } = await run();
  expect(steps.domains).toBe("fail: It has no domains, so nobody is offered it.");
  expect(screen).toContain("Declare the domains");
});
