/** The notice of connectors that nobody is offered, which comes when the engine ends the provider's process. */
import { check, create, type Properties } from "../engine/engineDouble";
import { type Host, startHost } from "../engine/host";
import type { Fault, Logto } from "../logto";
import { eachWithLogto, messageOf, settingsFor } from "../provider/inProcess";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const page = ({ log }: Logto) => log.filter(({ path }) => path === "/api/.well-known/sign-in-exp");
const okta = (connectorName: string): Properties => ({ providerName: "Okta", connectorName });
const warning = /^warning: enterprise SSO is disabled in the tenant at (\S*), so its users are offered no/gm;

/** Runs a provider process until the engine ends it. Returns the notices that it printed. */
async function run(act: (host: Host) => Promise<unknown>): Promise<string> {
  const host = await startHost(settingsFor(logto, { "logto:timeoutSeconds": "2" }));
  await act(host);
  await host.end();
  return (await host.result).stdout;
}

test("comes once, at the end of the run, for any number of creates, and costs one request without a token", async () => {
  logto.faults.arm("slow", { method: "GET", path: /well-known/ });
  const stdout = await run(({ providers: { ssoConnector } }) =>
    Promise.all(Array.from({ length: 20 }, (_, index) => create(ssoConnector, okta(`customer ${index}`)))),
  );
  expect([...stdout.matchAll(warning)].map(([, endpoint]) => endpoint)).toEqual([logto.url]);
  expect(stdout).toContain('declare `new logto.SingleSignOn("sso", { enabled: true });`');
  expect(stdout).toContain("in Logto's console, under Sign-in experience > Sign-up and sign-in");
  expect(page(logto)).toHaveLength(1);
});

test("does not come if enterprise SSO is enabled, or the program declares it enabled, however late", async () => {
  const late = await run(async ({ providers: { ssoConnector, singleSignOn } }) => {
    await create(ssoConnector, okta("first"));
    await create(singleSignOn, { enabled: true });
  });
  expect(late).not.toMatch(warning);
  logto.log.length = 0;
  const early = await run(async ({ providers: { ssoConnector, singleSignOn } }) => {
    await check(singleSignOn, { enabled: true });
    await create(ssoConnector, okta("second"));
  });
  expect(early).not.toMatch(warning);
  expect(page(logto)).toEqual([]);
  const enabled = await run(({ providers: { ssoConnector } }) => create(ssoConnector, okta("third")));
  expect(enabled).not.toMatch(warning);
  expect(page(logto)).toHaveLength(1);
});

test("says to enable the declared switch if the program declares it disabled", async () => {
  const stdout = await run(async ({ providers: { ssoConnector, singleSignOn } }) => {
    await create(singleSignOn, { enabled: false });
    await create(ssoConnector, okta("acme"));
  });
  expect(stdout).toMatch(warning);
  expect(stdout).toContain("declare `enabled: true` in the program's SingleSignOn");
});

test("costs no request in a run that creates no connector: preview, refresh, update, delete, a failed create", async () => {
  let connector = { id: "", outputs: {} };
  await run(async ({ providers: { ssoConnector } }) => {
    connector = await create(ssoConnector, okta("acme"));
  });
  const { id, outputs } = connector;
  logto.log.length = 0;
  const stdout = await run(async ({ providers: { ssoConnector } }) => {
    const inputs = await check(ssoConnector, { ...okta("acme"), domains: ["acme.com"] });
    await ssoConnector.diff(id, outputs, inputs);
    await ssoConnector.read(id, outputs);
    await ssoConnector.update(id, outputs, inputs);
    expect(await messageOf(create(ssoConnector, okta("acme")))).toContain("belongs to the connector");
    await ssoConnector.delete(id, outputs);
  });
  expect(stdout).not.toMatch(warning);
  expect(page(logto)).toEqual([]);
});

test.each<Fault>(["404 as text", "200 with HTML", "503", "refuse"])(
  "does not come if the request meets %s, which is sent once and does not fail the create",
  async (fault) => {
    logto.faults.arm(fault, { method: "GET", path: /well-known/ }, Infinity);
    const stdout = await run(({ providers: { ssoConnector } }) => create(ssoConnector, okta("acme")));
    expect(stdout).not.toMatch(warning);
    expect(page(logto)).toHaveLength(1);
    expect(logto.named("acme")).toMatchObject({ connectorName: "acme" });
  },
);

test("does not come if the request hangs, for which the create does not wait", async () => {
  logto.faults.arm("hang after", { method: "GET", path: /well-known/ });
  const asked = new Promise<void>((resolve) => {
    logto.beforeAnswer = ({ path }) => {
      if (path.includes("well-known")) resolve();
    };
  });
  const stdout = await run(async ({ providers: { ssoConnector } }) => {
    await create(ssoConnector, okta("acme"));
    await asked;
    // The request is still under way: its connection is closed when its time is up.
    expect(logto.connections.open).toBeGreaterThan(0);
  });
  expect(stdout).not.toMatch(warning);
});
