/** `SsoConnectorIdpInitiatedAuth`, at the entry that Pulumi's provider process loads. */
import { unknownValue } from "../../provider/engine/engineValues";
import {
  startProvider,
  check,
  create,
  type Declaration,
  type Properties,
  type Provider,
  loader,
  unwrapSecrets,
} from "../engine/engineDouble";
import type { Logto } from "../logto";
import { bodiesOf, deploy, eachWithLogto, messageOf, newStack, settingsFor } from "./inProcess";
import { useVirtualTime } from "../virtualTime";

useVirtualTime();

let logto: Logto;
let connectorId: string;
let applicationId: string;
eachWithLogto((started) => {
  logto = started;
  const config = { metadataUrl: `${logto.idp}/saml/metadata` };
  connectorId = logto.connectors.insert({ providerName: "SAML", connectorName: "acme", config }).id;
  applicationId = logto.applications.insert({
    type: "Traditional",
    oidcClientMetadata: { redirectUris: ["https://app.acme.com/callback"], postLogoutRedirectUris: [] },
  }).id;
});

const callback = "https://app.acme.com/sso";
const redirectUri = "https://app.acme.com/callback";

/** The provider as a process of its own has it. */
const start = async (): Promise<Provider> =>
  (await startProvider(settingsFor(logto))).ssoConnectorIdpInitiatedAuth;

/** The arguments of a sign-in that Logto starts. */
const byLogto = (more: Properties = {}) => ({
  connectorId,
  autoSendAuthorizationRequest: true,
  defaultApplicationId: applicationId,
  ...more,
});
/** The arguments of a sign-in that the application starts. */
const byApplication = (more: Properties = {}) => ({
  ...byLogto({ autoSendAuthorizationRequest: false, clientIdpInitiatedAuthCallbackUri: callback }),
  ...more,
});

const stored = () => logto.idpInitiatedAuth.rows.get(connectorId);

test("it is created, read, changed to the other mode and deleted", async () => {
  const provider = await start();
  const authParameters = { scope: "email", login_hint: "user" };
  const { id, outputs } = await create(provider, byLogto({ redirectUri, authParameters }));
  expect(id).toBe(connectorId);
  expect(stored()).toMatchObject({ defaultApplicationId: applicationId, redirectUri, authParameters });
  expect(outputs).toMatchObject({
    tenantId: "default",
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
  });

  const { inputs } = await provider.read(id, outputs);
  expect(unwrapSecrets(inputs)).toEqual({
    connectorId,
    autoSendAuthorizationRequest: true,
    defaultApplicationId: applicationId,
    redirectUri,
    authParameters,
  });
  expect(
    (await provider.diff(id, outputs, await check(provider, byLogto({ redirectUri, authParameters }))))
      .changes,
  ).toBe(false);

  const other = await check(provider, byApplication());
  expect(await provider.diff(id, outputs, other)).toEqual({});
  const { outs } = await provider.update(id, outputs, other);
  expect(unwrapSecrets(outs)).not.toHaveProperty("redirectUri");
  expect(stored()).toMatchObject({ clientIdpInitiatedAuthCallbackUri: callback, redirectUri: null });
  const state = { ...unwrapSecrets(outs), ...loader };
  expect((await provider.diff(id, state, byLogto({ connectorId: "other" }))).replaces).toEqual([
    "connectorId",
  ]);

  const next = await start();
  await next.delete(id, unwrapSecrets(outs));
  expect(stored()).toBeUndefined();
  await next.delete(id, unwrapSecrets(outs));
});

test.each<[string, Properties]>([
  ["redirectUri", { redirectUri }],
  ["authParameters", { authParameters: { scope: "email" } }],
])("%s is rejected in the preview if the application starts the sign-in", async (property, more) => {
  const { failures = [] } = await (await start()).check({}, byApplication(more));
  expect(failures.map((failure) => failure.property)).toContain(property);
  expect(failures.find((failure) => failure.property === property)?.reason).toContain(
    "requires autoSendAuthorizationRequest to be true",
  );
  // One that is not known yet can turn out to be absent.
  const unknown = await (await start()).check({}, byApplication({ [property]: unknownValue }));
  expect(unknown.failures ?? []).toEqual([]);
});

test.each<[string, () => Properties, RegExp]>([
  [
    "clientIdpInitiatedAuthCallbackUri",
    () => byLogto({ clientIdpInitiatedAuthCallbackUri: callback }),
    /requires autoSendAuthorizationRequest to be false/,
  ],
  [
    "clientIdpInitiatedAuthCallbackUri",
    () => byApplication({ clientIdpInitiatedAuthCallbackUri: undefined }),
    /is missing/,
  ],
  [
    "clientIdpInitiatedAuthCallbackUri",
    () => byApplication({ clientIdpInitiatedAuthCallbackUri: "" }),
    /must not be empty/,
  ],
  ["autoSendAuthorizationRequest", () => byLogto({ autoSendAuthorizationRequest: undefined }), /is missing/],
  [
    "autoSendAuthorizationRequest",
    () => byLogto({ autoSendAuthorizationRequest: "yes" }),
    /must be a boolean/,
  ],
  ["defaultApplicationId", () => byLogto({ defaultApplicationId: "x".repeat(22) }), /at most 21/],
  ["authParameters.scope", () => byLogto({ authParameters: { scope: 1 } }), /must be a string/],
  [
    "authParameters.key",
    () => byLogto({ authParameters: { key: "https://u:canary@acme.com" } }),
    /user name or a password/,
  ],
])("%s is checked in the preview", async (property, args, reason) => {
  const { failures = [] } = await (await start()).check({}, args());
  expect(failures).toMatchObject([{ property, reason: expect.stringMatching(reason) as string }]);
  expect(JSON.stringify(failures)).not.toContain("canary");
});

test("an existing config is taken over if it is identical, and replaced only by adopt", async () => {
  const provider = await start();
  logto.idpInitiatedAuth.insert({ connectorId, defaultApplicationId: applicationId, redirectUri });
  const { outputs } = await create(provider, byLogto({ redirectUri }));
  expect(outputs).toHaveProperty("adoptedAt");
  await expect(create(await start(), byLogto({ authParameters: { scope: "email" } }))).rejects.toThrow(
    /Could not create IdP-initiated sign-in of SSO connector \(\w+\): .*differs in authParameters, redirectUri.*`adopt: true,`/,
  );
  expect(stored()).toMatchObject({ redirectUri, authParameters: {} });
  await create(await start(), byLogto({ authParameters: { scope: "email" }, adopt: true }));
  expect(stored()).toMatchObject({ redirectUri: null, authParameters: { scope: "email" } });
});

test("an existing config is replaced without adopt by the resource that takes its place (`--replace`)", async () => {
  const { id, outputs } = await create(await start(), byLogto({ redirectUri }));
  const provider = await start();
  const inputs = await check(provider, byLogto({ authParameters: { scope: "email" } }));
  await provider.diff(id, outputs, inputs);
  await provider.create(inputs);
  await provider.delete(id, outputs);
  expect(stored()).toMatchObject({ redirectUri: null, authParameters: { scope: "email" } });
});

test("that Logto ignores a field is an error, and recorded as Logto has it", async () => {
  const insert = logto.idpInitiatedAuth.insert.bind(logto.idpInitiatedAuth);
  logto.idpInitiatedAuth.insert = (values) => insert({ ...values, redirectUri: null });
  const provider = await start();
  const error: unknown = await create(provider, byLogto({ redirectUri })).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    id: connectorId,
    properties: { connectorId, endpoint: logto.url },
    reasons: [expect.stringContaining("but ignored redirectUri.")],
  });
});

test("an error says whether it is the connector, the application or the feature that does not exist", async () => {
  const provider = await start();
  await expect(create(provider, byLogto({ defaultApplicationId: "nobody" }))).rejects.toThrow(
    'Logto has no application with the ID "nobody"',
  );
  await expect(create(provider, byLogto({ connectorId: "nobody" }))).rejects.toThrow(
    'Could not create IdP-initiated sign-in of SSO connector (nobody): Logto has no SAML connector with the ID "nobody".',
  );
  const oidc = logto.connectors.insert({ providerName: "OIDC", connectorName: "oidc" }).id;
  await expect(create(provider, byLogto({ connectorId: oidc }))).rejects.toThrow(
    /idp_initiated_authentication_not_supported/,
  );
  logto.features.idpInitiatedAuth = false;
  await expect(create(provider, byLogto())).rejects.toThrow(
    /this Logto has no IdP-initiated sign-in, which is off by default.*\[no-idp-initiated-auth\]/,
  );
});

const refusals = async (args: Properties) => {
  const { failures = [] } = await (await start()).check({}, { ...args, ...loader });
  return failures.map(({ property, reason }) => `${property}: ${reason}`);
};

test.each([
  "app.acme.com/sso",
  "/sso",
  "//app.acme.com/sso",
  "localhost:3000/sso",
  "app.acme.com:8443/sso",
  "app.acme.com:8443",
  " app.acme.com:8443?tab=sso",
  "https://",
  "https//app.acme.com/sso",
  "C:\\sso",
  "javascript:alert(1)",
  "data:text/html,sso",
  "file:///sso.html",
  "about:blank",
  "wss://app.acme.com/sso",
  "https://{tenant}.acme.com/sso",
  "https://app.acme.com/<path>",
  "myapp://${host}/sso",
])("%j is no address to which a browser can be sent", async (address) => {
  for (const [key, args] of [
    ["clientIdpInitiatedAuthCallbackUri", byApplication({ clientIdpInitiatedAuthCallbackUri: address })],
    ["redirectUri", byLogto({ redirectUri: address })],
  ] as const) {
    expect(await refusals(args)).toEqual([
      expect.stringMatching(
        `^${key}: (must be a whole|must be an) address|^${key}: contains the placeholder`,
      ),
    ]);
  }
});

test.each([
  callback,
  "HTTPS://APP.acme.com/sso",
  "http://localhost:3000/sso",
  "https://app.acme.com:8443/sso?a=1#/sso",
  "https://*.acme.com/sso",
  "https://bücher.example/sso",
  "http://[::1]:3000/sso",
  "myapp://start",
  "myapp://sso:8080/start",
  "com.acme.app:/callback",
  "com.acme.app:callback",
  "io.logto://callback",
])("%j is one", async (address) => {
  expect(await refusals(byApplication({ clientIdpInitiatedAuthCallbackUri: address }))).toEqual([]);
  expect(await refusals(byLogto({ redirectUri: address }))).toEqual([]);
});

test.each(["reset after", "502 with JSON after", "500"] as const)(
  "after the fault %s at the PUT, the next run converges",
  async (fault) => {
    const provider = await start();
    logto.faults.arm(fault, { method: "PUT", path: /idp-initiated/ }, Infinity);
    const error: unknown = await create(provider, byLogto({ redirectUri })).catch(
      (reason: unknown) => reason,
    );
    logto.faults.disarm();
    const { id, properties } = error as { id?: string; properties?: Properties };
    if (properties !== undefined) expect(unwrapSecrets(properties)).toMatchObject({ connectorId });
    const next = await start();
    const inputs = await check(next, byLogto({ redirectUri }));
    if (id === undefined) await next.create(inputs);
    else await next.update(id, unwrapSecrets(properties), inputs);
    expect(stored()).toMatchObject({ redirectUri });
    expect(id !== undefined).toBe(fault !== "500");
  },
);

test("its drift is corrected by one PUT, and it is created again after its application took it along", async () => {
  const auth: Declaration = {
    resource: "ssoConnectorIdpInitiatedAuth",
    argsFrom: (idOf) => byLogto({ connectorId: idOf("saml"), redirectUri }),
  };
  const config = { metadataUrl: `${logto.idp}/saml/metadata` };
  const program = { saml: { providerName: "SAML", config }, auth };
  const stack = newStack(logto);
  await deploy(stack, program);
  const { id } = logto.named("saml");
  expect(await stack.drift()).toEqual([]);

  logto.idpInitiatedAuth.insert({ connectorId: id, defaultApplicationId: applicationId });
  expect(await stack.drift()).toEqual(["auth"]);
  logto.takeLog();
  await deploy(stack, program);
  expect(bodiesOf(logto, "PUT")).toHaveLength(1);
  expect(logto.idpInitiatedAuth.rows.get(id)).toMatchObject({ redirectUri });

  logto.idpInitiatedAuth.removeByApplication(applicationId);
  expect(await stack.drift()).toEqual(["auth"]);
  await deploy(stack, program);
  expect(logto.idpInitiatedAuth.rows.get(id)).toMatchObject({ redirectUri });
});

test("a connector that does not exist is named, and no refresh is advised for a resource that is new", async () => {
  const message = await messageOf(create(await start(), byLogto({ connectorId: "mistyped" })));
  expect(message).toContain('Logto has no SAML connector with the ID "mistyped"');
  expect(message).not.toContain("--refresh");
});

test.each<[string, () => Properties, string]>([
  [
    "a redirect URI that the application does not have",
    () => byLogto({ redirectUri: `${redirectUri}/` }),
    "Add redirectUri to the redirect URIs of the application",
  ],
  [
    "an application for machines",
    () => byLogto({ defaultApplicationId: logto.applications.insert({ type: "MachineToMachine" }).id }),
    "Set defaultApplicationId to the ID of a traditional web application",
  ],
  [
    "an OIDC connector",
    () =>
      byLogto({
        connectorId: logto.connectors.insert({ providerName: "OIDC", connectorName: "oidc" }).id,
      }),
    "Only SAML connectors have IdP-initiated sign-in",
  ],
])("%s is an error that says what to do", async (_what, args, advice) => {
  expect(await messageOf(create(await start(), args()))).toContain(advice);
});
