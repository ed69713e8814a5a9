/** `SingleSignOn` with the real Pulumi CLI: what users are offered, and the warning of a switch that is off. */
import * as sso from "pulumi-logto-sso";
import type { Logto } from "../logto";
import { driftOf, eachWithLogto, patchesOf, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const acme = () =>
  new sso.SsoConnector("acme", {
    providerName: "OIDC",
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    domains: ["acme.com"],
  });

const warning = "enterprise SSO is disabled";
const pagesRead = () => logto.log.filter(({ path }) => path.includes("well-known")).length;

test("an `up` that creates a connector which nobody is offered warns of it, and no other command asks", async () => {
  const stack = await stackOf(logto, () => void acme());
  expect((await stack.preview()).stdout).not.toContain(warning);
  expect(pagesRead()).toBe(0);
  const { stdout } = await stack.up();
  expect(stdout.replace(/^[^]*Diagnostics:/, "").split(warning)).toHaveLength(2);
  expect(stdout).toContain('declare `new logto.SingleSignOn("sso", { enabled: true });`');
  expect(pagesRead()).toBe(1);
  logto.takeLog();

  const unchanged = await stack.up(["--refresh", "--expect-no-changes"]);
  expect(unchanged.stdout).not.toContain(warning);
  expect(pagesRead()).toBe(0);
});

test("with a SingleSignOn, users are offered the connector; drift is found, corrected by one PATCH, and a destroy leaves the switch", async () => {
  const stack = await stackOf(logto, () => {
    // The engine learns of it after it has created the connector.
    new sso.SingleSignOn("sso", { enabled: true }, { dependsOn: acme() });
    return undefined;
  });
  expect((await stack.up()).stdout).not.toContain(warning);
  const page = await fetch(`${logto.url}/api/.well-known/sign-in-exp`);
  expect(await page.json()).toMatchObject({ ssoConnectors: [{ id: logto.named("acme").id }] });
  logto.takeLog();
  await stack.up(["--expect-no-changes"]);
  expect(logto.log).toEqual([]);

  logto.signInExperience.singleSignOnEnabled = false;
  const drift = await driftOf(stack);
  expect(drift.code).toBe(7);
  expect(drift.stdout).toMatch(/SingleSignOn[^]*[-+~] enabled/);
  expect(logto.takeLog().sort()).toEqual([
    "GET /api/sign-in-exp",
    "GET /api/sso-connectors/:id",
    "POST /oidc/token",
  ]);
  await stack.up(["--refresh"]);
  expect(patchesOf(logto)).toEqual([{ singleSignOnEnabled: true }]);

  expect((await stack.destroy()).stdout).toContain("Enterprise SSO stays in Logto as it is");
  expect(logto.signInExperience.singleSignOnEnabled).toBe(true);
  expect(logto.connectors.rows.size).toBe(0);
});

test("two SingleSignOns of one tenant are an error that names both, and not one of another tenant", async () => {
  const access = { endpoint: "https://other.acme.com", clientId: "m2m", clientSecret: "canary-m2m" };
  const stack = await stackOf(logto, () => {
    new sso.SingleSignOn("first", { enabled: true });
    const provider = new sso.Provider("other", access);
    new sso.SingleSignOn("of another tenant", { enabled: false }, { provider });
    sso.SingleSignOn.get("read only", "single-sign-on");
    new sso.SingleSignOn("second", { enabled: true });
    return undefined;
  });
  const { code, stdout } = await stack.preview([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toContain('The SingleSignOn "first" and "second" declare the same switch');
});
