/** The life of a connector and of what belongs to it, with the real Pulumi CLI: create, update, replace, read, delete. */
import * as logtoSso from "pulumi-logto-sso";
import { type Logto, startLogto } from "../logto";
import { allProviders, programOf } from "../allProviders";
import { dynamicOnly } from "../frontEnd";
import { driftOf, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

type Args = logtoSso.SsoConnectorArgs;

/** The arguments of a connector of each identity provider. */
const all = () => allProviders(logto) as unknown as Record<string, Args>;

test("connectors of all identity providers are created with one token, and left alone by the next run", async () => {
  const stack = await stackOf(logto, () =>
    Object.fromEntries(
      Object.entries(all()).map(([name, args]) => {
        const { redirectUri, assertionConsumerServiceUrl, spEntityId } = new logtoSso.SsoConnector(
          name,
          args,
        );
        return [name, { redirectUri, assertionConsumerServiceUrl, spEntityId }];
      }),
    ),
  );
  await stack.up();
  expect(logto.takeLog().sort()).toEqual(
    ["POST /oidc/token", ...Array<string>(6).fill("POST /api/sso-connectors")].sort(),
  );
  expect(logto.named("oidc")).toMatchObject({
    domains: ["a.com", "b.com"],
    syncProfile: true,
    config: { scope: "groups" },
  });
  const { oidc, saml } = await stack.outputs();
  expect(oidc).toEqual({ redirectUri: `${logto.url}/callback/${logto.named("oidc").id}` });
  expect(saml).toEqual({
    assertionConsumerServiceUrl: `${logto.url}/api/authn/single-sign-on/saml/${logto.named("saml").id}`,
    spEntityId: `${logto.url}/enterprise-sso/${logto.named("saml").id}`,
  });

  // With its preview.
  await stack.pulumi(["up", "--yes", "--expect-no-changes"]);
  expect(logto.takeLog()).toEqual([]);
});

test("one run updates, replaces and creates again what differs, and its preview shows how", async () => {
  const oidc = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
  const saml = { metadataUrl: `${logto.idp}/saml/metadata` };
  const program = (domains: string[], providerName: "Okta" | "AzureAdOidc") => () => {
    const changed = new logtoSso.SsoConnector("changed", { providerName: "Okta", domains });
    new logtoSso.SsoConnector("replaced", { providerName, config: oidc });
    const { id: connectorId } = new logtoSso.SsoConnector("gone", { providerName: "SAML" });
    new logtoSso.SsoConnectorConfig("gone", { connectorId, providerName: "SAML", config: saml });
    const ignored: Args = { providerName: "OIDC", domains: ["a.com"] };
    new logtoSso.SsoConnector("ignored", ignored, { ignoreChanges: ["domains"] });
    const { redirectUri, assertionConsumerServiceUrl, spEntityId } = changed;
    return { redirectUri, assertionConsumerServiceUrl, spEntityId };
  };
  const stack = await stackOf(logto, program([], "Okta"));
  await stack.up();
  const before = logto.named("replaced").id;
  // Changes in the console.
  logto.connectors.rows.delete(logto.named("gone").id);
  logto.named("ignored").domains = ["b.com"];
  await stack.writeProgram(program(["new.com"], "AzureAdOidc"));
  const { stdout } = await stack.pulumi(["up", "--yes", "--refresh", "--diff"]);
  const [preview] = stdout.split("Updating (test)");
  expect(preview).toContain('+ [0]: "new.com"');
  expect(preview).toMatch(/~ providerName: "Okta" => "AzureAdOidc"/);
  // The URLs stay known, also those that it does not have. Before that, the refresh shows what is gone.
  expect(preview?.split("pulumi:pulumi:Stack: (same)")[1]).not.toMatch(
    /redirectUri|assertionConsumerServiceUrl|spEntityId/,
  );
  expect(logto.named("changed").domains).toEqual(["new.com"]);
  // Names are unique in Logto: the old one was deleted first.
  expect(logto.named("replaced").providerName).toBe("AzureAdOidc");
  expect(logto.named("replaced").id).not.toBe(before);
  expect(logto.named("gone").config).toEqual(saml);
  expect(logto.named("ignored").domains).toEqual(["b.com"]);

  logto.connectors.rows.delete(logto.named("changed").id);
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("what belongs to an organization is created after it, replaced with it and deleted with it", async () => {
  for (const name of ["member", "admin"]) logto.organizationRoles.insert({ name });
  const stack = await stackOf(logto, async () => {
    // A plugin is not asked how it is replaced by --replace.
    const options = { deleteBeforeReplace: true };
    const args = { description: "A customer" };
    const { id: organizationId } = new logtoSso.Organization("acme", args, options);
    const { id: connectorId } = new logtoSso.SsoConnector("acme", { providerName: "Okta" });
    new logtoSso.OrganizationSsoConnector("acme", { organizationId, connectorId });
    const { name } = await logtoSso.getOrganizationRole({ name: "member" });
    new logtoSso.OrganizationJitRoles("acme", { organizationId, roles: [name] });
    new logtoSso.OrganizationJitEmailDomains("acme", { organizationId, emailDomains: ["acme.com"] });
    const { roles } = await logtoSso.getOrganizationRoles();
    const { description } = logtoSso.getOrganizationOutput({ id: organizationId });
    return { description, roles: roles.map((role) => role.name) };
  });
  await stack.up();
  expect(await stack.outputs()).toEqual({ description: "A customer", roles: ["admin", "member"] });
  const contents = () =>
    logto.organizations.rows.map(({ id, name }) => [
      name,
      logto.organizations.linked(id).length,
      logto.organizations.jitRoles.of(id).map((role) => logto.organizationRoles.rows.get(role)?.name),
      logto.organizations.jitEmailDomains.of(id),
    ]);
  const whole = [["acme", 1, ["member"], ["acme.com"]]];
  expect(contents()).toEqual(whole);
  const [before] = logto.organizations.rows;

  const urns = (stack.export().deployment.resources ?? []).map(({ urn }) => urn);
  const urn = urns.find((one) => /[:$]Organization::acme$/.test(one)) ?? "";
  await stack.up(["--replace", urn]);
  expect(contents()).toEqual(whole);
  expect(logto.organizations.rows[0]?.id).not.toBe(before?.id);
  await stack.up(["--refresh", "--expect-no-changes"]);
  await stack.destroy();
  expect(logto.organizations.rows).toEqual([]);
});

test("what belongs to a connector is created after it, replaced with it and deleted with it", async () => {
  const organizationId = logto.organizations.make("Acme");
  const redirectUri = "https://app.acme.com/callback";
  const oidcClientMetadata = { redirectUris: [redirectUri], postLogoutRedirectUris: [] };
  const { id: defaultApplicationId } = logto.applications.insert({ type: "Traditional", oidcClientMetadata });
  const config = { metadataUrl: `${logto.idp}/saml/metadata` };
  const program = (providerName: "SAML" | "AzureAD") => () => {
    const { id: connectorId } = new logtoSso.SsoConnector("acme", { providerName });
    new logtoSso.SsoConnectorConfig("acme", { connectorId, providerName, config });
    new logtoSso.OrganizationSsoConnector("acme", { connectorId, organizationId });
    new logtoSso.SsoConnectorIdpInitiatedAuth("acme", {
      connectorId,
      autoSendAuthorizationRequest: true,
      defaultApplicationId,
      redirectUri,
    });
    return {};
  };
  const stack = await stackOf(logto, program("SAML"));
  await stack.up();
  const before = logto.named("acme").id;
  logto.idpInitiatedAuth.insert({ connectorId: before, defaultApplicationId });
  const drift = await driftOf(stack);
  expect(drift.code).toBe(7);
  expect(drift.stdout).toMatch(/[-+~] redirectUri/);

  await stack.writeProgram(program("AzureAD"));
  await stack.up();
  const after = logto.named("acme");
  expect(after.id).not.toBe(before);
  expect(after).toMatchObject({ providerName: "AzureAD", config });
  expect(logto.organizations.linked(organizationId)).toEqual([after.id]);
  expect([...logto.idpInitiatedAuth.rows.values()]).toMatchObject([{ connectorId: after.id, redirectUri }]);
  expect(logto.connectors.rows.size).toBe(1);
  await stack.up(["--refresh", "--expect-no-changes"]);

  logto.takeLog();
  await stack.destroy();
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "DELETE /api/sso-connectors/:id"]);
});

test("get reads every field of a connector, or its config, that the stack does not manage and does not delete", async () => {
  const row = logto.connectors.insert({
    providerName: "SAML",
    connectorName: "from the console",
    config: { metadataUrl: `${logto.idp}/saml/metadata` },
    domains: ["a.com"],
  });
  const stack = await stackOf(logto, () => {
    const found = logtoSso.SsoConnector.get("found", row.id);
    const { connectorName, config, domains, createdAt, spEntityId, syncProfile } = found;
    const { config: alone } = logtoSso.SsoConnectorConfig.get("found", row.id);
    return { connectorName, config, domains, createdAt, spEntityId, syncProfile, alone };
  });
  await stack.up();
  expect(await stack.outputs()).toEqual({
    connectorName: "from the console",
    config: row.config,
    domains: ["a.com"],
    createdAt: new Date(row.createdAt).toISOString(),
    spEntityId: `${logto.url}/enterprise-sso/${row.id}`,
    syncProfile: false,
    alone: row.config,
  });
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(1);
});

test("a program may use two tenants, one of which is known only during the deployment", async () => {
  const other = await startLogto({ applications: [{ id: "other", secret: "canary-other" }] });
  const program = () => {
    const here = new logtoSso.SsoConnector("acme", { providerName: "Okta" });
    // Unknown until the first connector exists.
    const endpoint = here.id.apply(() => other.url);
    const provider = new logtoSso.Provider("other", {
      endpoint,
      clientId: "other",
      clientSecret: "canary-other",
    });
    const args = { providerName: "Okta", connectorName: "acme" } as const;
    const there = new logtoSso.SsoConnector("there", args, { provider });
    return { here: here.redirectUri, there: there.redirectUri };
  };
  try {
    const stack = await stackOf(logto, program);
    expect((await stack.pulumi(["up", "--yes"])).stdout).toContain("+ 4 to create");
    expect(await stack.outputs()).toEqual({
      here: `${logto.url}/callback/${logto.named("acme").id}`,
      there: `${other.url}/callback/${other.named("acme").id}`,
    });
    expect(JSON.stringify(stack.export())).not.toContain("canary");
  } finally {
    await other.close();
  }
});

test("a connector that Logto did not create as declared is kept in the state, its secrets encrypted, and can be deleted", async () => {
  const { okta } = all() as { okta: Args };
  const extraConfig = { pkce: "canary-extra" };
  const stack = await stackOf(logto, () => new logtoSso.SsoConnector("okta", { ...okta, extraConfig }));
  const failed = await stack.up([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout).toContain("but ignored config.pkce. Your Logto version may not support it");
  const { resources = [] } = stack.export().deployment;
  expect(resources.find(({ id }) => id === logto.named("okta").id)?.initErrors).toHaveLength(1);
  expect(JSON.stringify(resources)).not.toContain("canary");
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

dynamicOnly(
  "its program has the classes; npm run bench measures the state of both",
  "a connector takes at most 2,000 bytes of state, with the stack trace of a real program",
  async () => {
    const connectors = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [
        `customer-${index}`,
        {
          providerName: "OIDC",
          config: {
            clientId: `client-${index}`,
            clientSecret: `canary-secret-${index}`,
            issuer: `${logto.idp}/customer-${index}`,
          },
          domains: [`customer-${index}.com`],
        },
      ]),
    );
    const stack = await stackOf(logto, { js: programOf(connectors) });
    await stack.up();
    const { resources = [] } = stack.export().deployment;
    const declared = resources.filter(({ type }) => type.endsWith("logto:SsoConnector"));
    expect(declared).toHaveLength(10);
    expect(JSON.stringify(declared).length / declared.length).toBeLessThanOrEqual(2000);
  },
);
