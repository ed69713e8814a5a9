/** Which object in Logto a resource manages, tested with the provider that Pulumi's host process loads. */
import { startProvider, check, create, loader, type Properties, unwrapSecrets } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { inVirtualTime } from "../virtualTime";
import { catchOutput, eachWithLogto, messageOf, settingsFor } from "./inProcess";

let logto: Logto;
let other: Logto;
const output = catchOutput();
eachWithLogto((started) => {
  logto = started;
});
eachWithLogto((started) => {
  other = started;
});

const start = (url = logto.url, more: Record<string, string> = {}) =>
  startProvider(settingsFor({ url }, { "logto:timeoutSeconds": "3", ...more }));

const acme = (more: Properties = {}) => ({
  providerName: "OIDC",
  connectorName: "Acme",
  config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
  ...more,
});

test("a connector that was adopted in a run is not deleted by that run, which says so", async () => {
  const first = await start();
  const a = await create(first.ssoConnector, acme());
  const { ssoConnector } = await start();
  const b = await create(ssoConnector, acme({ adopt: true }));
  expect(b.id).toBe(a.id);
  await ssoConnector.delete(a.id, a.outputs);
  expect([...logto.connectors.rows.keys()]).toEqual([a.id]);
  expect(output.text).toContain(`Logto keeps SSO connector "Acme" (${a.id})`);
  expect(output.text).toContain("`aliases`");
});

test("a connector that was updated in a run is not deleted by that run", async () => {
  const a = await create((await start()).ssoConnector, acme());
  const { ssoConnector } = await start();
  await ssoConnector.update(a.id, a.outputs, await check(ssoConnector, acme({ domains: ["acme.com"] })));
  await ssoConnector.delete(a.id, a.outputs);
  expect([...logto.connectors.rows.keys()]).toEqual([a.id]);
});

test("an adopted connector is not deleted by the next run either, if the first was killed before the delete", async () => {
  const a = await create((await start()).ssoConnector, acme());
  const b = await create((await start()).ssoConnector, acme({ adopt: true }));
  const { ssoConnector } = await start();
  const inputs = await check(ssoConnector, acme({ adopt: true }));
  expect((await ssoConnector.diff(b.id, b.outputs, inputs)).changes).toBe(false);
  await ssoConnector.delete(a.id, a.outputs);
  expect([...logto.connectors.rows.keys()]).toEqual([a.id]);
  // The resource that adopted it may delete it, as when the engine replaces it.
  await ssoConnector.delete(b.id, b.outputs);
  expect(logto.connectors.rows.size).toBe(0);
});

test("neither a refresh nor an update, even one that fails, forgets that a connector was adopted", async () => {
  const a = await create((await start()).ssoConnector, acme());
  const b = await create((await start()).ssoConnector, acme({ adopt: true }));
  const { ssoConnector } = await start();
  const { props } = await ssoConnector.read(b.id, b.outputs);
  expect(unwrapSecrets(props).adoptedAt).toBe(b.outputs.adoptedAt);
  const changed = await check(ssoConnector, acme({ adopt: true, domains: ["new.com"] }));
  const { outs } = await ssoConnector.update(b.id, b.outputs, changed);
  expect(unwrapSecrets(outs).adoptedAt).toBe(b.outputs.adoptedAt);
  // Logto ignores keys that it does not know.
  const odd = await check(ssoConnector, acme({ adopt: true, extraConfig: { pkce: "canary-extra" } }));
  const failed = await ssoConnector.update(b.id, b.outputs, odd).catch((error: unknown) => error);
  const { adoptedAt, endpoint } = b.outputs;
  expect(failed).toMatchObject({ id: b.id, properties: { adoptedAt, endpoint } });
  // So the next run knows the resource that has the connector from the one that had it.
  const next = (await start()).ssoConnector;
  await next.diff(b.id, unwrapSecrets(props), await check(next, acme({ adopt: true })));
  await next.delete(a.id, a.outputs);
  expect([...logto.connectors.rows.keys()]).toEqual([a.id]);
});

test("a connector that the state has twice, as after two imports, is not deleted with one if the other was changed", async () => {
  const { id, outputs } = await create((await start()).ssoConnector, acme());
  const { ssoConnector } = await start();
  const changed = await check(ssoConnector, acme({ domains: ["new.com"] }));
  await ssoConnector.diff(id, outputs, changed);
  await ssoConnector.update(id, outputs, changed);
  await ssoConnector.delete(id, outputs);
  expect([...logto.connectors.rows.keys()]).toEqual([id]);
});

test("a connector whose name prevented a create is not deleted in the same run, even with `--continue-on-error`", async () => {
  const a = await create((await start()).ssoConnector, acme());
  const { ssoConnector } = await start();
  const refused = await messageOf(create(ssoConnector, acme({ domains: ["a.com"] })));
  expect(refused).toContain(`the name "Acme" belongs to the connector ${a.id}`);
  expect(refused).toMatch(/renamed or moved.*`aliases`.*`deleteBeforeReplace: true`.*`adopt: true,`/s);
  await ssoConnector.delete(a.id, a.outputs);
  expect([...logto.connectors.rows.keys()]).toEqual([a.id]);
});

describe("a connector that is replaced and was not deleted, as with retainOnDelete,", () => {
  /** What the engine calls for a replacement with that option: a diff, and a create without a delete before it. */
  const replace = async (id: string, outputs: Properties, news: Properties) => {
    const { ssoConnector } = await start();
    const inputs = await check(ssoConnector, acme(news));
    await ssoConnector.diff(id, outputs, inputs);
    return ssoConnector.create(inputs);
  };

  test("is the resource's again as soon as the program declares what the state has", async () => {
    const { id, outputs } = await create((await start()).ssoConnector, acme());
    Object.assign(logto.connectors.find(id), { domains: ["by-hand.com"] });
    expect(await replace(id, outputs, {})).toMatchObject({ id, outs: { domains: [] } });
    expect(logto.connectors.rows.size).toBe(1);
  });

  test("is named with the options that keep it and what ends that, which a different connector of the name is not", async () => {
    const { id, outputs } = await create((await start()).ssoConnector, acme());
    const changed = await messageOf(replace(id, outputs, { domains: ["a.com"] }));
    expect(changed).toMatch(/this resource had.*`retainOnDelete`.*To continue with it, add `adopt: true,`/);
    expect(changed).not.toContain("aliases");
    const replaced = await messageOf(replace(id, outputs, { providerName: "Okta" }));
    expect(replaced).toContain("To continue with it, take the change of providerName back.");
    expect(replaced).not.toContain("adopt: true");
    const renamed = { ...outputs, connectorName: "Before" };
    expect(await messageOf(replace("another", renamed, {}))).toMatch(/aliases.*`retainOnDelete` keeps it/);
  });

  test("is the one that a create without a response made, if it is as declared", async () => {
    const { id, outputs } = await create((await start()).ssoConnector, acme());
    expect(await replace("pending:Acme", outputs, {})).toMatchObject({ id });
    expect(await messageOf(replace("pending:Acme", outputs, { domains: ["a.com"] }))).toContain(
      "`adopt: true,`",
    );
  });
});

test("keys of a connector that is kept after all stay the resources', and of another connector are new ones", async () => {
  const providers = await start();
  const saml = (name: string) =>
    acme({
      providerName: "SAML",
      connectorName: name,
      config: { metadataUrl: `${logto.idp}/saml/metadata` },
    });
  const { id: connectorId } = await create(providers.ssoConnector, saml("Acme"));
  const other = await create(providers.ssoConnector, saml("Other"));
  const argsOf = (active: boolean) => ({ connectorId, active });
  const before = [true, false, false].map((active) => create(providers.samlSigningKey, argsOf(active)));
  const keys = await Promise.all(before);
  const { samlSigningKey } = await start();
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  for (const { id, outputs } of keys)
    await samlSigningKey.diff(id, outputs, { ...argsOf(outputs.active === true), connectorId: unknown });
  expect((await create(samlSigningKey, { connectorId: other.id, active: true })).id).toContain(other.id);
  logto.takeLog();
  const after = await Promise.all(
    [false, true, false].map((active) => create(samlSigningKey, argsOf(active))),
  );
  expect(after.map(({ id }) => id).sort()).toEqual(keys.map(({ id }) => id).sort());
  expect(after[1]?.id).toBe(keys[0]?.id);
  expect(logto.takeLog().filter((request) => !request.startsWith("GET"))).toEqual([]);
  expect((await create(samlSigningKey, argsOf(false))).id).not.toBe(keys[1]?.id);
});

test.each(["retainOnDelete: true", "deleteBeforeReplace: false"])(
  "a replacement whose name the option %s keeps is refused by the check, and one of another name is not",
  async (option) => {
    const { ssoConnector } = await start();
    const before = await check(ssoConnector, acme());
    const failuresOf = async (olds: Properties, more: Properties) => {
      const { inputs, failures } = await ssoConnector.check(olds, {
        ...acme(more),
        ...loader,
        __keepingOption: option,
      });
      expect(inputs).not.toHaveProperty("__keepingOption");
      return failures;
    };
    expect(await failuresOf(before, { providerName: "Okta" })).toEqual([
      {
        property: "providerName",
        reason: expect.stringContaining(`the option \`${option}\` keeps`) as string,
      },
    ]);
    expect(await failuresOf(before, { providerName: "Okta", connectorName: "Acme 2" })).toEqual([]);
    expect(await failuresOf(before, { domains: ["a.com"] })).toEqual([]);
    expect(await failuresOf({}, { providerName: "Okta" })).toEqual([]);
  },
);

test("a link that is declared under another resource name is not deleted", async () => {
  logto.organizations.put("org", "Org", []);
  const first = await start();
  const { id: connectorId } = await create(first.ssoConnector, acme());
  const args = { ...loader, organizationId: "org", connectorId };
  const one = await create(first.organizationSsoConnector, args);
  const second = await start();
  const two = await create(second.organizationSsoConnector, args);
  await second.organizationSsoConnector.delete(one.id, one.outputs);
  expect(logto.organizations.linked("org")).toEqual([connectorId]);
  // Nor by the next run, if the first was killed before the delete.
  const third = await start();
  const inputs = await check(third.organizationSsoConnector, args);
  await third.organizationSsoConnector.diff(two.id, two.outputs, inputs);
  await third.organizationSsoConnector.delete(one.id, one.outputs);
  expect(logto.organizations.linked("org")).toEqual([connectorId]);
  await (await start()).organizationSsoConnector.delete(two.id, two.outputs);
  expect(logto.organizations.linked("org")).toEqual([]);
});

test("a link whose create failed without a response is recorded, and created by the next run", async () => {
  logto.organizations.put("org", "Org", []);
  const { ssoConnector, organizationSsoConnector } = await start();
  const { id: connectorId } = await create(ssoConnector, acme());
  const inputs = await check(organizationSsoConnector, { ...loader, organizationId: "org", connectorId });
  logto.faults.arm("reset before", { method: "POST", path: /jit/ }, Infinity);
  const error = await inVirtualTime(() =>
    organizationSsoConnector.create(inputs).catch((reason: unknown) => reason),
  );
  expect(error).toMatchObject({
    id: `org/${connectorId}`,
    properties: { organizationId: "org", connectorId },
  });
  logto.faults.disarm();
  await organizationSsoConnector.update(`org/${connectorId}`, inputs, inputs);
  expect(logto.organizations.linked("org")).toEqual([connectorId]);
});

describe("another endpoint", () => {
  const byHostname = () => logto.url.replace("127.0.0.1", "localhost");

  test("of the same tenant is shown by the preview and recorded in the state", async () => {
    const { id, outputs } = await create((await start()).ssoConnector, acme());
    expect(outputs.endpoint).toBe(logto.url);
    const { ssoConnector } = await start(byHostname());
    const inputs = await check(ssoConnector, acme());
    logto.takeLog();
    expect((await ssoConnector.diff(id, outputs, inputs)).changes).toBe(true);
    expect(output.text).toContain(`last seen at ${logto.url}, and logto:endpoint is now ${byHostname()}`);
    expect(logto.takeLog()).toEqual([]);
    const { outs } = await ssoConnector.update(id, outputs, inputs);
    expect(unwrapSecrets(outs)).toMatchObject({ endpoint: byHostname(), tenantId: "default" });
    expect(logto.takeLog()).toEqual(["POST /oidc/token", "GET /api/sso-connectors/:id"]);
    expect((await ssoConnector.diff(id, { ...unwrapSecrets(outs), ...loader }, inputs)).changes).toBe(false);
    expect(unwrapSecrets((await ssoConnector.read(id, outputs)).props)).toMatchObject({
      endpoint: byHostname(),
    });
    await ssoConnector.delete(id, outputs);
  });

  test("of another tenant makes every operation fail before it changes anything, and the error says what to do", async () => {
    const { id, outputs } = await create((await start()).ssoConnector, acme());
    const { ssoConnector } = await start(other.url);
    const inputs = await check(ssoConnector, acme({ domains: ["new.com"] }));
    await ssoConnector.diff(id, outputs, inputs);
    const messages = [
      await messageOf(ssoConnector.update(id, outputs, inputs)),
      await messageOf(ssoConnector.delete(id, outputs)),
      await messageOf(ssoConnector.read(id, outputs)),
      await messageOf(create(ssoConnector, acme({ connectorName: "New" }))),
    ];
    for (const message of messages) {
      expect(message).toContain(
        `it was last seen at ${logto.url}, and the tenant at ${other.url} does not have it`,
      );
      expect(message).toContain(`set logto:endpoint back to ${logto.url}`);
      expect(message).toContain("pulumi state delete");
    }
    expect(other.log.filter(({ method, path }) => method !== "GET" && path !== "/oidc/token")).toEqual([]);
    // All creates share the answer of the first.
    other.takeLog();
    await messageOf(create(ssoConnector, acme({ connectorName: "Newer" })));
    expect(other.takeLog()).toEqual([]);
    expect([...logto.connectors.rows.keys()]).toEqual([id]);
  });

  test("does not hide for which property a connector is replaced", async () => {
    const { id, outputs } = await create((await start()).ssoConnector, acme());
    const { ssoConnector } = await start(byHostname());
    const inputs = await check(ssoConnector, acme({ providerName: "Okta" }));
    // Without `changes`, the engine compares the inputs itself and names each path.
    expect(await ssoConnector.diff(id, outputs, inputs)).toEqual({
      replaces: ["providerName"],
      deleteBeforeReplace: true,
    });
  });

  test("of a copy of the tenant with another tenant ID is another tenant", async () => {
    const { id, outputs } = await create((await start()).ssoConnector, acme());
    other.connectors.insert({ ...logto.connectors.find(id), id, tenantId: "copy" });
    const { ssoConnector } = await start(other.url);
    expect(await messageOf(ssoConnector.delete(id, outputs))).toContain("does not have it");
  });

  test("does not matter to a state of version 0.1.0, which records no endpoint", async () => {
    const { id, outputs } = await create((await start()).ssoConnector, acme());
    const { endpoint, ...old } = outputs;
    const { ssoConnector } = await start();
    expect(await ssoConnector.diff(id, old, await check(ssoConnector, acme()))).toMatchObject({
      changes: false,
    });
    expect(unwrapSecrets((await ssoConnector.read(id, old)).props)).toMatchObject({ endpoint });
  });

  test("is handled in the same way by configs, keys and links", async () => {
    logto.organizations.put("org", "Org", []);
    other.organizations.put("org", "Org", []);
    const here = await start();
    const saml = await create(here.ssoConnector, { ...loader, providerName: "SAML", connectorName: "Saml" });
    const oidc = await create(here.ssoConnector, acme({ config: undefined }));
    const all = {
      ssoConnectorConfig: {
        connectorId: oidc.id,
        providerName: "OIDC",
        config: acme().config,
      },
      samlSigningKey: { ...loader, connectorId: saml.id },
      organizationSsoConnector: { ...loader, organizationId: "org", connectorId: oidc.id },
    } as const;
    for (const [kind, args] of Object.entries(all) as [keyof typeof all, Properties][]) {
      const { id, outputs } = await create(here[kind], args);
      const there = (await start(other.url))[kind];
      expect(await messageOf(there.update(id, outputs, await check(there, args)))).toContain(
        "Nothing was changed",
      );
      const same = (await start(byHostname()))[kind];
      const { outs } = await same.update(id, outputs, await check(same, args));
      expect(unwrapSecrets(outs)).toMatchObject({ endpoint: byHostname() });
    }
  });
});

describe("an update of config", () => {
  test("changes the keys that the program changed, and keeps the other keys as they are in Logto", async () => {
    const { ssoConnector } = await start();
    const { id, outputs } = await create(ssoConnector, acme());
    Object.assign(logto.connectors.find(id).config, { clientSecret: "canary-rotated", newer: "kept" });
    const inputs = await check(ssoConnector, acme({ config: { ...acme().config, clientId: "changed" } }));
    logto.takeLog();
    const { outs } = await ssoConnector.update(id, outputs, inputs);
    expect(logto.takeLog()).toEqual(["GET /api/sso-connectors/:id", "PATCH /api/sso-connectors/:id"]);
    expect(logto.connectors.find(id).config).toMatchObject({
      clientId: "changed",
      clientSecret: "canary-rotated",
    });
    // The state keeps its own values, so that the next diff is empty.
    expect((await ssoConnector.diff(id, { ...unwrapSecrets(outs), ...loader }, inputs)).changes).toBe(false);
  });

  test.each(["hangs", "fails"])(
    "succeeds even if the identity provider of the old config %s",
    async (how) => {
      const { ssoConnector } = await start();
      const { id, outputs } = await create(ssoConnector, acme());
      logto.connectors.find(id).config.issuer = `${logto.idp}/${how}/acme`;
      const issuer = `${logto.idp}/new`;
      const inputs = await check(ssoConnector, acme({ config: { ...acme().config, issuer } }));
      const old = { ...outputs, config: { ...acme().config, issuer: "https://old" } };
      await inVirtualTime(async () => {
        const begun = Date.now();
        await ssoConnector.update(id, old, inputs);
        // A third of the timeout is for the old config.
        expect(Date.now() - begun).toBeLessThanOrEqual(1000);
      });
      expect(logto.connectors.find(id).config).toMatchObject({ issuer, clientSecret: "canary-config" });
    },
  );

  test("keeps the signing certificate if there is nothing to send", async () => {
    const { ssoConnector } = await start();
    const config = { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest: true };
    const { id, outputs } = await create(ssoConnector, acme({ providerName: "SAML", config }));
    expect(outputs.signingCertificate).toContain("BEGIN CERTIFICATE");
    const inputs = await check(ssoConnector, acme({ providerName: "SAML", config }));
    for (const before of [outputs, { ...outputs, signingCertificate: undefined }]) {
      const { outs } = await ssoConnector.update(id, before, inputs);
      expect(unwrapSecrets(outs).signingCertificate).toBe(outputs.signingCertificate);
    }
  });
});

test("a name that is taken is an error that names the connector with it, and says how to swap two names", async () => {
  const { ssoConnector } = await start();
  const a = await create(ssoConnector, acme({ connectorName: "A" }));
  const b = await create(ssoConnector, acme({ connectorName: "B" }));
  const inputs = await check(ssoConnector, acme({ connectorName: "B" }));
  const message = await messageOf(ssoConnector.update(a.id, a.outputs, inputs));
  expect(message).toContain(`the name "B" belongs to the connector ${b.id}`);
  expect(message).toMatch(/to swap two names, .* give this one a third name first/);
});

test("a name that is taken is Logto's own error where nobody can say by which connector", async () => {
  const { ssoConnector } = await start();
  const a = await create(ssoConnector, acme({ connectorName: "A" }));
  await create(ssoConnector, acme({ connectorName: "B" }));
  const inputs = await check(ssoConnector, acme({ connectorName: "B" }));
  logto.faults.arm("500", "list", Infinity);
  const message = await messageOf(ssoConnector.update(a.id, a.outputs, inputs));
  expect(message).toContain("single_sign_on.duplicate_connector_name");
  expect(message).not.toContain("belongs to the connector");
});

test("a connector whose create response was lost is not created twice, also if a gateway answers in JSON", async () => {
  const { ssoConnector } = await start();
  for (const [index, fault] of (["502 with JSON after", "504 with JSON after"] as const).entries()) {
    logto.faults.arm(fault, "create");
    const { id } = await create(ssoConnector, acme({ connectorName: `lost ${index}` }));
    expect(logto.named(`lost ${index}`).id).toBe(id);
  }
  expect(logto.connectors.rows.size).toBe(2);
});

test("after a lost create response, a connector that existed long before is not adopted", async () => {
  const { ssoConnector } = await start();
  const { id } = await create(ssoConnector, acme());
  Object.assign(logto.connectors.find(id), { createdAt: Date.now() - 86_400_000 });
  logto.faults.arm("502 with HTML", "create");
  const message = await messageOf(create((await start()).ssoConnector, acme()));
  expect(message).toContain(`the name "Acme" belongs to the connector ${id}`);
});

test("the failure for a private key names the property in a form that the engine cannot resolve, since it prints the value", async () => {
  const { ssoConnector } = await start();
  const { failures = [] } = await ssoConnector.check(
    {},
    acme({ connectorName: "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----" }),
  );
  expect(failures.map(({ property }) => property)).toEqual(['["connectorName"]']);
  expect(JSON.stringify(failures)).not.toContain("canary");
});
