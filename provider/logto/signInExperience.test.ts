/** The switch of enterprise SSO, and which connectors are shown at sign-in. */
import { type Logto, startLogto } from "../../test/logto";
import { clientOf } from "../../test/scriptedClient";
import { LogtoClient } from "./client";
import { readSettings, stackSettings } from "./settings";

let logto: Logto;
let client: LogtoClient;
beforeEach(async () => {
  logto = await startLogto();
  const values: Record<string, string> = {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-m2m",
  };
  client = new LogtoClient(readSettings(stackSettings((key) => values[key], {})));
});
afterEach(() => logto.close());

const insert = (connectorName: string, domains: string[], config: Record<string, unknown>) =>
  logto.connectors.insert({ providerName: "GoogleWorkspace", connectorName, domains, config });

test("enterprise SSO is enabled and disabled by one PATCH each", async () => {
  expect(await client.signInExperience.get()).toMatchObject({ singleSignOnEnabled: false });
  expect(await client.signInExperience.setSingleSignOn(true)).toMatchObject({ singleSignOnEnabled: true });
  expect(logto.signInExperience.singleSignOnEnabled).toBe(true);
  expect(logto.log.at(-1)?.body).toEqual({ singleSignOnEnabled: true });
});

test("the sign-in page is read without a token, and has the connectors that are shown at sign-in", async () => {
  const config = { clientId: "client", clientSecret: "canary-config" };
  const { id } = insert("shown", ["acme.com"], config);
  insert("without domains", [], config);
  insert("without config", ["acme.com"], {});
  expect(await client.getSignInPage()).toMatchObject({ singleSignOnEnabled: false, connectorIds: [] });
  logto.signInExperience.singleSignOnEnabled = true;
  expect(await client.getSignInPage()).toMatchObject({ singleSignOnEnabled: true, connectorIds: [id] });
  const sent = logto.log.map(({ method, path }) => `${method} ${path}`);
  expect(sent).toEqual(Array<string>(2).fill("GET /api/.well-known/sign-in-exp"));
});

test.each([{ singleSignOnEnabled: true }, { ssoConnectors: [] }, []])(
  "%j is no sign-in page",
  async (body) => {
    const { client: other } = await clientOf([{ body }]);
    await expect(other.getSignInPage()).rejects.toThrow("the response is not");
  },
);

test("the sign-in page is asked for again after a failure, unless it is not worth it", async () => {
  const busy = { status: 503, body: "busy" };
  const page = { singleSignOnEnabled: true, ssoConnectors: [] };
  const { client: patient } = await clientOf([busy, { body: page }]);
  expect(await patient.getSignInPage()).toEqual({ singleSignOnEnabled: true, connectorIds: [] });
  const { client: hasty, calledPaths } = await clientOf([busy, { body: page }]);
  await expect(hasty.getSignInPage(undefined, { once: true })).rejects.toThrow("503");
  expect(calledPaths()).toHaveLength(1);
});

test("the sign-in page of 1,000 connectors, each with two logos, is read", async () => {
  logto.signInExperience.singleSignOnEnabled = true;
  for (let index = 0; index < 1000; index++) {
    insert(`customer-${index}`, [`customer-${index}.com`], {
      clientId: "client",
      clientSecret: "canary-config",
    });
  }
  expect((await client.getSignInPage()).connectorIds).toEqual([...logto.connectors.rows.keys()]);
});

test("the tenant of the switch is known where Logto says it", async () => {
  const shown = async (more: object) => {
    const scripted = await clientOf([{ body: { singleSignOnEnabled: true, ...more } }]);
    return scripted.client.signInExperience.get();
  };
  expect(await shown({ tenantId: "t1" })).toStrictEqual({ singleSignOnEnabled: true, tenantId: "t1" });
  expect(await shown({ tenantId: 1 })).toStrictEqual({ singleSignOnEnabled: true });
  expect(await shown({})).toStrictEqual({ singleSignOnEnabled: true });
});

test("a response of something else is an error", async () => {
  logto.faults.arm("200 with HTML", { method: "GET", path: /sign-in-exp/ }, Infinity);
  await expect(client.getSignInPage()).rejects.toThrow(/not from Logto/);
  await expect(client.signInExperience.get()).rejects.toThrow(/not from Logto/);
});
