/**
 * Sign-ins as users see them, at real identity providers: the same tests for the stand-in and for a real Logto, which
 * `TEST_LOGTO_ENDPOINT` names (see recordings/README.md).
 */
import { randomUUID } from "node:crypto";
import { certificate, type Logto, startLogto } from ".";
import { ManagementApi, realTenant, withWebApplication } from "../managementApi";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { type SamlApplication, type SamlProvider, startSamlProvider } from "../samlProvider";
import { type SignedIn, signIn, signInFromIdentityProvider, type SignInTarget } from "../signIn";

jest.setTimeout(120_000);

let oidc: OidcProvider;
let saml: SamlProvider;
let standIn: Logto | undefined;
let api: ManagementApi;
let experience: { singleSignOnEnabled: boolean; signInMode: string };
beforeAll(async () => {
  [oidc, saml] = [await startOidcProvider(), await startSamlProvider()];
  const real = realTenant();
  if (real === undefined) standIn = await startLogto({ retryDelayMs: 5 });
  const client = { id: "m2m", secret: "canary-m2m" };
  api = new ManagementApi(real ?? { url: standIn?.url ?? "", client });
  experience = await api.call("GET", "/sign-in-exp");
});
afterAll(() => Promise.all([oidc.close(), saml.close(), standIn?.close()]));

const setExperience = (values: object) => api.call("PATCH", "/sign-in-exp", values);
/** The paths of what a test creates, in a tenant that may be in use. */
let created: string[];
beforeEach(async () => {
  created = [];
  await setExperience({ singleSignOnEnabled: true });
});
afterEach(async () => {
  for (const path of created.reverse()) await api.call("DELETE", path);
  const { singleSignOnEnabled, signInMode } = experience;
  await setExperience({ singleSignOnEnabled, signInMode });
});

async function create(path: string, body: object): Promise<string> {
  const { id } = await api.call<{ id: string }>("POST", path, body);
  created.push(`${path}/${id}`);
  return id;
}

const newDomain = () => `${randomUUID()}.test`;

/** Creates a connector without a config, which decides on the URLs to register. */
function createConnector(providerName: string, domain: string, more: object = {}): Promise<string> {
  return create("/sso-connectors", {
    providerName,
    connectorName: `Sign-ins ${randomUUID()}`,
    domains: [domain],
    ...more,
  });
}

const patch = (id: string, values: object) => api.call("PATCH", `/sso-connectors/${id}`, values);

async function createOidc(domain: string) {
  const id = await createConnector("OIDC", domain);
  const client = await oidc.register([`${api.url}/callback/${id}`]);
  const config = { clientId: client.client_id, clientSecret: client.client_secret, issuer: oidc.issuer };
  await patch(id, { config });
  return { id, client, config };
}

async function createSaml(domain: string, { isSigned = false } = {}) {
  const id = await createConnector("SAML", domain);
  const keys = `/sso-connectors/${id}/signing-keys`;
  const key = isSigned ? await api.call<{ certificate: string }>("POST", keys, { active: true }) : undefined;
  const application: SamlApplication = {
    entityId: `${api.url}/enterprise-sso/${id}`,
    assertionConsumerServiceUrl: `${api.url}/api/authn/single-sign-on/saml/${id}`,
    ...(key && { certificate: key.certificate }),
  };
  const metadataUrl = saml.register(application);
  await patch(id, { config: { metadataUrl, signAuthnRequest: isSigned } });
  return { id, application, metadataUrl };
}

async function createLinked(connectorId: string): Promise<string> {
  const organization = await create("/organizations", { name: "Acme" });
  const body = { ssoConnectorIds: [connectorId] };
  await api.call("POST", `/organizations/${organization}/jit/sso-connectors`, body);
  return organization;
}

/** A test whose users sign in to an application that it has for itself. */
function testOf(name: string, work: (target: SignInTarget) => Promise<void>): void {
  test(name, () => withWebApplication(api, work));
}

testOf("OIDC: a user is registered by the first sign-in, and found by the second", async (target) => {
  const domain = newDomain();
  const { id } = await createOidc(domain);
  const email = `user@${domain}`;
  const first = await signIn(target, email);
  expect(first).toEqual<SignedIn>({
    connectorId: id,
    isRegistered: true,
    sub: expect.any(String) as string,
    email,
    name: "A user",
    ssoIdentities: [{ issuer: oidc.issuer, identityId: email, detail: { id: email, email, name: "A user" } }],
    organizations: [],
  });
  expect(await signIn(target, email)).toEqual({ ...first, isRegistered: false });
  expect([...(target.registered ?? [])]).toEqual([first.sub]);
});

describe.each([
  ["unsigned", false],
  ["signed", true],
])("SAML, %s requests", (_what, isSigned) => {
  testOf("a user is registered by the first sign-in, and found by the second", async (target) => {
    const domain = newDomain();
    const { id, metadataUrl } = await createSaml(domain, { isSigned });
    const email = `user@${domain}`;
    const first = await signIn(target, email);
    expect(first).toMatchObject({
      connectorId: id,
      isRegistered: true,
      email,
      name: "A user",
      ssoIdentities: [{ issuer: metadataUrl.replace(/\/metadata$/, ""), identityId: `id-of-${email}` }],
    });
    expect(await signIn(target, email)).toEqual({ ...first, isRegistered: false });
  });
});

testOf("users of no domain of a connector, and all users while enterprise SSO is off", async (target) => {
  const domain = newDomain();
  const { id } = await createOidc(domain);
  const refused = { step: "offer", status: 0 };
  await expect(signIn(target, `user@sub.${domain}`)).rejects.toMatchObject(refused);
  await setExperience({ singleSignOnEnabled: false });
  await expect(signIn(target, `user@${domain}`)).rejects.toMatchObject(refused);
  await setExperience({ singleSignOnEnabled: true });
  await patch(id, { domains: [] });
  await expect(signIn(target, `user@${domain}`)).rejects.toMatchObject(refused);
  await patch(id, { domains: [domain] });
  expect(await signIn(target, `User@${domain.toUpperCase()}`)).toMatchObject({ connectorId: id });
});

testOf("what the identity provider refuses: a redirect URI, a secret, a service provider", async (target) => {
  const [domain, samlDomain] = [newDomain(), newDomain()];
  const { id, client, config } = await createOidc(domain);
  await patch(id, { config: { ...config, clientSecret: "canary-wrong" } });
  await expect(signIn(target, `user@${domain}`)).rejects.toMatchObject({
    step: "verification",
    status: 500,
    code: "connector.authorization_failed",
    message: expect.stringContaining("invalid_client") as string,
  });
  await oidc.register([`${api.url}/callback/another`], client);
  await expect(signIn(target, `user@${domain}`)).rejects.toMatchObject({ step: "identity provider" });

  const { application } = await createSaml(samlDomain);
  application.entityId = "urn:another";
  await expect(signIn(target, `user@${samlDomain}`)).rejects.toMatchObject({
    step: "identity provider",
    message: expect.stringContaining("is not registered") as string,
  });
});

testOf(
  "a SAML response that is signed with another key than the config says, and a page that is down",
  async (target) => {
    const domain = newDomain();
    const { id, metadataUrl } = await createSaml(domain);
    const [entityId, signInEndpoint] = ["metadata", "sso"].map((page) =>
      metadataUrl.replace("metadata", page),
    );
    await patch(id, { config: { entityId, signInEndpoint, x509Certificate: certificate } });
    await expect(signIn(target, `user@${domain}`)).rejects.toMatchObject({
      step: "SAML response",
      status: 401,
      code: "connector.authorization_failed",
    });
    const unreachable = "http://127.0.0.1:1/sso";
    await patch(id, { config: { entityId, signInEndpoint: unreachable, x509Certificate: certificate } });
    await expect(signIn(target, `user@${domain}`)).rejects.toMatchObject({
      step: "identity provider",
      status: 0,
    });
  },
);

testOf("an application that Logto does not know like that", async (target) => {
  const domain = newDomain();
  await createOidc(domain);
  const { webApplication } = target;
  const as = (changes: object) =>
    signIn({ ...target, webApplication: { ...webApplication, ...changes } }, `user@${domain}`);
  await expect(as({ id: "unknown" })).rejects.toMatchObject({
    step: "authorization request",
    code: "oidc.invalid_client",
  });
  await expect(as({ redirectUri: "https://app.acme.test/another" })).rejects.toMatchObject({
    step: "authorization request",
    code: "oidc.invalid_redirect_uri",
  });
  await expect(as({ secret: "canary-wrong" })).rejects.toMatchObject({
    step: "tokens",
    status: 401,
    code: "oidc.invalid_client",
  });
});

testOf(
  "a user joins the organizations of the connector just in time, by registration alone",
  async (target) => {
    const domain = newDomain();
    const { id } = await createOidc(domain);
    expect(await signIn(target, `early@${domain}`)).toMatchObject({ organizations: [] });
    const organization = await createLinked(id);
    expect(await signIn(target, `user@${domain}`)).toMatchObject({ organizations: [organization] });
    expect(await signIn(target, `early@${domain}`)).toMatchObject({ organizations: [] });
  },
);

testOf(
  "a user whose email address is known gets another identity, and joins its organizations",
  async (target) => {
    const domain = newDomain();
    const [first, second] = [await createOidc(domain), await createSaml(newDomain())];
    const organization = await createLinked(second.id);
    const email = `user@${domain}`;
    const { sub } = await signIn(target, email);
    await patch(first.id, { domains: [] });
    await patch(second.id, { domains: [domain] });
    const { ssoIdentities, ...user } = await signIn(target, email);
    expect(user).toMatchObject({ sub, isRegistered: false, organizations: [organization] });
    expect(ssoIdentities.map(({ identityId }) => identityId).sort()).toEqual(
      [`id-of-${email}`, email].sort(),
    );
  },
);

testOf(
  "a connector takes the identities of its users along; a new one finds them by email address",
  async (target) => {
    const domain = newDomain();
    const { id } = await createOidc(domain);
    const email = `user@${domain}`;
    const { sub } = await signIn(target, email);
    await api.call("DELETE", `/sso-connectors/${id}`);
    created.splice(created.indexOf(`/sso-connectors/${id}`), 1);
    const user = await api.call(`GET`, `/users/${sub}?includeSsoIdentities=true`);
    expect(user).toMatchObject({ primaryEmail: email, ssoIdentities: [] });
    await createOidc(domain);
    expect(await signIn(target, email)).toMatchObject({ sub, isRegistered: false });
  },
);

testOf("nobody is registered while the tenant allows to sign in only", async (target) => {
  const domain = newDomain();
  await createOidc(domain);
  await signIn(target, `early@${domain}`);
  await setExperience({ signInMode: "SignIn" });
  expect(await signIn(target, `early@${domain}`)).toMatchObject({ isRegistered: false });
  await expect(signIn(target, `user@${domain}`)).rejects.toMatchObject({
    step: "registration",
    status: 403,
    code: "auth.forbidden",
  });
});

describe("users who begin at a SAML identity provider", () => {
  testOf("without a config for it, Logto ignores them", async (target) => {
    const domain = newDomain();
    const { metadataUrl } = await createSaml(domain);
    const attempt = signInFromIdentityProvider(target, saml.startPage(metadataUrl), `user@${domain}`);
    await expect(attempt).rejects.toMatchObject({
      step: "SAML response",
      status: 404,
      code: "session.connector_validation_session_not_found",
    });
  });

  testOf("a response whose InResponseTo can be no ID is refused", async (target) => {
    const { id, metadataUrl } = await createSaml(newDomain());
    await api.call("PUT", `/sso-connectors/${id}/idp-initiated-auth-config`, {
      defaultApplicationId: target.webApplication.id,
      redirectUri: target.webApplication.redirectUri,
      autoSendAuthorizationRequest: true,
    });
    const body = new URLSearchParams({ login: "user@acme.test" });
    const page = await (await fetch(saml.startPage(metadataUrl), { method: "POST", body })).text();
    const [, encoded = ""] = /name="SAMLResponse" value="([^"]+)"/.exec(page) ?? [];
    const response = Buffer.from(encoded, "base64").toString();
    // Only the assertion is signed, so the attributes of the response around it can be changed.
    const statusOf = async (attribute: string) => {
      const changed = response.replace("<samlp:Response", `<samlp:Response${attribute}`);
      const answer = await fetch(`${api.url}/api/authn/single-sign-on/saml/${id}`, {
        method: "POST",
        body: new URLSearchParams({ SAMLResponse: Buffer.from(changed).toString("base64") }),
        redirect: "manual",
      });
      return answer.status;
    };
    expect(response).toMatch(/^<samlp:Response [^>]*>/);
    expect(await statusOf("")).toBe(302);
    expect(await statusOf(' InResponseTo="_another"')).toBe(302);
    expect(await statusOf(' InResponseTo=" _another "')).toBe(302);
    expect(await statusOf(' InResponseTo=""')).toBe(401);
    expect(await statusOf(" InResponseTo=''")).toBe(401);
    expect(await statusOf(' InResponseTo="1"')).toBe(401);
    expect(await statusOf(' InResponseTo="a:b"')).toBe(401);
  });

  test.each(["Logto", "the application"])("the authorization request is sent by %s", (sender) =>
    withWebApplication(api, async (target) => {
      const domain = newDomain();
      const { id, metadataUrl } = await createSaml(domain, { isSigned: true });
      const organization = await createLinked(id);
      const { id: defaultApplicationId, redirectUri } = target.webApplication;
      await api.call("PUT", `/sso-connectors/${id}/idp-initiated-auth-config`, {
        defaultApplicationId,
        ...(sender === "Logto"
          ? {
              autoSendAuthorizationRequest: true,
              redirectUri,
              authParameters: { scope: "email identities urn:logto:scope:organizations" },
            }
          : {
              autoSendAuthorizationRequest: false,
              clientIdpInitiatedAuthCallbackUri: `${new URL(redirectUri).origin}/start?from=idp`,
            }),
      });
      const email = `user@${domain}`;
      const begin = () => signInFromIdentityProvider(target, saml.startPage(metadataUrl), email);
      const first = await begin();
      expect(first).toMatchObject({
        connectorId: id,
        isRegistered: true,
        email,
        organizations: [organization],
      });
      expect(await begin()).toEqual({ ...first, isRegistered: false });
      expect(await signIn(target, email)).toEqual({ ...first, isRegistered: false });
    }),
  );
});
