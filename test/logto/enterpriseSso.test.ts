/** Sign-ins through a connector that Logto or the identity provider refuses, which the tests of the examples do not reach. */
import { certificate, type Logto, startLogto } from ".";
import { attributeMappingProblem } from "../../provider/connector/attributeMapping";
import { signIn } from "../signIn";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { type SamlApplication, type SamlProvider, startSamlProvider } from "../samlProvider";
import { startScriptedServer } from "../scriptedServer";
import type { Config } from "./database";

let oidc: OidcProvider;
let saml: SamlProvider;
beforeAll(async () => {
  oidc = await startOidcProvider();
  saml = await startSamlProvider();
});
afterAll(() => Promise.all([oidc.close(), saml.close()]));

let logto: Logto;
beforeEach(async () => {
  oidc.verifiesEmails = true;
  logto = await startLogto({ retryDelayMs: 5 });
  logto.signInExperience.singleSignOnEnabled = true;
});
afterEach(() => logto.close());

const user = "user@acme.com";
const id = "acme";
const insert = (providerName: string, config: Config) =>
  logto.connectors.insert({ id, providerName, connectorName: "Acme", domains: ["acme.com"], config });

async function insertOidc(providerName = "OIDC", config: Config = {}, callback = "callback") {
  const client = await oidc.register([`${logto.url}/${callback}/${id}`]);
  return insert(providerName, {
    clientId: client.client_id,
    clientSecret: client.client_secret,
    issuer: oidc.issuer,
    ...config,
  });
}

/** @param entityId the last part of the registered one */
function insertSaml(entityId = id, attributes?: SamlApplication["attributes"]) {
  const metadataUrl = saml.register({
    ...(attributes && { attributes }),
    entityId: `${logto.url}/enterprise-sso/${entityId}`,
    assertionConsumerServiceUrl: `${logto.url}/api/authn/single-sign-on/saml/${id}`,
  });
  return insert("SAML", { metadataUrl });
}

test("nobody is offered a connector while enterprise SSO is off", async () => {
  await insertOidc();
  logto.signInExperience.singleSignOnEnabled = false;
  await expect(signIn(logto, user)).rejects.toThrow("Logto offers no connector");
  logto.signInExperience.singleSignOnEnabled = true;
  expect(await signIn(logto, user)).toMatchObject({ email: user });
  await expect(signIn(logto, "user@acme.org")).rejects.toThrow("Logto offers no connector");
});

test("a redirect URI that is not registered", async () => {
  await insertOidc("OIDC", {}, "old-callback");
  await expect(signIn(logto, user)).rejects.toThrow("invalid_redirect_uri");
});

// The codes were seen with Logto 1.42.
test.each([
  ["is gone", 404, "", "connector.invalid_metadata"],
  ["has become a page", 200, "<html><body>Sign in</body></html>", "connector.invalid_certificate"],
])("metadata that %s", async (_what, status, body, code) => {
  const server = await startScriptedServer(() => ({ status, body }));
  insert("SAML", { metadataUrl: `${server.url}/metadata` });
  const step = "request to the identity provider";
  await expect(signIn(logto, user)).rejects.toMatchObject({ step, code });
  await server.close();
});

test.each(["OIDC", "AzureAdOidc"])(
  "%s: an unverified email address counts only if it is trusted",
  async (name) => {
    oidc.verifiesEmails = false;
    const { config } = await insertOidc(name);
    const { email, ssoIdentities } = await signIn(logto, user);
    expect([email, ssoIdentities]).toEqual([
      undefined,
      [{ issuer: oidc.issuer, identityId: user, detail: { id: user, name: "A user" } }],
    ]);
    config.trustUnverifiedEmail = true;
    expect(await signIn(logto, "another@acme.com")).toMatchObject({ email: "another@acme.com" });
  },
);

test.each([
  ["of another issuer", { issuer: "https://idp.acme.com" }],
  ["signed with an unknown key", { jwks_uri: "/jwks" }],
])("an ID token %s", async (_what, changes) => {
  const discovery = await fetch(`${oidc.issuer}/.well-known/openid-configuration`);
  const document = { ...((await discovery.json()) as object), ...changes };
  const proxy = await startScriptedServer(({ path }) => {
    if (path === "/jwks") return { body: { keys: [] } };
    return {
      body: { ...document, jwks_uri: new URL("/jwks", "jwks_uri" in changes ? proxy.url : oidc.issuer) },
    };
  });
  await insertOidc("OIDC", { issuer: proxy.url });
  await expect(signIn(logto, user)).rejects.toThrow("Fail to verify id_token");
  await proxy.close();
});

const nameId = `id-of-${user}`;
const refused = "refused";
const usual = { email: "email", name: "name" };

/** What Logto has learned of the user from the identity provider. */
const learned = async () => (await signIn(logto, user)).ssoIdentities.map(({ detail }) => detail);

/** With the outcomes of a real Logto (1.42 and 120 commits), and of its code; the preview says the same. */
test.each<[Config, object | typeof refused, Required<SamlApplication>["attributes"]]>([
  [{}, { id: nameId, email: user, name: "A user" }, usual],
  [{ id: "email", email: "nameID" }, { id: user, email: nameId, name: "A user" }, usual],
  [{ email: "nameID" }, refused, usual],
  [{ id: "email" }, refused, usual],
  [{ name: "nameID" }, refused, usual],
  [{ id: "email", name: "email" }, refused, usual],
  [{ id: "" }, refused, usual],
  [{ name: "email" }, { id: nameId, name: "A user" }, usual],
  [{ email: "name" }, { id: nameId, name: "A user" }, { email: "mail", name: "name" }],
  [
    { email: "mail", name: "mail" },
    { id: nameId, name: user },
    { email: "mail", name: "cn" },
  ],
])("SAML attributes are mapped as Logto does: %j", async (attributeMapping, expected, attributes) => {
  insertSaml(id, attributes).config.attributeMapping = attributeMapping;
  const problem = attributeMappingProblem(attributeMapping);
  if (expected === refused) {
    await expect(signIn(logto, user)).rejects.toThrow(/SAML response: 401 .*Invalid SAML assertion/);
    expect(problem).toMatchObject({ whenNew: true });
  } else {
    expect(await learned()).toEqual([expected]);
    expect(problem?.isWarning).toBe("email" in expected ? undefined : true);
  }
});

test("an attribute without a field keeps its name, which may be that of a field", async () => {
  const row = insertSaml(id, { email: "id", name: "email" });
  row.config.attributeMapping = { email: "nameID" };
  expect(await learned()).toEqual([{ id: user, email: "A user" }]);
  row.config.attributeMapping = { email: "nameID", id: "id" };
  expect(await learned()).toMatchObject([{ id: user }]);
});

test("the name ID has one spelling", async () => {
  insertSaml().config.attributeMapping = { id: "NameID" };
  await expect(signIn(logto, user)).rejects.toThrow("Invalid SAML assertion");
});

test("a SAML service provider that is not registered", async () => {
  insertSaml("another");
  await expect(signIn(logto, user)).rejects.toThrow(`${logto.url}/enterprise-sso/${id} is not registered`);
});

test("a SAML response is verified with the certificate of the config", async () => {
  const row = insertSaml();
  const { identityProvider } = (await logto.connectors.providerConfig(row)) as {
    identityProvider: Record<"entityId" | "signInEndpoint" | "x509Certificate", string>;
  };
  row.config = identityProvider;
  expect(await signIn(logto, user)).toMatchObject({ email: user });
  row.config = { ...identityProvider, x509Certificate: certificate };
  await expect(signIn(logto, user)).rejects.toThrow("Invalid SAML assertion");
});

test("without an active key, no request is sent unsigned", async () => {
  insertSaml().config.signAuthnRequest = true;
  await expect(signIn(logto, user)).rejects.toThrow("single_sign_on.sso_signing_unavailable");
});

test("a request or response outside its session", async () => {
  const row = insertSaml();
  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${logto.url}/api${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { code: string }).code;
  };
  const sso = `/experience/verification/sso/${row.id}`;
  const given = { state: "state", redirectUri: `${logto.url}/callback/${id}` };
  expect(await post(`${sso}/authorization-uri`, given)).toBe("session.not_found");
  expect(await post(`/authn/single-sign-on/saml/${row.id}`, { SAMLResponse: "", RelayState: "other" })).toBe(
    "session.connector_validation_session_not_found",
  );
});
