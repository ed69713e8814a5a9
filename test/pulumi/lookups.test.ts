/** What a program can look up, through the real CLI. */
import * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import { dynamicOnly } from "../frontEnd";
import { type Logto, startLogto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const oidc = () => ({
  providerName: "OIDC",
  config: {
    clientId: "client",
    clientSecret: "canary-config",
    issuer: `${logto.idp}/acme`,
    trustUnverifiedEmail: false,
  },
});
const nameOf = (one: { connectorName: string }) => one.connectorName;

test("connectors and kinds of identity provider are looked up in preview and up, without secrets; look-ups of a moment share one token and one list", async () => {
  logto.connectors.insert({ ...oidc(), connectorName: "b" });
  const { id, createdAt } = logto.connectors.insert({ ...oidc(), connectorName: "a", domains: ["a.com"] });
  const stack = await stackOf(logto, async () => {
    const outputNames = logtoSso.getSsoConnectorsOutput().connectors.apply((all) => all.map(nameOf));
    const [byName, { connectors }] = await Promise.all([
      logtoSso.getSsoConnector({ connectorName: "a" }),
      logtoSso.getSsoConnectors(),
    ]);
    const byId = logtoSso.getSsoConnectorOutput({ id: pulumi.output(byName.id) });
    const { providers } = await logtoSso.getSsoConnectorProviders();
    return {
      byName,
      byId,
      first: connectors[0],
      url: pulumi.interpolate`/sso/${byId.id}`,
      names: connectors.map(nameOf),
      outputNames,
      kinds: providers.map((one) => `${one.providerName} ${one.providerType}`),
      outputKind: logtoSso.getSsoConnectorProvidersOutput().providers.apply((all) => all[0]?.providerName),
    };
  });
  expect((await stack.preview()).stdout).toContain(`"/sso/${id}"`);
  logto.takeLog();
  await stack.up();
  expect(logto.takeLog().sort()).toEqual([
    "GET /api/sso-connector-providers",
    "GET /api/sso-connector-providers",
    "GET /api/sso-connectors",
    "POST /oidc/token",
  ]);
  const { clientSecret, ...config } = oidc().config;
  const found = {
    id,
    tenantId: "default",
    createdAt: new Date(createdAt).toISOString(),
    providerName: "OIDC",
    connectorName: "a",
    config,
    domains: ["a.com"],
    branding: {},
    syncProfile: false,
    enableTokenStorage: false,
  };
  expect(await stack.outputs()).toEqual({
    byName: found,
    byId: found,
    first: found,
    url: `/sso/${id}`,
    names: ["a", "b"],
    outputNames: ["a", "b"],
    kinds: [
      "OIDC oidc",
      "SAML saml",
      "AzureAD saml",
      "AzureAdOidc oidc",
      "GoogleWorkspace oidc",
      "Okta oidc",
    ],
    outputKind: "OIDC",
  });
  expect(JSON.stringify(stack.export())).not.toContain(clientSecret);
});

dynamicOnly(
  "generated look-ups are calls of the plugin, which the engine gives its provider",
  "in a second tenant, by the option provider and by a parent; known once that tenant is",
  async () => {
    const other = await startLogto({ applications: [{ id: "other", secret: "canary-other" }] });
    const { id } = other.connectors.insert({ ...oidc(), connectorName: "Acme" });
    const stack = await stackOf(logto, () => {
      const here = new logtoSso.SsoConnector("here", { providerName: "Okta" });
      const endpoint = here.id.apply(() => other.url);
      const provider = new logtoSso.Provider("other", {
        endpoint,
        clientId: "other",
        clientSecret: "canary-other",
      });
      const parent = new pulumi.ComponentResource("acme:Customer", "acme", {}, { providers: [provider] });
      return {
        byProvider: logtoSso.getSsoConnectorOutput({ connectorName: "Acme" }, { provider }).id,
        byParent: logtoSso.getSsoConnectorsOutput({ parent }).connectors.apply(([first]) => first?.id),
        got: logtoSso.SsoConnector.get("got", id, undefined, { provider }).connectorName,
        promised: logtoSso.getSsoConnector({ connectorName: "Acme" }, { provider }).then(
          (found) => found.id,
          (error: unknown) => {
            if (pulumi.runtime.isDryRun()) return (error as Error).message;
            throw error;
          },
        ),
      };
    });
    const preview = await stack.preview();
    expect(preview.stdout).not.toContain("error");
    expect(preview.stdout).toContain("The arguments of its logto.Provider are not known before `pulumi up`.");
    await stack.up();
    expect(await stack.outputs()).toEqual({ byProvider: id, byParent: id, got: "Acme", promised: id });
    await other.close();
  },
);

test("what depends on resources that are yet to be created is unknown in the preview", async () => {
  const stack = await stackOf(logto, () => {
    const acme = new logtoSso.SsoConnector("Acme", { providerName: "Okta" });
    const team = new pulumi.ComponentResource("test:Team", "team");
    new logtoSso.SsoConnector("Child", { providerName: "Okta" }, { parent: team });
    const idOf = (connectorName: pulumi.Input<string>, options: pulumi.InvokeOutputOptions = {}) =>
      logtoSso.getSsoConnectorOutput({ connectorName }, options).id;
    return {
      byInput: idOf(acme.connectorName),
      byResource: idOf("Acme", { dependsOn: acme }),
      byOutput: idOf("Acme", { dependsOn: [acme.id.apply(() => acme)] }),
      byComponent: idOf("Child", { dependsOn: [team] }),
    };
  });
  await stack.preview();
  await stack.up();
  const { id } = logto.named("Acme");
  expect(await stack.outputs()).toEqual({
    byInput: id,
    byResource: id,
    byOutput: id,
    byComponent: logto.named("Child").id,
  });
});

/** Returns the messages with which look-ups fail. */
const messagesOf = (lookUps: Record<string, () => Promise<unknown>>) =>
  Object.fromEntries(
    Object.entries(lookUps).map(([name, lookUp]) => [
      name,
      lookUp().then(
        () => "no error",
        (error: unknown) => (error as Error).message,
      ),
    ]),
  );

dynamicOnly(
  "the engine adds words of its own to an error",
  "a look-up that fails says what is wrong, and the CLI shows that without a stack trace",
  async () => {
    logto.connectors.insert({ ...oidc(), connectorName: "Acme" });
    const both = { id: "a", connectorName: "b" } as unknown as logtoSso.GetSsoConnectorArgs;
    const neither = {} as logtoSso.GetSsoConnectorArgs;
    const stack = await stackOf(logto, () =>
      messagesOf({
        unknownId: () => logtoSso.getSsoConnector({ id: "nope" }),
        both: () => logtoSso.getSsoConnector(both),
        neither: () => logtoSso.getSsoConnector(neither),
        provider: () => logtoSso.getSsoConnectors({ provider: {} as pulumi.ProviderResource }),
      }),
    );
    await stack.up();
    expect(await stack.outputs()).toEqual({
      unknownId: expect.stringMatching(
        /^Logto has no SSO connector with the ID "nope"\. Check the ID/,
      ) as unknown,
      both: "A look-up takes either id or connectorName.",
      neither: "A look-up takes either id or connectorName.",
      provider: "The option provider of a look-up must be a logto.Provider.",
    });

    await stack.writeProgram(() => ({ id: logtoSso.getSsoConnectorOutput({ connectorName: "acme" }).id }));
    const failed = await stack.preview([], { mayFail: true });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout + failed.stderr).toContain('no SSO connector with the name "acme", but "Acme"');
    expect(failed.stdout).not.toMatch(/^\s+at /m);
  },
);

dynamicOnly(
  "Pulumi's protocol has no unknown answers",
  "without credentials, a preview continues with outputs; the promise form and `up` say what is missing",
  async () => {
    const stack = await stackOf(
      logto,
      () => ({
        count: logtoSso.getSsoConnectorsOutput().connectors.apply(({ length }) => length),
        ...(pulumi.runtime.isDryRun() ? messagesOf({ promised: () => logtoSso.getSsoConnectors() }) : {}),
      }),
      { config: {} },
    );
    const { stdout } = await stack.preview();
    expect(stdout).toContain("`pulumi up` will");
    expect(stdout).toContain(
      "getSsoConnectors can't be answered in this preview. Use getSsoConnectorsOutput",
    );
    const failed = await stack.up([], { mayFail: true });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout + failed.stderr).toContain("logto:endpoint is not set");
    for (const name of ["endpoint", "clientId", "clientSecret"]) {
      expect(stdout).toContain(`logto:${name} is not set`);
    }
    expect(failed.stdout).not.toMatch(/^\s+at /m);
  },
);
