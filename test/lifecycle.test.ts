/** The main job through the real Pulumi CLI: declare, change, drift, refresh, replace, destroy. */
import { isDeepStrictEqual } from "node:util";
import { createStack, findCli, type Stack } from "./engine";
import { certificate, type Logto, type Row, startLogto } from "./logto";

jest.setTimeout(120_000);
beforeAll(() => findCli(), 600_000);

let logto: Logto;
let stack: Stack | undefined;
beforeEach(async () => {
  logto = await startLogto();
});
afterEach(async () => {
  await stack?.dispose();
  stack = undefined;
  await logto.close();
});

const access = () => ({
  "logto:endpoint": logto.url,
  "logto:clientId": "m2m",
  "logto:clientSecret": { secret: "canary-m2m" },
});

/** A program of these connectors, by resource name. */
const programOf = (connectors: Record<string, unknown>) => `
  const logto = require("pulumi-logto-sso");
  for (const [name, args] of Object.entries(${JSON.stringify(connectors)})) {
    const it = new logto.SsoConnector(name, args);
    exports[name] = { redirectUri: it.redirectUri, acs: it.assertionConsumerServiceUrl, entityId: it.spEntityId };
  }`;

async function deploy(connectors: Record<string, unknown>): Promise<Stack> {
  stack = await createStack({ program: { js: programOf(connectors) }, config: access() });
  await stack.up();
  return stack;
}

/** What drift looks like to a pipeline: exit code 7, with the changed paths told by --diff. */
async function drift(): Promise<{ code: number; stdout: string }> {
  if (stack === undefined) throw new Error("no stack");
  return stack.pulumi(["refresh", "--preview-only", "--diff", "--expect-no-changes"], { mayFail: true });
}

const patches = () => logto.log.filter(({ method }) => method === "PATCH").map(({ body }) => body as object);

function sixKinds(): Record<string, Record<string, unknown>> {
  const client = { clientId: "client", clientSecret: "canary-config" };
  const oidc = { ...client, issuer: `${logto.idp}/acme` };
  const metadataUrl = `${logto.idp}/saml/metadata`;
  return {
    oidc: {
      providerName: "OIDC",
      config: { ...oidc, scope: "groups" },
      domains: ["B.com", "a.com"],
      syncProfile: true,
    },
    okta: {
      providerName: "Okta",
      config: oidc,
      branding: { displayName: "Okta", logo: "https://acme.com/l.png" },
    },
    entra: {
      providerName: "AzureAdOidc",
      config: { ...oidc, trustUnverifiedEmail: true },
      enableTokenStorage: true,
    },
    google: { providerName: "GoogleWorkspace", config: { ...client, offlineAccess: true } },
    saml: {
      providerName: "SAML",
      config: { metadataUrl, attributeMapping: { email: "mail" } },
      domains: ["c.com"],
    },
    manual: {
      providerName: "AzureAD",
      config: {
        entityId: "urn:idp",
        signInEndpoint: "https://idp.acme.com/sso",
        x509Certificate: certificate,
      },
    },
  };
}

test("all six kinds are created with one token, stay as they are, and are deleted", async () => {
  const stack = await deploy(sixKinds());
  expect(logto.takeLog().sort()).toEqual(
    ["POST /oidc/token", ...Array<string>(6).fill("POST /api/sso-connectors")].sort(),
  );
  expect(logto.named("oidc")).toMatchObject({
    domains: ["a.com", "b.com"],
    syncProfile: true,
    config: { scope: "groups" },
  });
  const { oidc, saml } = (await stack.outputs()) as Record<string, Record<string, string>>;
  expect(oidc).toEqual({ redirectUri: `${logto.url}/callback/${logto.named("oidc").id}` });
  expect(saml).toEqual({
    acs: `${logto.url}/api/authn/single-sign-on/saml/${logto.named("saml").id}`,
    entityId: `${logto.url}/enterprise-sso/${logto.named("saml").id}`,
  });

  await stack.preview(["--expect-no-changes"]);
  await stack.up(["--expect-no-changes"]);
  expect(logto.takeLog()).toEqual([]);
  expect((await drift()).code).toBe(0);

  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

/** For each kind, each of its fields: the path that the drift must show, and what somebody does in the console. */
function editsOf(row: Row): { path: string; edit: (row: Row) => void }[] {
  const set = (path: string, edit: (row: Row) => void) => ({ path, edit });
  const inConfig = (key: string, value: unknown) =>
    set(key, (it) => {
      it.config = { ...it.config, [key]: value };
    });
  const inMapping = (key: string) =>
    set(key, ({ config }) => {
      config.attributeMapping = { ...(config.attributeMapping as object | undefined), [key]: "other" };
    });
  const inBranding = (key: string) =>
    set(key, ({ branding }) => {
      branding[key] = "https://acme.com/other";
    });
  const oidc = !("metadataUrl" in row.config || "entityId" in row.config);
  return [
    set("connectorName", (it) => (it.connectorName += " by hand")),
    set("domains", (it) => it.domains.push("zzz.com")),
    ...["displayName", "logo", "darkLogo"].map(inBranding),
    set("syncProfile", (it) => (it.syncProfile = !it.syncProfile)),
    ...(oidc
      ? [
          set("enableTokenStorage", (it) => (it.enableTokenStorage = !it.enableTokenStorage)),
          ...["clientId", "scope"].map((key) => inConfig(key, "by-hand")),
          inConfig("clientSecret", "canary-by-hand"),
          inConfig("trustUnverifiedEmail", row.config.trustUnverifiedEmail !== true),
          row.providerName === "GoogleWorkspace"
            ? inConfig("offlineAccess", row.config.offlineAccess !== true)
            : inConfig("issuer", `${logto.idp}/by-hand`),
        ]
      : [
          ...["id", "email", "name"].map(inMapping),
          inConfig("signAuthnRequest", true),
          inConfig("requestSignatureAlgorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
          ...("metadataUrl" in row.config
            ? [inConfig("metadataUrl", `${logto.idp}/saml/metadata?by-hand`)]
            : [
                inConfig("entityId", "urn:by-hand"),
                inConfig("signInEndpoint", "https://idp.acme.com/by-hand"),
                inConfig("x509Certificate", certificate.replaceAll("\n", "\r\n")),
              ]),
        ]),
  ];
}

test("each field of each kind that is changed in the console is drift at its path, put right by one PATCH of that field", async () => {
  const stack = await deploy(sixKinds());
  const rows = [...logto.connectors.rows.values()];
  const edits = new Map(rows.map((row) => [row, editsOf(row)]));
  const rounds = Math.max(...[...edits.values()].map(({ length }) => length));
  // In each round one field of every connector.
  for (let round = 0; round < rounds; round++) {
    const edited = rows.flatMap((row) => {
      const one = edits.get(row)?.[round];
      return one === undefined ? [] : [{ row, before: JSON.parse(JSON.stringify(row)) as Row, ...one }];
    });
    for (const { row, edit } of edited) edit(row);
    const told = await drift();
    expect(told.code).toBe(7);
    for (const { path } of edited) expect(told.stdout).toMatch(new RegExp(`[~+-] ${path}\\b`));
    expect(told.stdout.match(/\(update\)/g)).toHaveLength(edited.length);
    expect(told.stdout).not.toContain("canary");

    logto.takeLog();
    await stack.up(["--refresh"]);
    for (const { row, before } of edited) {
      const sent = logto.log.filter(({ method, path }) => method === "PATCH" && path.endsWith(row.id));
      const differing = Object.keys(before).filter(
        (key) => !isDeepStrictEqual(sent[0]?.body, { [key]: before[key as keyof Row] }),
      );
      // One PATCH, whose body is one field as it was before.
      expect([sent.length, Object.keys(before).length - differing.length]).toEqual([1, 1]);
      expect(row).toEqual(before);
    }
    expect(patches()).toHaveLength(edited.length);
  }
});

test("what Logto writes in other words is no drift", async () => {
  await deploy(sixKinds());
  const [oidc, okta] = [logto.named("oidc"), logto.named("okta")];
  oidc.domains = ["b.com", "a.com"];
  oidc.config = Object.fromEntries(Object.entries(oidc.config).reverse());
  delete okta.config.trustUnverifiedEmail;
  okta.config.scope = "";
  okta.branding.darkLogo = "";
  // Added by a newer Logto.
  Object.assign(okta.config, { pkce: false });
  const told = await drift();
  expect(told.stdout).not.toMatch(/[~+-] (domains|config|branding)/);
  expect(told.code).toBe(0);
});

test("a field taken out of the program goes back to its default, but a config stays as it is", async () => {
  const { oidc = {} } = sixKinds();
  const stack = await deploy({ oidc: { ...oidc, branding: { displayName: "Acme" } } });
  const { config } = logto.named("oidc");
  logto.takeLog();
  await stack.writeProgram({
    js: programOf({ oidc: { providerName: "OIDC", config: { ...config, scope: undefined } } }),
  });
  await stack.up();
  expect(patches()).toEqual([
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
  await stack.writeProgram({ js: programOf({ oidc: { providerName: "OIDC" } }) });
  await stack.up();
  expect(logto.takeLog()).toEqual([]);
  expect(logto.named("oidc").config).toHaveProperty("clientSecret", "canary-config");
  logto.named("oidc").config.scope = "changed by hand";
  expect((await drift()).code).toBe(0);
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test("another provider deletes the connector and creates it anew under the same name", async () => {
  const { okta = {} } = sixKinds();
  const stack = await deploy({ okta });
  const { id } = logto.named("okta");
  logto.takeLog();
  await stack.writeProgram({ js: programOf({ okta: { ...okta, providerName: "AzureAdOidc" } }) });
  expect((await stack.preview(["--diff"])).stdout).toMatch(/~ providerName: "Okta" => "AzureAdOidc"/);
  await stack.up();
  expect(logto.takeLog()).toEqual([
    "POST /oidc/token",
    "DELETE /api/sso-connectors/:id",
    "POST /api/sso-connectors",
  ]);
  expect(logto.named("okta")).toMatchObject({ providerName: "AzureAdOidc" });
  expect(logto.named("okta").id).not.toBe(id);
});

test("one that was deleted by hand is created again, and deleting what is gone is no error", async () => {
  const { okta = {}, saml = {} } = sixKinds();
  const stack = await deploy({ okta, saml });
  logto.connectors.rows.delete(logto.named("okta").id);
  expect((await drift()).code).toBe(7);
  await stack.up(["--refresh"]);
  expect(logto.named("okta").config).toHaveProperty("clientId", "client");
  logto.connectors.rows.delete(logto.named("saml").id);
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("ignoreChanges leaves a field alone", async () => {
  stack = await createStack({
    program: {
      js: `const logto = require("pulumi-logto-sso");
        new logto.SsoConnector("acme", { providerName: "OIDC", domains: ["a.com"] }, { ignoreChanges: ["domains"] });`,
    },
    config: access(),
  });
  await stack.up();
  logto.named("acme").domains = ["b.com"];
  await stack.up(["--refresh"]);
  expect(logto.named("acme").domains).toEqual(["b.com"]);
});

test("get looks up all of a connector that the stack does not own, and fails where there is none", async () => {
  const row = logto.connectors.insert({
    providerName: "SAML",
    connectorName: "by hand",
    config: { metadataUrl: `${logto.idp}/saml/metadata` },
    domains: ["a.com"],
  });
  const js = (id: string) => `const logto = require("pulumi-logto-sso");
    const it = logto.SsoConnector.get("it", ${JSON.stringify(id)});
    Object.assign(exports, { name: it.connectorName, config: it.config, domains: it.domains, createdAt: it.createdAt,
      entityId: it.spEntityId, syncProfile: it.syncProfile });`;
  stack = await createStack({ program: { js: js(row.id) }, config: access() });
  await stack.up();
  expect(await stack.outputs()).toEqual({
    name: "by hand",
    config: row.config,
    domains: ["a.com"],
    createdAt: row.createdAt,
    entityId: `${logto.url}/enterprise-sso/${row.id}`,
    syncProfile: false,
  });
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(1);
  await stack.writeProgram({ js: js("nope") });
  const failed = await stack.up([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout).toContain('Logto has no SSO connector with the ID "nope"');
  expect(failed.stdout).not.toMatch(/^\s+at /m);
});

test("two tenants in one program, one of them known only once it runs", async () => {
  const other = await startLogto({ applications: [{ id: "other", secret: "canary-other" }] });
  stack = await createStack({
    config: { ...access(), endpoint: other.url },
    program: {
      js: `const pulumi = require("@pulumi/pulumi");
        const logto = require("pulumi-logto-sso");
        const here = new logto.SsoConnector("acme", { providerName: "Okta" });
        // Not known before the first connector is there.
        const endpoint = here.id.apply(() => new pulumi.Config().require("endpoint"));
        const provider = new logto.Provider("other", { endpoint, clientId: "other", clientSecret: "canary-other" });
        const there = new logto.SsoConnector("there", { providerName: "Okta", connectorName: "acme" }, { provider });
        exports.here = here.redirectUri;
        exports.there = there.redirectUri;`,
    },
  });
  expect((await stack.preview()).stdout).toContain("+ 4 to create");
  await stack.up();
  expect(await stack.outputs()).toEqual({
    here: `${logto.url}/callback/${logto.named("acme").id}`,
    there: `${other.url}/callback/${other.named("acme").id}`,
  });
  expect(JSON.stringify(await stack.export())).not.toContain("canary");
  await stack.up(["--expect-no-changes"]);
  await stack.destroy();
  expect(other.connectors.rows.size + logto.connectors.rows.size).toBe(0);
  await other.close();
});

test("the redirect URI stays known while an update is previewed", async () => {
  const { okta = {} } = sixKinds();
  const stack = await deploy({ okta });
  await stack.writeProgram({ js: programOf({ okta: { ...okta, domains: ["new.com"] } }) });
  const { stdout } = await stack.preview(["--diff"]);
  expect(stdout).toContain('+ [0]: "new.com"');
  expect(stdout).not.toContain("unknown");
});

test("an extra key that Logto drops is named, and the connector is not lost", async () => {
  const { okta = {} } = sixKinds();
  stack = await createStack({
    program: { js: programOf({ okta: { ...okta, extraConfig: { pkce: "canary-extra" } } }) },
    config: access(),
  });
  const failed = await stack.up([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout).toContain("does not hold what was sent in config.pkce");
  expect(JSON.stringify(await stack.export())).not.toContain("canary");
  await stack.writeProgram({ js: programOf({ okta }) });
  await stack.up();
  expect(logto.connectors.rows.size).toBe(1);
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("no secret shows in the state or in any output, and a connector takes at most 2,000 bytes", async () => {
  const connectors = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
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
  const stack = await deploy(connectors);
  logto.named("customer-1").config.clientSecret = "canary-by-hand";
  const said = [
    await drift(),
    await stack.preview(["--json", "--refresh"]),
    await stack.preview(["--diff", "--refresh"]),
    await stack.refresh(["--diff"]),
    await stack.up(["--diff"]),
  ];
  const state = await stack.export();
  expect(said.map(({ stdout }) => stdout).join() + JSON.stringify(state)).not.toContain("canary");
  const own = state.deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector")) ?? [];
  expect(own).toHaveLength(100);
  expect(JSON.stringify(own).length / own.length).toBeLessThanOrEqual(2000);
});
