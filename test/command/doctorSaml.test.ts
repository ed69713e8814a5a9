/** What `logto-sso doctor` says of SAML metadata: whether it is there, and what Logto makes of it. */
import type { LogtoOptions } from "../logto";
import { signIn } from "../signIn";
import { connectorInState } from "../exportedState";
import { startSamlProvider } from "../samlProvider";
import { startScriptedServer, type ScriptedResponse } from "../scriptedServer";
import { eachExamined, insert, metadataValid, namesOf, run, start, started } from "./examination";

eachExamined();

/** Examines a connector whose metadata URL has a response. */
async function examine(respond: (path: string, url: string) => ScriptedResponse | Promise<ScriptedResponse>) {
  const logto = await start();
  const idp = await startScriptedServer(({ path, headers }) =>
    respond(path, `http://${String(headers.host)}`),
  );
  started.push(idp);
  const config = { metadataUrl: `${idp.url}/metadata` };
  const state = [connectorInState(insert(logto, { providerName: "SAML", config }))];
  const { steps, screen } = await run({ probe: true }, state);
  const withoutProbe = await run({}, state);
  expect(withoutProbe.steps).not.toHaveProperty("metadata");
  return { steps, text: screen.replaceAll(/\s+/g, " "), idp };
}

test.each<[string, ScriptedResponse, string]>([
  [
    "has gone",
    { status: 404 },
    "Its metadata URL responds with 404. → Set config.metadataUrl to the address",
  ],
  ["has gone for good", { status: 410, body: "Gone" }, "Its metadata URL responds with 410."],
  ["is empty", { body: "" }, "a document that is not SAML metadata"],
  ["is an empty object", { body: {} }, "a document that is not SAML metadata"],
  [
    "is a page",
    { body: "<!doctype html><html><p>Sign in</p></html>" },
    "is a page of a website, not SAML metadata",
  ],
  [
    "is that of a service provider",
    { body: '<EntityDescriptor entityID="urn:sp"><SPSSODescriptor/></EntityDescriptor>' },
    "is the metadata of a service provider",
  ],
  [
    "has no certificate",
    {
      body: '<EntityDescriptor entityID="urn:idp"><IDPSSODescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.acme.com/sso"/></IDPSSODescriptor></EntityDescriptor>',
    },
    "has no signing certificate",
  ],
  [
    "has no address for redirects",
    {
      body: '<EntityDescriptor entityID="urn:idp"><IDPSSODescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.acme.com/sso"/></IDPSSODescriptor></EntityDescriptor>',
    },
    "has no address to sign in at",
  ],
])("metadata that %s", async (_what, response, words) => {
  const { steps, text } = await examine(() => response);
  expect(namesOf(steps, "fail")).toEqual(["identity-provider", "metadata"]);
  expect(text).toContain(words);
});

test("metadata that is there", async () => {
  const xml = await metadataValid(-1, 300);
  const { steps } = await examine(() => ({ body: xml }));
  expect(namesOf(steps, "pass")).toEqual(Object.keys(steps));
  expect(steps.metadata).toBe("pass: This machine reads its metadata.");
});

test.each([
  [301, true],
  [308, true],
  [302, false],
  [307, false],
])("metadata behind a redirect with %i has moved: %p", async (status, hasMoved) => {
  const xml = await metadataValid(-1, 300);
  const { steps, text, idp } = await examine((path, url) =>
    path === "/metadata" ? { status, headers: { location: `${url}/new` } } : { body: xml },
  );
  expect(namesOf(steps, "fail")).toEqual([]);
  expect(steps.metadata).toBe(
    hasMoved ? `pass: Its metadata has moved to ${idp.url}/new.` : "pass: This machine reads its metadata.",
  );
  expect(text.includes("Set config.metadataUrl to the new address")).toBe(hasMoved);
});

test("metadata that this machine alone cannot read", async () => {
  const xml = await metadataValid(-1, 300);
  const logto = await start();
  const idp = await startScriptedServer(({ headers }) =>
    String(headers["user-agent"]).startsWith("pulumi-logto-sso/") ? { status: 403 } : { body: xml },
  );
  started.push(idp);
  const row = insert(logto, { providerName: "SAML", config: { metadataUrl: `${idp.url}/metadata` } });
  const { steps } = await run({ probe: true }, [connectorInState(row)]);
  expect(namesOf(steps, "fail")).toEqual([]);
  expect(steps.metadata).toBe(
    "unknown: Its metadata URL responds with 403. That is for this machine: Logto reads it.",
  );
});

test.each([
  [-12, "Its certificate expired 12 days ago", true],
  [12, "Its certificate expires in 11 days", true],
  [300, "Its certificate expires in 299 days", false],
])(
  "users sign in with a certificate that expires in %i days, and doctor says so",
  async (days, words, hasAdvice) => {
    const logto = await start();
    const idp = await startSamlProvider(days);
    started.push(idp);
    const metadataUrl = idp.register({
      entityId: `${logto.url}/enterprise-sso/acme1`,
      assertionConsumerServiceUrl: `${logto.url}/api/authn/single-sign-on/saml/acme1`,
    });
    const row = insert(logto, { id: "acme1", providerName: "SAML", config: { metadataUrl } });
    expect(await signIn(logto, "user@acme.com")).toMatchObject({ email: "user@acme.com" });
    const { steps, screen } = await run({ probe: true }, [connectorInState(row)]);
    expect(namesOf(steps, "pass")).toEqual(Object.keys(steps));
    expect(steps.certificates).toContain(words);
    expect(screen.includes("All steps pass.")).toBe(!hasAdvice);
  },
);

test.each([
  [{ email: "nameID" }, "fail", "Logto refuses every sign-in"],
  [{ id: "email" }, "fail", "Logto refuses every sign-in"],
  [{ name: "email" }, "pass", "Users sign in without an email address"],
  [{}, "pass", "It has a config."],
  [{ id: "email", email: "nameID" }, "pass", "It has a config."],
  [{ id: "uid", email: "mail", name: "cn" }, "pass", "It has a config."],
])("the attribute mapping %j", async (attributeMapping, status, words) => {
  const logto = await start();
  const metadata = await metadataValid(-1, 300);
  const row = insert(logto, { providerName: "SAML", config: { metadata, attributeMapping } });
  const { steps, report } = await run({}, [connectorInState(row)]);
  expect(steps.config).toMatch(new RegExp(`^${status}: `));
  expect(steps.config).toContain(words);
  expect(report.failed).toBe(status === "fail");
});

describe("metadata that asks for signed requests", () => {
  const asking = async (attribute: string) =>
    (await metadataValid(-1, 300)).replace('WantAuthnRequestsSigned="false"', attribute);

  test.each([
    ['WantAuthnRequestsSigned="true"', true],
    ['WantAuthnRequestsSigned="1"', true],
    ['WantAuthnRequestsSigned="false"', false],
    ["", false],
  ])("%s", async (attribute, isAsked) => {
    const metadata = await asking(attribute);
    const logto = await start();
    const row = insert(logto, { providerName: "SAML", config: { metadata } });
    const { steps, screen, report } = await run({}, [connectorInState(row)]);
    expect(namesOf(steps, "unknown")).toEqual(isAsked ? ["request-signing"] : []);
    expect(namesOf(steps, "fail")).toEqual([]);
    expect(report.failed).toBe(false);
    expect(screen.includes("WantAuthnRequestsSigned")).toBe(isAsked);
    expect(/set\s+config\.signAuthnRequest:\s+true/.test(screen)).toBe(isAsked);
  });

  test("where Logto signs", async () => {
    const metadata = await asking('WantAuthnRequestsSigned="true"');
    const logto = await start();
    const row = insert(logto, { providerName: "SAML", config: { metadata, signAuthnRequest: true } });
    await logto.signingKeys.make(row.id, true);
    const { steps } = await run({}, [connectorInState(row)]);
    expect(namesOf(steps, "pass")).toEqual(Object.keys(steps));
    expect(steps["request-signing"]).toContain("Logto signs its requests with a key");
  });

  test("at a URL, which is read with --probe", async () => {
    const metadata = await asking('WantAuthnRequestsSigned="true"');
    const { steps } = await examine(() => ({ body: metadata }));
    expect(steps["request-signing"]).toMatch(/^unknown: Its metadata asks for signed requests/);
  });
});

describe("users who begin at the identity provider", () => {
  const defaultApplicationId = "app";
  const examineAuth = async (auth: Record<string, unknown> | undefined, logtoOptions: LogtoOptions = {}) => {
    const logto = await start(logtoOptions);
    logto.applications.insert({ id: defaultApplicationId, type: "Traditional" });
    const row = insert(logto, { providerName: "SAML", config: { metadata: await metadataValid(-1, 300) } });
    insert(logto, { connectorName: "Another", domains: ["another.test"] });
    if (auth !== undefined)
      logto.idpInitiatedAuth.insert({ connectorId: row.id, defaultApplicationId, ...auth });
    logto.takeLog();
    const result = await run({ name: "Acme" }, [connectorInState(row)]);
    return { ...result, requests: logto.takeLog().filter((line) => line.includes("idp-initiated-auth")) };
  };
  const toApplication = (clientIdpInitiatedAuthCallbackUri: string) => ({
    autoSendAuthorizationRequest: false,
    clientIdpInitiatedAuthCallbackUri,
  });

  test.each([
    "app.acme.test/start",
    "/start",
    "localhost:3000/start",
    "https://{host}/start",
    "javascript:x",
  ])("cannot be sent to %s", async (address) => {
    const { steps, report } = await examineAuth(toApplication(address));
    expect(namesOf(steps, "fail")).toEqual(["idp-initiated"]);
    expect(steps["idp-initiated"]).toContain(
      "Users who begin at the identity provider reach no application: clientIdpInitiatedAuthCallbackUri ",
    );
    expect(report.failed).toBe(true);
  });

  test.each([
    [toApplication("https://app.acme.test/start"), "https://app.acme.test/start"],
    [toApplication("myapp://start"), "myapp://start"],
    [toApplication(" https://app.acme.test/start"), "https://app.acme.test/start"],
    [toApplication("https://user:canary-password@app.acme.test/"), 'the application "app"'],
    [
      { autoSendAuthorizationRequest: true, redirectUri: "https://app.acme.test/cb" },
      "https://app.acme.test/cb",
    ],
    [{ autoSendAuthorizationRequest: true, redirectUri: null }, 'the application "app"'],
  ])("are sent on with %j", async (auth, target) => {
    const { steps, requests } = await examineAuth(auth);
    expect(steps["idp-initiated"]).toBe(
      `pass: Users who begin at the identity provider are sent to ${target}.`,
    );
    // Only that of the selected connector.
    expect(requests).toHaveLength(1);
  });

  test.each([
    ["the connector has no such config", {}],
    ["Logto does not have the feature", { idpInitiatedAuth: false }],
  ])("have no step if %s", async (_what, options) => {
    const { steps } = await examineAuth(undefined, options);
    expect(namesOf(steps, "pass")).toEqual(Object.keys(steps));
    expect(steps).not.toHaveProperty("idp-initiated");
  });

  test("have a step that is unknown where Logto does not say", async () => {
    const logto = await start();
    logto.faults.arm("403", { method: "GET", path: /idp-initiated-auth-config$/ });
    const config = { metadata: await metadataValid(-1, 300) };
    const { steps, report } = await run({}, [
      connectorInState(insert(logto, { providerName: "SAML", config })),
    ]);
    expect(namesOf(steps, "unknown")).toEqual(["idp-initiated"]);
    expect(steps["idp-initiated"]).toContain("auth.forbidden");
    expect(report.failed).toBe(false);
  });

  test("are asked for once where Logto does not have the feature, and of no OIDC connector", async () => {
    const logto = await start({ idpInitiatedAuth: false });
    const config = { metadata: await metadataValid(-1, 300) };
    for (const name of ["a", "b", "c"])
      insert(logto, { providerName: "SAML", connectorName: name, domains: [`${name}.test`], config });
    insert(logto);
    logto.takeLog();
    await run();
    expect(logto.takeLog().filter((line) => line.includes("idp-initiated-auth"))).toHaveLength(1);
  });
});
