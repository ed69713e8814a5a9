/** What becomes of a connector when its declaration loses something, or has what Logto does not know. */
import { resources } from "../../provider/connector/resources";
import { markSecrets } from "../../provider/lifecycle/secrets";
import { allProviders } from "../allProviders";
import { check, loader, startProvider, unwrapSecrets } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { inVirtualTime } from "../virtualTime";
import { bodiesOf, deploy, eachWithLogto, messageOf, newStack, settingsFor } from "./inProcess";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

test("a field that is removed from the program returns to its default, but a removed config stays in Logto", async () => {
  const { oidc = {} } = allProviders(logto);
  const stack = newStack(logto);
  await deploy(stack, { oidc: { ...oidc, branding: { displayName: "Acme" } } });
  const { config } = logto.named("oidc");
  logto.takeLog();
  const { scope, ...rest } = config;
  await deploy(stack, { oidc: { providerName: "OIDC", config: rest } }, { refresh: false });
  expect(bodiesOf(logto, "PATCH")).toEqual([
    {
      branding: {},
      config: {
        clientId: "client",
        clientSecret: "canary-config",
        issuer: config.issuer,
        trustUnverifiedEmail: false,
      },
      domains: [],
      syncProfile: false,
    },
  ]);

  logto.takeLog();
  const withoutConfig = { oidc: { providerName: "OIDC" } };
  await deploy(stack, withoutConfig, { refresh: false });
  expect(logto.takeLog()).toEqual([]);
  expect(logto.named("oidc").config).toHaveProperty("clientSecret", "canary-config");
  Object.assign(logto.named("oidc").config, { scope: "changed in the console" });
  expect(await stack.drift()).toEqual([]);
  await deploy(stack, withoutConfig);
  expect(bodiesOf(logto, "PATCH")).toEqual([]);
});

test("the error names a key of extraConfig that Logto ignores, and the next run updates the connector", async () => {
  const { okta = {} } = allProviders(logto);
  const stack = newStack(logto);
  const errors = await stack.up({ okta: { ...okta, extraConfig: { pkce: "canary-extra" } } });
  const message = errors.get("okta")?.message;
  expect(message).toMatch(
    /^Logto accepted SSO connector "okta" \(\w+\) but ignored config\.pkce\. Your Logto version may not support it/,
  );
  expect(message).not.toContain("canary");
  await deploy(stack, { okta });
  expect(logto.connectors.rows.size).toBe(1);
  expect(await stack.drift()).toEqual([]);
  await deploy(stack, {});
  expect(logto.connectors.rows.size).toBe(0);
});

test("a create that did not reach Logto is sent again, in the same run", async () => {
  const stack = newStack(logto);
  logto.faults.arm("reset before", "create");
  await deploy(stack, { acme: { providerName: "Okta" } });
  expect([...logto.connectors.rows.values()].map(({ connectorName }) => connectorName)).toEqual(["acme"]);
});

test("a create that never reaches Logto is sent three times", async () => {
  const { ssoConnector } = await startProvider(settingsFor(logto));
  const inputs = await check(ssoConnector, { providerName: "Okta", connectorName: "acme" });
  logto.faults.arm("reset before", "create", 4);
  const message = await inVirtualTime(() => messageOf(ssoConnector.create(inputs)));
  expect(message).toContain("The change may have been applied anyway.");
  expect(logto.connectors.rows.size).toBe(0);
});

test.each([
  ["is waited for while Logto contacts its identity provider", 3000, 1],
  ["is that of the create, also after the last time that it was looked for", 5000, 2],
])(
  "a connector that appears late, after the answer to its create was lost, %s",
  async (_what, afterMs, creates) => {
    const { oidc = {} } = allProviders(logto);
    const { ssoConnector } = await startProvider(settingsFor(logto));
    const inputs = await check(ssoConnector, { ...oidc, connectorName: "acme" });
    logto.faults.arm("reset before", "create");
    logto.takeLog();
    const { id } = await inVirtualTime(() => {
      const begun = Date.now();
      logto.beforeAnswer = ({ method }) => {
        if (method !== "GET" || Date.now() < begun + afterMs) return;
        logto.beforeAnswer = () => undefined;
        logto.connectors.insert({ ...unwrapSecrets(inputs), providerName: "OIDC", connectorName: "acme" });
      };
      return ssoConnector.create(inputs);
    });
    expect([...logto.connectors.rows.keys()]).toEqual([id]);
    expect(logto.takeLog().filter((request) => request === "POST /api/sso-connectors")).toHaveLength(creates);
  },
);

test("a connector of which nobody knows whether it was created is found, or deleted, by its name in a later run", async () => {
  const okta = { providerName: "Okta", connectorName: "acme" };
  for (const next of ["refresh", "destroy", "somebody else's"] as const) {
    const stack = newStack(logto);
    logto.faults.arm("reset before", "create", 4);
    expect((await inVirtualTime(() => stack.up({ acme: okta }))).size).toBe(1);
    logto.faults.disarm();
    // Logto has created it after all, or somebody has created another one.
    const more = next === "somebody else's" ? { providerName: "OIDC" } : {};
    const { id } = logto.connectors.insert({ ...okta, ...more });
    if (next === "refresh") {
      expect([...(await stack.refresh()).values()]).toEqual([]);
      expect(stack.state.get("acme")?.id).toBe(id);
    }
    await deploy(stack, {}, { refresh: false });
    expect([...logto.connectors.rows.keys()]).toEqual(next === "somebody else's" ? [id] : []);
    logto.connectors.rows.clear();
  }
});

test("a create that Logto does not answer in time is sent once: again, it would only hang again", async () => {
  const { ssoConnector } = await startProvider(settingsFor(logto, { "logto:timeoutSeconds": "3" }));
  const inputs = await check(ssoConnector, { providerName: "Okta", connectorName: "acme" });
  logto.faults.arm("hang", "create", Infinity);
  const message = await inVirtualTime(() => messageOf(ssoConnector.create(inputs)));
  expect(message).toContain("[timeout]");
  const sent = logto.takeLog();
  expect(sent.filter((request) => request === "POST /api/sso-connectors")).toHaveLength(1);
  // It is looked for instead.
  expect(sent).toContain("GET /api/sso-connectors");
});

test("an element of a list that is not known yet passes the preview beside those that are", async () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const { ssoConnector } = await startProvider(settingsFor(logto));
  const args = { ...loader, providerName: "Okta", connectorName: "acme" };
  expect(await ssoConnector.check({}, { ...args, domains: [unknown, "acme.com"] })).toMatchObject({
    inputs: { domains: expect.arrayContaining([unknown, "acme.com"]) as unknown },
    failures: [],
  });
  expect((await ssoConnector.check({}, { ...args, domains: [unknown, "acme"] })).failures).toEqual([
    expect.objectContaining({ property: "domains[1]" }),
  ]);
});

test("the secrets of a config are secret, and so are keys of extraConfig, which it contains", () => {
  const config = { clientId: "client", clientSecret: "canary-config", pkce: "canary-extra" };
  expect(markSecrets(resources.ssoConnector, { config }, (secret) => ({ secret }))).toEqual({
    config: {
      clientId: "client",
      clientSecret: { secret: "canary-config" },
      pkce: { secret: "canary-extra" },
    },
  });
});
