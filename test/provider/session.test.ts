/** A run as the front ends share it: what is known before a deployment, and what is said and done at the end. */
import { Calls } from "../../provider/engine/calls";
import { unknownValue } from "../../provider/engine/engineValues";
import { type ResourceKey, resourceKeys } from "../../provider/connector/resources";
import { ExpectedError } from "../../provider/expectedError";
import { ProcessEnd } from "../../provider/lifecycle/processEnd";
import { Lifecycle } from "../../provider/lifecycle/lifecycle";
import { Session } from "../../provider/lifecycle/session";
import { stackSettings } from "../../provider/logto/settings";
import { type Properties, unwrapSecrets } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { useVirtualTime } from "../virtualTime";
import { eachWithLogto, messageOf, settingsFor } from "./inProcess";

useVirtualTime();

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

/** Starts a run, whose messages are taken at the end. */
function startRun(settings: Readonly<Record<string, string>> = settingsFor(logto)) {
  const shown: string[] = [];
  const session: Session = new Session(
    (text, kind) => Promise.resolve().then(() => void shown.push(`${kind}: ${text}`)),
    new ProcessEnd(() => session.showLast()),
  );
  session.configure(stackSettings((key) => settings[key], {}));
  const calls = Object.fromEntries(
    resourceKeys.map((key) => [key, new Calls(session, new Lifecycle(key, session))]),
  ) as Record<ResourceKey, Calls>;
  return { session, calls, shown };
}

const acme = (more: object = {}): Properties => ({
  providerName: "OIDC",
  connectorName: "Acme",
  config: {
    clientId: "client",
    clientSecret: "canary",
    issuer: `${logto.idp}/acme`,
    trustUnverifiedEmail: false,
  },
  ...more,
});
const okta = { providerName: "Okta", connectorName: "Acme" };
const pages = () => logto.log.filter(({ path }) => path === "/api/.well-known/sign-in-exp").length;

async function inputsOf(calls: Calls, args: Properties): Promise<Properties> {
  const { inputs, failures } = await calls.check({}, args);
  expect(failures).toEqual([]);
  return unwrapSecrets(inputs);
}

describe("a preview", () => {
  test("of a create has the inputs, and what Logto alone knows is unknown", async () => {
    const { calls, session } = startRun();
    const previewed = unwrapSecrets(
      await calls.ssoConnector.preview(await inputsOf(calls.ssoConnector, acme())),
    );
    expect(previewed).toEqual({
      ...acme({ branding: {}, domains: [], syncProfile: false, enableTokenStorage: false }),
      endpoint: logto.url,
      createdAt: unknownValue,
      signingCertificate: unknownValue,
      tenantId: unknownValue,
    });
    await session.finish();
    expect(logto.takeLog()).toEqual([]);
  });

  test("of an update keeps what the update leaves alone", async () => {
    const { calls } = startRun();
    const inputs = await inputsOf(calls.ssoConnector, acme());
    const { id, outs } = await calls.ssoConnector.create(inputs);
    logto.takeLog();
    const changed = { ...inputs, domains: [unknownValue], syncProfile: true };
    const previewed = unwrapSecrets(await calls.ssoConnector.preview(changed, id, outs));
    expect(previewed).toMatchObject({
      ...unwrapSecrets(outs),
      domains: [unknownValue],
      syncProfile: true,
    });
    expect(logto.takeLog()).toEqual([]);
  });

  test("of an update of the config does not know the certificate that follows from it", async () => {
    const { calls } = startRun();
    const saml = (signAuthnRequest: boolean) => ({
      providerName: "SAML",
      connectorName: "Acme",
      config: { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest },
    });
    const inputs = await inputsOf(calls.ssoConnector, saml(false));
    const { id, outs } = await calls.ssoConnector.create(inputs);
    const same = await calls.ssoConnector.preview({ ...inputs, syncProfile: true }, id, outs);
    expect(same.signingCertificate).toBeUndefined();
    const signed = await inputsOf(calls.ssoConnector, saml(true));
    expect(unwrapSecrets(await calls.ssoConnector.preview(signed, id, outs))).toMatchObject({
      signingCertificate: unknownValue,
    });
  });
});

test("what an older Logto lacks is said once, of all resources that it concerns", async () => {
  const ids = Array.from(
    { length: 7 },
    (_, index) => logto.connectors.insert({ providerName: "SAML", connectorName: `${index}` }).id,
  );
  logto.features.idpInitiatedAuth = false;
  const { session, calls, shown } = startRun();
  const auth = calls.ssoConnectorIdpInitiatedAuth;
  const stateOf = (connectorId: string) => ({
    connectorId,
    autoSendAuthorizationRequest: true,
    defaultApplicationId: "app",
    endpoint: logto.url,
  });
  for (const id of ids) expect((await auth.read(id, stateOf(id)))?.id).toBe(id);
  for (const id of ids.slice(0, 2)) await auth.delete(id, stateOf(id));
  expect(shown).toEqual([]);
  await session.showLast();
  await session.showLast();
  const names = (some: readonly string[]) =>
    some.map((id) => `IdP-initiated sign-in of SSO connector (${id})`);
  expect(shown).toEqual([
    `info: Not read, since this Logto does not have the feature any more: ${names(ids.slice(0, 5)).join(", ")} and 2 more. It has no effect as long as that is so: remove it from the program.`,
    expect.stringContaining(
      `not from Logto, which does not have the feature any more: ${names(ids.slice(0, 2)).join(" and ")}.`,
    ),
  ]);
});

test("that an older Logto signs no requests is said by a refresh", async () => {
  const config = { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest: true };
  const row = { providerName: "SAML", connectorName: "Acme", config };
  const { id } = logto.connectors.insert(row);
  logto.features.signingKeys = false;
  const { session, calls, shown } = startRun();
  const state = { ...row, signingCertificate: "certificate", endpoint: logto.url };
  expect((await calls.ssoConnector.read(id, state))?.props).toMatchObject({
    signingCertificate: "certificate",
  });
  await session.showLast();
  expect(shown).toEqual([
    `info: Logto does not sign the requests of SSO connector "Acme" (${id}), since this version has no signing keys any more. Upgrade Logto, or remove signAuthnRequest.`,
  ]);
});

test("a domain of several connectors is warned of once, at the end, with their names", async () => {
  const { session, calls, shown } = startRun();
  const names = ["g", "f", "e", "d", "c", "b", "a"];
  for (const connectorName of names) {
    const domains = ["ACME.com", ...(names.indexOf(connectorName) < 2 ? ["acme.org"] : []), unknownValue];
    await inputsOf(calls.ssoConnector, { ...okta, connectorName, domains });
  }
  // The engine checks a resource again before it replaces it.
  await inputsOf(calls.ssoConnector, { ...okta, connectorName: "alone", domains: ["alone.com"] });
  await inputsOf(calls.ssoConnector, { ...okta, connectorName: "alone", domains: ["alone.com"] });
  await inputsOf(calls.ssoConnector, { ...okta, connectorName: unknownValue, domains: ["alone.com"] });
  expect(shown).toEqual([]);
  await session.finish();
  await session.showLast();
  expect(shown).toEqual([
    'warning: The SSO connectors "a", "b", "c", "d", "e" and 2 more share the domain "acme.com".',
    'warning: The SSO connectors "f" and "g" share the domain "acme.org".',
  ]);
});

test("a config that cannot be read before an update is told of once, for all connectors", async () => {
  const { session, calls, shown } = startRun();
  const ids: string[] = [];
  for (const connectorName of ["a", "b"]) {
    const { id, outs } = await calls.ssoConnector.create(
      await inputsOf(calls.ssoConnector, acme({ connectorName })),
    );
    ids.push(id);
    const { config, ...rest } = acme({ connectorName });
    const changed = { ...rest, config: { ...(config as object), issuer: `${logto.idp}/new` } };
    const inputs = await inputsOf(calls.ssoConnector, changed);
    logto.faults.arm("503", { method: "GET", path: /sso-connectors/ }, Infinity);
    await calls.ssoConnector.update(id, outs, inputs);
    logto.faults.disarm();
  }
  await session.finish();
  expect(shown.filter((text) => text.includes("without reading"))).toEqual([
    expect.stringContaining(`of SSO connector ${ids.join(" and ")}: `),
  ]);
});

describe("the notice that users are offered no connector", () => {
  const notice = (how: string) =>
    [
      `warning: enterprise SSO is disabled in the tenant at ${logto.url}, so its users are offered no connector. ${how}`,
      'or turn on "Enterprise SSO" in Logto\'s console, under Sign-in experience > Sign-up and sign-in.',
    ].join(" ");
  const undeclared = () =>
    notice(
      'To enable it, declare `new logto.SingleSignOn("sso", { enabled: true });` (with the option `provider`, if the connectors have it),',
    );

  test("comes at the end, once, and costs one request", async () => {
    const { calls, session, shown } = startRun();
    for (const connectorName of ["Acme", "Globex"]) {
      await calls.ssoConnector.create(await inputsOf(calls.ssoConnector, { ...okta, connectorName }));
    }
    expect(shown).toEqual([]);
    await session.finish();
    await session.showLast();
    expect(shown).toEqual([undeclared()]);
    expect(pages()).toBe(1);
  });

  test("waits for a tenant that answers late, and for no answer that takes too long", async () => {
    logto.faults.arm("slow", { method: "GET", path: /well-known/ });
    const { calls, session, shown } = startRun();
    await calls.ssoConnector.create(await inputsOf(calls.ssoConnector, okta));
    await session.finish();
    expect(shown).toEqual([undeclared()]);

    logto.faults.arm("hang after", { method: "GET", path: /well-known/ });
    const other = startRun();
    await other.calls.ssoConnector.create(
      await inputsOf(other.calls.ssoConnector, { ...okta, connectorName: "B" }),
    );
    const begun = Date.now();
    await other.session.finish();
    expect(Date.now() - begun).toBeLessThanOrEqual(2000);
    expect(other.shown).toEqual([]);
  });

  test("does not come where the tenant fails, which is asked only once", async () => {
    logto.faults.arm("503", { method: "GET", path: /well-known/ }, Infinity);
    const { calls, session, shown } = startRun();
    await calls.ssoConnector.create(await inputsOf(calls.ssoConnector, okta));
    await session.finish();
    expect(shown).toEqual([]);
    expect(pages()).toBe(1);
  });

  test("does not come where enterprise SSO is enabled, or declared so, also later", async () => {
    const late = startRun();
    await late.calls.ssoConnector.create(await inputsOf(late.calls.ssoConnector, okta));
    await inputsOf(late.calls.singleSignOn, { enabled: true });
    await late.session.finish();
    expect(late.shown).toEqual([]);

    logto.log.length = 0;
    const early = startRun();
    await inputsOf(early.calls.singleSignOn, { enabled: true });
    await early.calls.ssoConnector.create(
      await inputsOf(early.calls.ssoConnector, { ...okta, connectorName: "B" }),
    );
    await early.session.finish();
    expect(early.shown).toEqual([]);
    expect(pages()).toBe(0);

    logto.signInExperience.singleSignOnEnabled = true;
    const enabled = startRun();
    await enabled.calls.ssoConnector.create(
      await inputsOf(enabled.calls.ssoConnector, { ...okta, connectorName: "C" }),
    );
    await enabled.session.finish();
    expect(enabled.shown).toEqual([]);
  });

  test("comes before the end of a process that a signal ends, once the tenant has answered", async () => {
    const before = process.listeners("SIGINT");
    const { calls, shown } = startRun();
    const [listener] = process.listeners("SIGINT").filter((one) => !before.includes(one));
    const ended = new Promise<string[]>((resolve) => {
      jest.spyOn(process, "exit").mockImplementation((() => {
        resolve([...shown]);
      }) as () => never);
    });
    logto.faults.arm("slow", { method: "GET", path: /well-known/ });
    await calls.ssoConnector.create(await inputsOf(calls.ssoConnector, okta));
    listener?.("SIGINT");
    expect(await ended).toEqual([undeclared()]);
    jest.restoreAllMocks();
  });

  test("says to change the switch that the program declares", async () => {
    const { calls, session, shown } = startRun();
    await inputsOf(calls.singleSignOn, { enabled: false });
    await calls.ssoConnector.create(await inputsOf(calls.ssoConnector, okta));
    await session.finish();
    expect(shown).toEqual([notice("To enable it, declare `enabled: true` in the program's SingleSignOn,")]);
  });
});

test("the end of a run during a call ends its waiting, and what may have been applied is looked up by the next one", async () => {
  const settings = settingsFor(logto, { "logto:timeoutSeconds": "3600" });
  const { calls, session } = startRun(settings);
  logto.faults.arm("hang after", "create");
  const inputs = await inputsOf(calls.ssoConnector, acme());
  const arrived = new Promise<void>((resolve) => {
    logto.beforeAnswer = ({ method, path }) => {
      if (method === "POST" && path === "/api/sso-connectors") resolve();
    };
  });
  const failed = calls.ssoConnector.create(inputs).catch((error: unknown) => error);
  await arrived;
  const begun = Date.now();
  await session.finish();
  expect(await failed).toMatchObject({
    message: expect.stringContaining("interrupted") as string,
    id: "pending:Acme",
    properties: { providerName: "OIDC", connectorName: "Acme", endpoint: logto.url },
  });
  expect(Date.now() - begun).toBeLessThan(10_000);
  expect(session.isFinished).toBe(true);
});

test("an error that is not ours shows its text without the secrets of the settings and of the call, and with all else", async () => {
  const { session } = startRun();
  const text = `${logto.url}: canary-m2m, m2m, canary-call`;
  const failing = (secrets?: () => string[]) =>
    messageOf(session.keepAlive(() => Promise.reject(new TypeError(text)), false, secrets));
  expect(await failing(() => ["canary-call"])).toContain(
    `TypeError: ${logto.url}: [secret], m2m, [secret]\n`,
  );
  expect(await failing()).toContain(`TypeError: ${logto.url}: [secret], m2m, canary-call\n`);
});

test("an error that is not ours hides the secrets of what a call is about", async () => {
  const { session } = startRun();
  const fail = () => {
    throw new TypeError("bad: canary-old canary-new");
  };
  const methods = {
    check: fail,
    diff: fail,
    preview: fail,
    create: fail,
    read: fail,
    update: fail,
    delete: fail,
  };
  const calls = new Calls(session, Object.assign(new Lifecycle("ssoConnector", session), methods));
  const [olds, news] = ["canary-old", "canary-new"].map((clientSecret) =>
    acme({ config: { clientSecret } }),
  ) as [Properties, Properties];
  const both = [
    calls.check(olds, news),
    calls.diff("id", olds, news),
    calls.preview(news, "id", olds),
    calls.update("id", olds, news),
  ];
  for (const call of both) expect(await messageOf(call)).toContain("TypeError: bad: [secret] [secret]\n");
  expect(await messageOf(calls.create(news))).toContain("TypeError: bad: canary-old [secret]\n");
  for (const call of [calls.read("id", olds), calls.delete("id", olds)])
    expect(await messageOf(call)).toContain("TypeError: bad: [secret] canary-new\n");
});

test("addresses are known without credentials, unless they are malformed", () => {
  const addresses = (settings: Readonly<Record<string, string>>) => {
    const { session } = startRun(settings);
    return [session.endpoint(), session.signInAddress(), session.missingSettings().length];
  };
  const [endpoint, signInEndpoint] = ["https://logto.acme.com/", "https://login.acme.com"];
  expect(addresses({})).toEqual([undefined, undefined, 3]);
  expect(addresses({ "logto:endpoint": endpoint })).toEqual([
    "https://logto.acme.com",
    "https://logto.acme.com",
    2,
  ]);
  expect(addresses({ "logto:endpoint": endpoint, "logto:signInEndpoint": signInEndpoint })).toEqual([
    "https://logto.acme.com",
    signInEndpoint,
    2,
  ]);
  expect(addresses({ "logto:endpoint": "logto", "logto:clientId": "m2m" })).toEqual([
    undefined,
    undefined,
    1,
  ]);
  expect(startRun({}).session.originOf("endpoint")).toBe("logto:endpoint");
});

test("a message is shown once in a run", async () => {
  const { session, shown } = startRun();
  session.notify("one");
  session.notify("one", "warning");
  session.notify("two", "warning");
  await session.showLast();
  expect(shown).toEqual(["info: one", "warning: two"]);
});

test("an error of a call contains no control characters", async () => {
  const { session } = startRun();
  const fail = () => {
    throw new ExpectedError("No\u001b[31m.");
  };
  const calls = new Calls(session, Object.assign(new Lifecycle("ssoConnector", session), { diff: fail }));
  expect(await messageOf(calls.diff("id1", acme(), acme()))).toBe("No\\u001b[31m.");
});
