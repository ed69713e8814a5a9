/** `SingleSignOn`, without the CLI. */
import { startProvider, check, create, loader, unwrapSecrets } from "../engine/engineDouble";
import type { Fault, Logto } from "../logto";
import { bodiesOf, catchOutput, eachWithLogto, messageOf, newStack, settingsFor } from "./inProcess";
import { useVirtualTime } from "../virtualTime";

useVirtualTime();

let logto: Logto;
let other: Logto;
const output = catchOutput();
eachWithLogto((started) => {
  logto = started;
});
eachWithLogto((started) => {
  other = started;
});

const timeout = { "logto:timeoutSeconds": "2" };
const start = (url = logto.url) => startProvider(settingsFor({ url }, timeout));
const newEngine = () => newStack(logto, timeout);
const token = "POST /oidc/token";
const get = "GET /api/sign-in-exp";
const patch = "PATCH /api/sign-in-exp";
const patches = (of: Logto) => bodiesOf(of, "PATCH");

describe("the resource", () => {
  test("is created with one PATCH of the switch alone, and with none if the switch is as declared", async () => {
    const { id, outputs } = await create((await start()).singleSignOn, { enabled: true });
    expect([id, outputs]).toEqual([
      "single-sign-on",
      { enabled: true, tenantId: "default", endpoint: logto.url, ...loader },
    ]);
    expect(patches(logto)).toEqual([{ singleSignOnEnabled: true }]);
    expect(logto.takeLog()).toEqual([token, get, patch]);
    expect(await create((await start()).singleSignOn, { enabled: true })).toEqual({ id, outputs });
    expect(logto.takeLog()).toEqual([token, get]);
  });

  test("is read with one GET, and its drift is corrected by one PATCH", async () => {
    const engine = newEngine();
    const program = { sso: { resource: "singleSignOn" as const, argsFrom: () => ({ enabled: true }) } };
    expect([...(await engine.up(program)).values()]).toEqual([]);
    logto.takeLog();
    await engine.up(program);
    expect(logto.takeLog()).toEqual([token, get]);
    expect(await engine.drift()).toEqual([]);
    logto.signInExperience.singleSignOnEnabled = false;
    expect(await engine.drift()).toEqual(["sso"]);
    logto.takeLog();
    await engine.up(program);
    expect(patches(logto)).toEqual([{ singleSignOnEnabled: true }]);
    expect(logto.signInExperience.singleSignOnEnabled).toBe(true);
    expect(await engine.drift()).toEqual([]);
  });

  test("is read by `get` under its ID, and under no other", async () => {
    const { singleSignOn } = await start();
    const { id, props } = await singleSignOn.read("single-sign-on", {});
    expect([id, props]).toEqual([
      "single-sign-on",
      { enabled: false, tenantId: "default", endpoint: logto.url },
    ]);
    expect(await messageOf(singleSignOn.read("default", {}))).toMatch(
      /Could not read enterprise SSO switch \(default\): "default" is not a valid ID of this resource: it is always single-sign-on\./,
    );
  });

  test("leaves the switch as it is when it is deleted, and says so", async () => {
    const { id, outputs } = await create((await start()).singleSignOn, { enabled: true });
    logto.takeLog();
    await (await start()).singleSignOn.delete(id, outputs);
    expect(logto.takeLog()).toEqual([]);
    expect(logto.signInExperience.singleSignOnEnabled).toBe(true);
    expect(output.text).toContain("Enterprise SSO stays in Logto as it is");
  });

  test("says of one that was renamed without an alias that it is represented by the other one", async () => {
    const engine = newEngine();
    const sso = { resource: "singleSignOn" as const, argsFrom: () => ({ enabled: true }) };
    await engine.up({ old: sso });
    expect([...(await engine.up({ renamed: sso })).values()]).toEqual([]);
    expect(output.text).toContain("since a resource of this stack has it now");
    expect(output.text).not.toContain("Enterprise SSO stays in Logto as it is");
  });

  test("rejects what is not a boolean, in the preview", async () => {
    const { singleSignOn } = await start();
    for (const enabled of [undefined, null, "true", 1, {}, []]) {
      const { failures } = await singleSignOn.check({}, { ...loader, enabled });
      expect(failures).toMatchObject([{ property: "enabled" }]);
    }
    const { failures } = await singleSignOn.check({}, { ...loader, enabled: true, customCss: "" });
    expect(failures).toMatchObject([{ property: "customCss" }]);
    const notKnownYet = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(await check(singleSignOn, { enabled: notKnownYet })).toMatchObject({ enabled: notKnownYet });
    expect(logto.log).toEqual([]);
  });

  test("that Logto answers otherwise than it was asked is an error, and recorded as Logto has it", async () => {
    Object.defineProperty(logto.signInExperience, "singleSignOnEnabled", {
      get: () => false,
      set: () => undefined,
    });
    const { singleSignOn } = await start();
    const inputs = await check(singleSignOn, { enabled: true });
    const error: unknown = await singleSignOn.create(inputs).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      id: "single-sign-on",
      properties: { enabled: false, endpoint: logto.url },
      reasons: [expect.stringContaining("Logto accepted the enterprise SSO switch but ignored enabled.")],
    });
  });

  test.each<[Fault, number]>([
    ["reset after", 1],
    ["502 with JSON after", 1],
    ["200 with HTML", 1],
    ["reset after", Infinity],
    ["500", Infinity],
    ["404 as text", Infinity],
  ])(
    "survives %s at the PATCH, %p times: the switch is as declared after the next run",
    async (fault, times) => {
      const engine = newEngine();
      const declare = (enabled: boolean) => ({
        sso: { resource: "singleSignOn" as const, argsFrom: () => ({ enabled }) },
      });
      // Once at the create, once at an update.
      for (const enabled of [true, false]) {
        logto.faults.arm(fault, { method: "PATCH", path: /sign-in-exp/ }, times);
        const errors = [...(await engine.up(declare(enabled))).values()];
        expect(logto.faults.struck).toBeGreaterThan(0);
        for (const { message } of errors) {
          expect(message).toMatch(/^Could not (create|update) enterprise SSO switch/);
          expect(message).not.toContain("canary");
        }
        logto.faults.disarm();
        const next = await engine.up(declare(enabled), { refresh: false });
        expect([...next.values()]).toEqual([]);
        expect(logto.signInExperience.singleSignOnEnabled).toBe(enabled);
        expect(await engine.drift()).toEqual([]);
      }
    },
  );
});

describe("another endpoint", () => {
  const byHostname = () => logto.url.replace("127.0.0.1", "localhost");
  const created = async () => {
    const result = await create((await start()).singleSignOn, { enabled: true });
    logto.takeLog();
    return result;
  };

  test("is recorded if the switch there is as declared, which changes nothing in any tenant", async () => {
    const { id, outputs } = await created();
    const { singleSignOn } = await start(byHostname());
    const inputs = await check(singleSignOn, { enabled: true });
    expect((await singleSignOn.diff(id, outputs, inputs)).changes).toBe(true);
    const { outs } = await singleSignOn.update(id, outputs, inputs);
    expect(outs).toMatchObject({ enabled: true, endpoint: byHostname() });
    expect(unwrapSecrets((await singleSignOn.read(id, outputs)).props)).toMatchObject({
      endpoint: byHostname(),
    });
    expect(patches(logto)).toEqual([]);
  });

  test("whose switch is otherwise may be that of another tenant: nothing is changed or recorded", async () => {
    const { id, outputs } = await created();
    const { singleSignOn } = await start(other.url);
    const inputs = await check(singleSignOn, { enabled: true });
    await singleSignOn.diff(id, outputs, inputs);
    for (const attempt of [
      () => singleSignOn.update(id, outputs, inputs),
      () => singleSignOn.read(id, outputs),
    ]) {
      const message = await messageOf(attempt());
      expect(message).toContain(
        `it was last seen at ${logto.url}, and the tenant at ${other.url} has another one`,
      );
      expect(message).toMatch(/Nothing was changed.*set logto:endpoint back to.*`pulumi state delete URN`/);
    }
    // A declaration that changes at the same time is no reason to change a tenant that may be another one.
    other.signInExperience.singleSignOnEnabled = true;
    const disabled = await check(singleSignOn, { enabled: false });
    expect(await messageOf(singleSignOn.update(id, outputs, disabled))).toContain("Nothing was changed");
    await singleSignOn.delete(id, outputs);
    expect(patches(other)).toEqual([]);
  });

  test("of a tenant with another ID is another tenant, even if its switch is as declared", async () => {
    const { id, outputs } = await created();
    other.signInExperience.singleSignOnEnabled = true;
    const { singleSignOn } = await start(other.url);
    const recorded = { ...outputs, tenantId: "acme" };
    const inputs = await check(singleSignOn, { enabled: true });
    expect(await messageOf(singleSignOn.update(id, recorded, inputs))).toContain("Nothing was changed");
  });

  test("is confirmed for creates by the connectors of the state, not by the switch that every tenant has", async () => {
    const sso = await created();
    const acme = { providerName: "Okta", connectorName: "Acme" };
    const connector = await create((await start()).ssoConnector, acme);
    other.signInExperience.singleSignOnEnabled = true;
    const { singleSignOn, ssoConnector } = await start(other.url);
    await singleSignOn.diff(sso.id, sso.outputs, await check(singleSignOn, { enabled: true }));
    await ssoConnector.diff(connector.id, connector.outputs, await check(ssoConnector, acme));
    const message = await messageOf(create(ssoConnector, { ...acme, connectorName: "New" }));
    expect(message).toContain(`the tenant at ${other.url} does not have it`);
    expect(other.connectors.rows.size).toBe(0);
  });
});
