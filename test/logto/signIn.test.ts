/**
 * Sign-ins as users see them, at real identity providers: the same tests for the stand-in and for a real Logto, which
 * `TEST_LOGTO_ENDPOINT` names (see recordings/README.md).
 */
import { randomUUID } from "node:crypto";
import { certificate, type Logto, startLogto } from ".";
import { ManagementApi, realTenant, withWebApplication } from "../managementApi";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { type SamlApplication, type SamlProvider, startSamlProvider } from "../samlProvider";
import {
  type SignedIn,
  signIn,
  signInByLink,
  signInFromIdentityProvider,
  type SignInTarget,
} from "../signIn";

jest.setTimeout(120_000);

let oidc: OidcProvider;
let saml: SamlProvider;
let standIn: Logto | undefined;
let api: ManagementApi;
let experience: { singleSignOnEnabled: boolean; signInMode: string; signUp: object };
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
  const { singleSignOnEnabled, signInMode, signUp } = experience;
  await setExperience({ singleSignOnEnabled, signInMode, signUp });
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
    organizationRoles: [],
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

describe("members join just in time", () => {
  const organizationWith = async (jit: Readonly<Record<string, object>>) => {
    const id = await create("/organizations", { name: "Acme" });
    for (const [path, body] of Object.entries(jit))
      await api.call("PUT", `/organizations/${id}/jit/${path}`, body);
    return id;
  };
  const createRole = async (type = "User") => {
    const name = randomUUID();
    return { id: await create("/organization-roles", { name, type }), name };
  };
  const roles = (...all: readonly { readonly id: string }[]) => ({
    roles: { organizationRoleIds: all.map(({ id }) => id) },
  });
  const connector = (id: string) => ({ "sso-connectors": { ssoConnectorIds: [id] } });
  const emailDomains = (...domains: string[]) => ({ "email-domains": { emailDomains: domains } });
  const membersOf = (organization: string) =>
    api.call<{ id: string; primaryEmail: string; organizationRoles: object[] }[]>(
      "GET",
      `/organizations/${organization}/users`,
    );
  const openLink = async (target: SignInTarget, email: string) => {
    const { token } = await api.call<{ token: string }>("POST", "/one-time-tokens", { email });
    return signInByLink(target, email, token);
  };
  const signUpByLink = () => setExperience({ signUp: { identifiers: [], password: false, verify: false } });

  testOf("at the first sign-in through a connector only, with exactly the roles of then", async (target) => {
    const domain = newDomain();
    const { id } = await createOidc(domain);
    const [member, admin] = [await createRole(), await createRole()];
    const organization = await organizationWith({ ...connector(id), ...roles(member) });
    const without = await organizationWith(connector(id));
    await organizationWith({ ...emailDomains(domain), ...roles(admin) });
    const email = `user@${domain}`;
    const { sub, ...first } = await signIn(target, email);
    expect([...first.organizations].sort()).toEqual([organization, without].sort());
    expect(first.organizationRoles).toEqual([`${organization}:${member.name}`]);
    expect(await membersOf(organization)).toMatchObject([
      { id: sub, primaryEmail: email, organizationRoles: [member] },
    ]);
    expect(await membersOf(without)).toMatchObject([{ id: sub, organizationRoles: [] }]);
    const ofMember = `/organizations/${organization}/users/${sub}/roles`;
    expect(await api.call("GET", ofMember)).toMatchObject([{ ...member, type: "User" }]);

    await api.call("PUT", `/organizations/${organization}/jit/roles`, roles(admin).roles);
    expect((await signIn(target, email)).organizationRoles).toEqual(first.organizationRoles);
    await api.call("DELETE", `/organization-roles/${member.id}`);
    created = created.filter((path) => path !== `/organization-roles/${member.id}`);
    expect(await api.call("GET", ofMember)).toEqual([]);
  });

  testOf("of a user whom Logto knows already, in addition to the roles there", async (target) => {
    const domain = newDomain();
    const { id } = await createOidc(domain);
    const [member, admin] = [await createRole(), await createRole()];
    const organization = await organizationWith({ ...emailDomains(domain), ...roles(member) });
    await signUpByLink();
    await setExperience({ singleSignOnEnabled: false });
    const email = `user@${domain}`;
    const known = await openLink(target, email);
    expect(known).toMatchObject({
      isRegistered: true,
      organizationRoles: [`${organization}:${member.name}`],
    });
    await setExperience({ singleSignOnEnabled: true });
    for (const [path, body] of Object.entries({ ...connector(id), ...roles(admin) }))
      await api.call("PUT", `/organizations/${organization}/jit/${path}`, body);
    const linked = await signIn(target, email);
    expect(linked).toMatchObject({ isRegistered: false, sub: known.sub, organizations: [organization] });
    const names = [member, admin].map(({ name }) => `${organization}:${name}`);
    expect([...linked.organizationRoles].sort()).toEqual(names.sort());
  });

  testOf(
    "by the exact domain of an email address, when they register without a connector",
    async (target) => {
      const domain = newDomain();
      const role = await createRole();
      const organization = await organizationWith({
        ...emailDomains(`other.${domain}`, domain),
        ...roles(role),
      });
      await expect(openLink(target, `user@${domain}`)).rejects.toMatchObject({
        step: "registration",
        code: "user.missing_profile",
      });
      await signUpByLink();
      const first = await openLink(target, `user@${domain}`);
      const joined = { organizations: [organization], organizationRoles: [`${organization}:${role.name}`] };
      expect(first).toMatchObject({ isRegistered: true, ...joined, ssoIdentities: [] });
      const inCapitals = await openLink(target, `Other@${domain.toUpperCase()}`);
      expect(inCapitals).toMatchObject({ isRegistered: true, organizations: [] });

      await api.call("PUT", `/organizations/${organization}/jit/roles`, { organizationRoleIds: [] });
      const second = await organizationWith(emailDomains(domain));
      expect(await openLink(target, `user@${domain}`)).toEqual({ ...first, isRegistered: false });
      expect(await membersOf(second)).toEqual([]);
      expect(await openLink(target, `another@${domain}`)).toMatchObject({ organizationRoles: [] });
    },
  );

  testOf("by no email domain that a connector has, while enterprise SSO is on", async (target) => {
    const domain = newDomain();
    await createOidc(domain);
    const organization = await organizationWith(emailDomains(domain));
    await signUpByLink();
    await expect(openLink(target, `user@${domain}`)).rejects.toMatchObject({
      step: "registration",
      status: 422,
      code: "session.sso_enabled",
    });
    expect((await signIn(target, `user@${domain}`)).organizations).toEqual([]);
    await setExperience({ singleSignOnEnabled: false });
    expect((await openLink(target, `other@${domain}`)).organizations).toEqual([organization]);
  });

  testOf("without any role where one is of machines: the first sign-in fails", async (target) => {
    const domain = newDomain();
    const { id } = await createOidc(domain);
    const [member, bot] = [await createRole(), await createRole("MachineToMachine")];
    const organization = await organizationWith({ ...connector(id), ...roles(member, bot) });
    await expect(signIn(target, `user@${domain}`)).rejects.toMatchObject({
      step: "registration",
      status: 422,
      code: "entity.db_constraint_violated",
    });
    const members = await membersOf(organization);
    for (const { id: userId } of members) target.registered?.add(userId);
    expect(members).toMatchObject([{ primaryEmail: `user@${domain}`, organizationRoles: [] }]);
    expect(await signIn(target, `user@${domain}`)).toMatchObject({
      isRegistered: false,
      organizations: [organization],
      organizationRoles: [],
    });
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
