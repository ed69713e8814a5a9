/** What the plugin does beyond the calls for a resource that it has in common with the dynamic host. */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { ResourceKey } from "../../provider/connector/resources";
import { secretValue } from "../../provider/engine/engineValues";
import { pluginTypeOf } from "../../provider/engine/pluginTokens";
import { check, create, unwrapSecrets } from "../engine/engineDouble";
import { answerOf, type Host, startPlugin, struct } from "../engine/host";
import { start } from "../engine/processes";
import { serve } from "../engine/serve";
import { eachWithLogto, settingsFor } from "../provider/inProcess";
import type { Logto } from "../logto";

let logto: Logto;
let plugin: Host;
eachWithLogto(async (one) => {
  logto = one;
  plugin = await startPlugin(settingsFor(logto));
});
afterEach(() => plugin.end());

const acme = (more: object = {}) => ({
  providerName: "OIDC",
  connectorName: "Acme",
  config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
  ...more,
});
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urnOf = (name: string) => `urn:pulumi:dev::infra::${pluginTypeOf("ssoConnector")}::${name}`;

/** Closes what a test has started, also one that fails. */
const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

/** The engine's log, as the plugin writes it. */
async function startEngineLog(): Promise<{ messages: string[] }> {
  const log: string[] = [];
  const server = await serve(EngineService, {
    log: ({ request }: { request: LogRequest }, answer: grpc.sendUnaryData<Empty>) => {
      const severity = request.getSeverity() === LogSeverity.WARNING ? "warning" : "info";
      log.push(`${severity} ${request.getUrn()}: ${request.getMessage()}`);
      answer(null, new Empty());
    },
  });
  closes.push(server.close);
  const request = new messages.ProviderHandshakeRequest().setEngineAddress(server.address);
  await answerOf((answer) => plugin.client.handshake(request, answer));
  return { messages: log };
}

const cancel = () => answerOf((answer) => plugin.client.cancel(new Empty(), answer));

function checkConfig(name: string, news: object): Promise<messages.CheckResponse> {
  const request = new messages.CheckRequest()
    .setUrn(`urn:pulumi:dev::infra::pulumi:providers:logto::${name}`)
    .setNews(struct({ ...news }));
  return answerOf((answer) => plugin.client.checkConfig(request, answer));
}

function invoke(name: string, args: object = {}): Promise<messages.InvokeResponse> {
  const request = new messages.InvokeRequest().setTok(`logto:index:${name}`).setArgs(struct({ ...args }));
  return answerOf((answer) => plugin.client.invoke(request, answer));
}

/** Resolves with what the plugin lists of the tenant. @param limit 0: all */
async function listed(key: ResourceKey, limit = 0): Promise<unknown[]> {
  const request = new messages.ListRequest().setToken(pluginTypeOf(key)).setLimit(limit);
  const rows: unknown[] = [];
  for await (const response of plugin.client.list(request) as AsyncIterable<messages.ListResponse>)
    rows.push(response.getResult()?.toObject());
  return rows;
}

describe("settings", () => {
  test("are checked before they are used; the secret is marked", async () => {
    const inputs = {
      endpoint: "ftp://logto.acme.com",
      clientId: "m2m",
      clientSecret: "canary",
      timeoutSeconds: 0,
    };
    const response = await checkConfig("default_0_1_0", inputs);
    expect(response.getFailuresList().map((failure) => failure.getProperty())).toEqual([
      "endpoint",
      "timeoutSeconds",
    ]);
    expect(response.getInputs()?.toJavaScript()).toMatchObject({
      clientId: "m2m",
      clientSecret: {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        value: "canary",
      },
    });
  });

  test("of an explicit provider must be complete, unless they are not known yet", async () => {
    const properties = async (name: string, news: object) =>
      (await checkConfig(name, news)).getFailuresList().map((failure) => failure.getProperty());
    expect(await properties("staging", { endpoint: unknown })).toEqual(["clientId", '["clientSecret"]']);
    expect(await properties("default", {})).toEqual([]);
  });

  test("of Pulumi's default provider are told by its exact name", async () => {
    const missing = async (name: string) => (await checkConfig(name, {})).getFailuresList().length;
    for (const name of ["default", "default_0_1_0", "default_1_2_3_alpha_1", "default_0_1_0_github_//acme"]) {
      expect([name, await missing(name)]).toEqual([name, 0]);
    }
    for (const name of ["default-staging", "default_staging", "default_eu_1", "defaults", "Default", "eu"]) {
      expect([name, await missing(name)]).toEqual([name, 3]);
    }
  });

  test("that are empty are errors of an explicit provider's inputs, and not set in the stack config", async () => {
    const empty = { endpoint: " ", clientId: "", clientSecret: "", resource: "", timeoutSeconds: "" };
    const reasons = async (name: string) =>
      (await checkConfig(name, empty)).getFailuresList().map((failure) => failure.getReason());
    expect(await reasons("eu")).toEqual([
      ...["endpoint", "clientId", "clientSecret"].map(
        (key) => `${key} of the provider "eu" is empty. Give it a value.`,
      ),
      ...["resource", "timeoutSeconds"].map(
        (key) => `${key} of the provider "eu" is empty. Give it a value, or leave it out.`,
      ),
    ]);
    expect(await reasons("default")).toEqual([]);
  });

  test("that change never replace a provider, also not those of the dynamic one", async () => {
    const request = new messages.DiffRequest()
      .setOldInputs(
        struct({ "logto:endpoint": "https://a.com", "logto:clientSecret": "canary", "aws:region": "x" }),
      )
      .setNews(struct({ endpoint: "https://a.com", clientSecret: "canary" }));
    const diff = () => answerOf<messages.DiffResponse>((answer) => plugin.client.diffConfig(request, answer));
    expect((await diff()).getChanges()).toBe(messages.DiffResponse.DiffChanges.DIFF_NONE);
    request.setNews(struct({ endpoint: "https://b.com", clientSecret: "canary" }));
    const changed = await diff();
    expect(changed.getDiffsList()).toEqual(["endpoint"]);
    expect(changed.getReplacesList()).toEqual([]);
  });
});

test("a misspelt setting is a warning before it is used", async () => {
  const log = await startEngineLog();
  await checkConfig("default", { endpiont: "https://logto.acme.com" });
  expect(log.messages).toEqual([expect.stringMatching(/^warning : .*logto:endpiont.*logto:endpoint/)]);
});

describe("previews", () => {
  test("of a create and an update answer what will be known, without a request", async () => {
    const { ssoConnector } = plugin.providers;
    const inputs = await check(ssoConnector, acme());
    const previewed = new messages.CreateRequest()
      .setUrn(urnOf("acme"))
      .setPreview(true)
      .setProperties(struct(inputs));
    const created = await answerOf<messages.CreateResponse>((answer) =>
      plugin.client.create(previewed, answer),
    );
    expect(created.getProperties()?.toJavaScript()).toMatchObject({
      connectorName: "Acme",
      syncProfile: false,
      endpoint: logto.url,
      tenantId: unknown,
      redirectUri: unknown,
    });
    expect(logto.takeLog()).toEqual([]);

    const { id, outputs } = await create(ssoConnector, acme());
    logto.takeLog();
    const update = new messages.UpdateRequest()
      .setUrn(urnOf("acme"))
      .setId(id)
      .setPreview(true)
      .setOlds(struct(outputs))
      .setNews(struct({ ...inputs, domains: [unknown] }));
    const updated = await answerOf<messages.UpdateResponse>((answer) => plugin.client.update(update, answer));
    expect(updated.getProperties()?.toJavaScript()).toMatchObject({
      domains: [unknown],
      tenantId: outputs.tenantId,
      redirectUri: `${logto.url}/callback/${id}`,
    });
    expect(logto.takeLog()).toEqual([]);
  });
});

test("a connector is deleted before its replacement is created, since its name is taken until then", async () => {
  const { ssoConnector, singleSignOn } = plugin.providers;
  const { id, outputs } = await create(ssoConnector, acme());
  const [deleteBeforeReplace, news] = [true, [{ providerName: "Okta" }, { domains: ["acme.com"] }, {}]];
  // The engine replaces what is to be updated (`replaceOnChanges`), and what an earlier run was to replace.
  const diffs = news.map(async (changed) =>
    ssoConnector.diff(id, outputs, await check(ssoConnector, acme(changed))),
  );
  expect(await Promise.all(diffs)).toMatchObject([
    { replaces: ["providerName"], deleteBeforeReplace },
    { changes: true, replaces: [], deleteBeforeReplace },
    { changes: false, deleteBeforeReplace },
  ]);
  const other = await create(singleSignOn, { enabled: true });
  const inputs = await check(singleSignOn, { enabled: false });
  expect(await singleSignOn.diff(other.id, other.outputs, inputs)).toMatchObject({
    deleteBeforeReplace: false,
  });
});

test("what the program passes as secret stays secret in the state, and is in no message", async () => {
  const { ssoConnector } = plugin.providers;
  const log = await startEngineLog();
  const [domains, connectorName] = [secretValue(["b.com", "canary.com"]), secretValue("canary")];
  const branding = { displayName: secretValue("canary"), logo: "https://acme.com/logo.png" };
  const given = acme({ domains, connectorName, branding });
  const marked = { domains, connectorName, branding };
  const { inputs = {} } = await ssoConnector.check({}, given);
  expect(inputs).toMatchObject(marked);
  const preview = new messages.CreateRequest().setUrn(urnOf("acme")).setPreview(true);
  const previewed = await answerOf<messages.CreateResponse>((answer) =>
    plugin.client.create(preview.setProperties(struct(inputs)), answer),
  );
  expect(previewed.getProperties()?.toJavaScript()).toMatchObject(marked);
  const { id, outs = {} } = await ssoConnector.create(inputs);
  expect(outs).toMatchObject(marked);
  const refresh = new messages.ReadRequest().setUrn(urnOf("acme")).setId(id);
  refresh.setProperties(struct(outs)).setInputs(struct(inputs));
  const read = await answerOf<messages.ReadResponse>((answer) => plugin.client.read(refresh, answer));
  expect(read.getProperties()?.toJavaScript()).toMatchObject(marked);
  expect(read.getInputs()?.toJavaScript()).toMatchObject(marked);
  const update = await ssoConnector.update(id, outs, { ...inputs, syncProfile: true });
  expect(update.outs).toMatchObject({ ...marked, syncProfile: true });
  expect(await ssoConnector.diff(id, outs, inputs)).toMatchObject({ changes: false });
  const wrong = acme({
    connectorName,
    domains: secretValue(["*.canary.com"]),
    syncProfile: secretValue("canary"),
  });
  expect((await ssoConnector.check({}, wrong)).failures).toMatchObject([
    { property: "domains[0]", reason: expect.stringMatching(/^"\[secret\]" must not/) as string },
    { property: '["syncProfile"]' },
  ]);
  logto.connectors.insert({ providerName: "SAML", connectorName: "canary-2" });
  const taken = ssoConnector.create({ ...inputs, connectorName: secretValue("canary-2") });
  await expect(taken).rejects.toThrow('the name "[secret]" belongs to the connector');

  const ignored = { ...given, connectorName: secretValue("canary-3"), extraConfig: { pkce: true } };
  const incomplete = (await ssoConnector.check({}, ignored)).inputs ?? {};
  await expect(ssoConnector.create(incomplete)).rejects.toMatchObject({
    properties: { ...marked, connectorName: secretValue("canary-3") },
  });
  await ssoConnector.check({}, acme({ connectorName: "Globex", domains }));
  await cancel();
  expect(log.messages.join("\n")).toContain('share the domain "[secret]"');
  expect(log.messages.join("\n")).not.toContain("canary");
});

test("registration URLs are outputs, and a state without them is brought up to date without a request", async () => {
  const { ssoConnector } = plugin.providers;
  const { id, outputs } = await create(ssoConnector, acme());
  expect(outputs).toMatchObject({ redirectUri: `${logto.url}/callback/${id}` });
  const inputs = await check(ssoConnector, acme());
  expect(await ssoConnector.diff(id, outputs, inputs)).toMatchObject({ changes: false });
  const { redirectUri, ...old } = outputs;
  logto.takeLog();
  expect(await ssoConnector.diff(id, old, inputs)).toMatchObject({ changes: true, replaces: [] });
  expect(unwrapSecrets((await ssoConnector.update(id, old, inputs)).outs)).toMatchObject({ redirectUri });
  expect(logto.takeLog()).toEqual([]);
});

test("the name of the resource is the default, and two resources cannot have one name", async () => {
  const checked = (name: string, args: object) => {
    const request = new messages.CheckRequest().setUrn(urnOf(name)).setNews(struct({ ...args }));
    return answerOf<messages.CheckResponse>((answer) => plugin.client.check(request, answer));
  };
  const { connectorName, ...unnamed } = acme({ domains: ["acme.com"] });
  const log = await startEngineLog();
  expect((await checked("acme", unnamed)).getInputs()?.toJavaScript()).toMatchObject({
    connectorName: "acme",
  });
  // The engine checks a resource again before it replaces it.
  expect((await checked("acme", unnamed)).getFailuresList()).toEqual([]);
  const [failure, ...more] = (
    await checked("a twin", { ...unnamed, connectorName: "acme" })
  ).getFailuresList();
  expect([failure?.getProperty(), more]).toEqual(["connectorName", []]);
  expect(failure?.getReason()).toContain('The SsoConnector "a twin" and "acme" have the same connectorName');
  expect((await checked("another", unnamed)).getFailuresList()).toEqual([]);
  await cancel();
  expect(log.messages).toEqual([
    'warning : The SSO connectors "acme" and "another" share the domain "acme.com".',
  ]);
});

test("names and domains that are not known yet are no duplicates", async () => {
  const log = await startEngineLog();
  for (const name of ["a", "b"]) {
    const news = struct(acme({ connectorName: unknown, domains: [unknown] }));
    const request = new messages.CheckRequest().setUrn(urnOf(name)).setNews(news);
    const response = await answerOf<messages.CheckResponse>((answer) => plugin.client.check(request, answer));
    expect(response.getFailuresList()).toEqual([]);
  }
  await cancel();
  expect(log.messages).toEqual([]);
});

test("a connector cannot declare its config and have another resource that does", async () => {
  const { ssoConnector } = plugin.providers;
  const failuresOf = async (connectorId: string) => {
    const { config } = acme();
    const news = struct({ connectorId, providerName: "OIDC", config });
    const urn = `urn:pulumi:test::test::${pluginTypeOf("ssoConnectorConfig")}::config`;
    const request = new messages.CheckRequest().setUrn(urn).setNews(news);
    const response = await answerOf<messages.CheckResponse>((answer) => plugin.client.check(request, answer));
    return response.getFailuresList().map((failure) => failure.toObject());
  };
  const { id, outputs } = await create(ssoConnector, acme());
  const duplicate = {
    property: "connectorId",
    reason: expect.stringMatching(
      /The SsoConnectorConfig "config" and the SsoConnector ".*" declare the config/,
    ) as unknown,
  };
  expect(await failuresOf(id)).toEqual([duplicate]);
  // In a later run, which creates nothing.
  const startRun = async () => {
    await plugin.end();
    plugin = await startPlugin(settingsFor(logto));
    return plugin.providers.ssoConnector;
  };
  const next = await startRun();
  await next.diff(id, outputs, await check(next, acme()));
  expect(await failuresOf(id)).toEqual([duplicate]);
  // The program drops the config of the connector.
  const last = await startRun();
  const { config, ...bare } = acme();
  await last.diff(id, outputs, await check(last, bare));
  expect(await failuresOf(id)).toEqual([]);
});

test("messages are in the language of the project's program: errors of inputs, of calls, and notices", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plugin-language-"));
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: infra\nruntime: { name: python, options: { toolchain: pip } }\n",
  );
  mkdirSync(join(folder, "program"));
  await plugin.end();
  plugin = await startPlugin(settingsFor(logto), {}, join(folder, "program"));

  const { ssoConnector } = plugin.providers;
  const incomplete = acme({ config: { clientId: "client", issuer: `${logto.idp}/acme` }, domains: ["-"] });
  expect((await ssoConnector.check({}, incomplete)).failures).toEqual([
    { property: "config.clientSecret", reason: "is missing. (`client_secret` in the program)" },
    { property: "domains[0]", reason: expect.not.stringContaining("in the program") as unknown },
  ]);
  const log = await startEngineLog();
  logto.signInExperience.singleSignOnEnabled = false;
  const { id } = await create(ssoConnector, acme());
  const taken = await create(ssoConnector, acme()).catch((error: unknown) => String(error));
  expect(taken).toContain(`run \`npx pulumi-logto-sso import --id ${id}\``);
  expect(taken).toContain('`opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="OLD_NAME")])`');
  expect(taken).toContain("add `adopt=True,` next to provider_name");
  await cancel();
  expect(log.messages.join("\n")).toContain('declare `logto.SingleSignOn("sso", enabled=True)`');
  rmSync(folder, { recursive: true });
});

test("look-ups answer without secrets, and say what is not found", async () => {
  const { id } = await create(plugin.providers.ssoConnector, acme());
  const found = (await invoke("getSsoConnector", { connectorName: "Acme" })).getReturn()?.toJavaScript();
  expect(found).toMatchObject({ id, providerName: "OIDC", config: { clientId: "client" } });
  expect(JSON.stringify(found)).not.toContain("canary");
  expect((await invoke("getSsoConnectors")).getReturn()?.toJavaScript()).toEqual({ connectors: [found] });
  expect((await invoke("getSsoConnectorProviders")).getReturn()?.toJavaScript()).toMatchObject({
    providers: expect.arrayContaining([expect.objectContaining({ providerName: "Okta" })]) as unknown,
  });
  await expect(invoke("getSsoConnector", { connectorName: "acme" })).rejects.toThrow(
    'Logto has no SSO connector with the name "acme", but "Acme": names are case-sensitive.',
  );
});

test("an import reads all of a connector, and the tenant's connectors can be listed for it", async () => {
  const { id } = await create(plugin.providers.ssoConnector, acme());
  const { props, inputs } = await plugin.providers.ssoConnector.read(id, {});
  expect(unwrapSecrets(inputs)).toMatchObject({
    connectorName: "Acme",
    config: { clientSecret: "canary-config" },
  });
  expect(JSON.stringify(props)).toContain("1b47061264138c4ac30d75fd1eb44270");
  expect(await listed("ssoConnector")).toEqual([{ id, name: "Acme" }]);
});

test("a connector that was imported into another resource is not deleted with the one that had it", async () => {
  const { ssoConnector } = plugin.providers;
  const made = await create(ssoConnector, acme());
  await plugin.end();
  plugin = await startPlugin(settingsFor(logto));
  const next = plugin.providers.ssoConnector;
  const { props, inputs } = await next.read(made.id, {});
  await next.diff(made.id, unwrapSecrets(props), unwrapSecrets(inputs));
  const remove = (name: string) => {
    const request = new messages.DeleteRequest().setUrn(urnOf(name)).setId(made.id);
    return answerOf((answer) => plugin.client.delete(request.setProperties(struct(made.outputs)), answer));
  };
  await remove("former");
  expect([...logto.connectors.rows.keys()]).toEqual([made.id]);
  // The resource that has it, such as with `replaceOnChanges`.
  await next.delete(made.id, unwrapSecrets(props));
  expect(logto.connectors.rows.size).toBe(0);
});

test("a list has as many resources as the engine asks for, and its error is shown", async () => {
  const [first, second] = [
    await create(plugin.providers.ssoConnector, acme()),
    await create(plugin.providers.ssoConnector, acme({ connectorName: "Globex" })),
  ];
  expect(await listed("ssoConnector", 1)).toEqual([{ id: first.id, name: "Acme" }]);
  expect(await listed("ssoConnector", 5)).toMatchObject([{ id: first.id }, { id: second.id }]);
  await expect(listed("samlSigningKey")).rejects.toThrow(
    "Only SsoConnector and SingleSignOn can be listed; the other resources belong to a connector",
  );
});

describe("messages", () => {
  test("a preview warns of missing settings; the end of a run tells that users are offered no connector", async () => {
    await plugin.end();
    plugin = await startPlugin({ "logto:endpoint": logto.url });
    const first = await startEngineLog();
    const warning = (name: string) =>
      expect.stringContaining(`warning ${urnOf(name)}: \`pulumi up\` will need access to Logto`) as unknown;
    const request = new messages.UpdateRequest()
      .setUrn(urnOf("acme"))
      .setId("id1")
      .setPreview(true)
      .setOlds(struct(acme()))
      .setNews(struct(acme()));
    await answerOf((answer) => plugin.client.update(request, answer));
    await cancel();
    expect(first.messages).toEqual([warning("acme")]);

    await plugin.end();
    plugin = await startPlugin({ "logto:endpoint": logto.url });
    const other = await startEngineLog();
    for (const name of ["acme", "globex"]) {
      const create = new messages.CreateRequest()
        .setUrn(urnOf(name))
        .setPreview(true)
        .setProperties(struct(acme()));
      await answerOf((answer) => plugin.client.create(create, answer));
    }
    await cancel();
    // Once in a run.
    expect(other.messages).toEqual([warning("acme")]);

    await plugin.end();
    plugin = await startPlugin(settingsFor(logto));
    const second = await startEngineLog();
    logto.faults.arm("slow", { method: "GET", path: /sign-in-exp/ });
    await create(plugin.providers.ssoConnector, acme());
    await cancel();
    expect(second.messages).toEqual([
      expect.stringMatching(/^warning : enterprise SSO is disabled in the tenant/),
    ]);
  });
});

describe("cancel", () => {
  beforeEach(async () => {
    await plugin.end();
    plugin = await startPlugin(settingsFor(logto, { "logto:timeoutSeconds": "3600" }));
  });

  test.each([["create" as const], ["token" as const]])(
    "ends a create whose request for %s hangs, and loses nothing",
    async (target) => {
      const { ssoConnector } = plugin.providers;
      const inputs = await check(ssoConnector, acme());
      const arrived = new Promise<void>((resolve) => {
        logto.beforeAnswer = ({ method, path }) => {
          if (method === "POST" && (target === "token") === (path === "/oidc/token")) resolve();
        };
      });
      logto.faults.arm("hang after", target, Infinity);
      const created = expect(ssoConnector.create(inputs)).rejects.toMatchObject(
        target === "create"
          ? { id: "pending:Acme", reasons: [expect.stringContaining("[interrupted]")] }
          : { message: expect.stringContaining("interrupted before") as unknown },
      );
      await arrived;
      await cancel();
      await created;
      expect(logto.connectors.rows.size).toBe(target === "create" ? 1 : 0);
    },
  );
});

test("a plugin ends with the process that started it", async () => {
  const script = `const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(
    require.resolve("../../dist/plugin/main.js"),
  )}], { stdio: ["ignore", "pipe", "inherit"] }); child.stdout.once("data", () => console.log(child.pid));`;
  const parent = start(process.execPath, ["-e", script]);
  const [line] = (await once(parent.process.stdout ?? process.stdin, "data")) as [Buffer];
  parent.process.kill("SIGKILL");
  await parent.result;
  await expect(ended(Number(line.toString()))).resolves.toBe(true);
});

/** Resolves when a process that is no child of this one has ended. */
async function ended(pid: number): Promise<boolean> {
  try {
    for (;;) {
      process.kill(pid, 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } catch {
    return true;
  }
}
