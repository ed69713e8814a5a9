/** Who reads which setting, seen from the servers: every provider and command by every place in which a setting may be. */
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { settingNames, settingOf } from "../../provider/logto/settingTable";
import { ClientCache, readTenants } from "../../provider/cli/tenant/tenants";
import { stackTenantsOf, usable } from "../../provider/cli/tenant/stackTenants";
import type { StateResource } from "../../provider/cli/stack/stateResource";
import type { Workspace } from "../../provider/cli/stack/workspace";
import { startProvider } from "../engine/engineDouble";
import { answerOf, type Host, startPlugin, struct } from "../engine/host";
import {
  connectorInState,
  defaultProvider,
  explicitProvider,
  exportOf,
  ofPlugin,
  placeFor,
} from "../exportedState";
import { messageOf } from "../provider/inProcess";
import { inThisProcess } from "../runCli";
import { type ScriptedServer, startScriptedServer } from "../scriptedServer";

jest.setTimeout(120_000);

/** The settings that the environment can supply. */
const names = settingNames.filter((name) => settingOf(name).variable !== undefined);
type Name = (typeof names)[number];
type Texts = Partial<Record<Name, string>>;

let servers: { readonly own: ScriptedServer; readonly ofEnvironment: ScriptedServer };
let own: Texts;
let environment: Texts;
let plugins: { readonly withEnvironment: Host; readonly without: Host };
beforeAll(async () => {
  const start = () =>
    startScriptedServer(({ path }) => {
      if (path === "/oidc/token")
        return { body: { access_token: "canary-token", expires_in: 3600, scope: "all" } };
      if (path === "/api/sso-connectors") return { body: [] };
      return { status: 404, body: { code: "entity.not_exists_with_id", message: "It does not exist." } };
    });
  servers = { own: await start(), ofEnvironment: await start() };
  own = { endpoint: servers.own.url, clientId: "own-id", clientSecret: "own-secret", resource: "own-api" };
  environment = {
    endpoint: servers.ofEnvironment.url,
    clientId: "environment-id",
    clientSecret: "canary-of-the-environment",
    resource: "environment-api",
  };
  plugins = {
    withEnvironment: await startPlugin({}, variablesOf(environment)),
    without: await startPlugin({}),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.close()));
  await Promise.all(Object.values(plugins).map((plugin) => plugin.end()));
});

function variablesOf(texts: Texts): NodeJS.ProcessEnv {
  return Object.fromEntries(names.map((name) => [settingOf(name).variable ?? "", texts[name]]));
}

interface Cell {
  readonly isExplicit: boolean;
  readonly settings: Texts;
  readonly hasEnvironment: boolean;
}

/** Makes one request, and resolves with the error, if it fails before it is sent. */
type Ask = (cell: Cell) => Promise<string>;

const read = { __provider: "the text that loads the provider" };

/** The front ends and a command, which each take the settings in their own form. */
const readers: Readonly<Record<string, Ask>> = {
  "the dynamic host": ({ isExplicit, settings, hasEnvironment }) =>
    inThisProcess(placeFor(undefined, hasEnvironment ? variablesOf(environment) : {}), async () => {
      const mark: Record<string, string> = isExplicit ? { "logto:explicitProvider": "true" } : {};
      const config = Object.entries(settings).map(([name, text]) => [`logto:${name}`, text]);
      const { ssoConnector } = await startProvider({ ...mark, ...(Object.fromEntries(config) as object) });
      return messageOf(ssoConnector.read("id", read));
    }),
  "the plugin": async ({ isExplicit, settings, hasEnvironment }) => {
    const { client, providers } = hasEnvironment ? plugins.withEnvironment : plugins.without;
    const request = new messages.ConfigureRequest()
      .setName(isExplicit ? "eu" : "default_0_1_0")
      .setArgs(struct(settings));
    await answerOf((answer) => client.configure(request, answer));
    return messageOf(providers.ssoConnector.read("id", {}));
  },
  "drift on a state of the class": (cell) => readTenantsOf(cell, (state) => state),
  "drift on a state of the plugin": (cell) => readTenantsOf(cell, ofPlugin),
};

/** Reads the tenants as the commands do. @param inForm gives the state the form of a front end */
function readTenantsOf(
  { isExplicit, settings, hasEnvironment }: Cell,
  inForm: (state: string) => string,
): Promise<string> {
  const entries = Object.entries(settings).map(([name, text]) => [`logto:${name}`, text] as const);
  const ownSettings = Object.fromEntries(names.map((name) => [`logto:${name}`, settings[name]]));
  const provider = isExplicit ? explicitProvider("eu", "", ownSettings) : defaultProvider();
  const exported = inForm(
    exportOf([provider, connectorInState({ id: "id", connectorName: "acme" }, provider)]),
  );
  const { deployment } = JSON.parse(exported) as { deployment: { resources: StateResource[] } };
  const workspace = { config: new Map(isExplicit ? [] : entries) } as unknown as Workspace;
  return inThisProcess(placeFor(undefined, hasEnvironment ? variablesOf(environment) : {}), () =>
    messageOf(
      Promise.resolve(stackTenantsOf(deployment.resources, workspace)).then((targets) =>
        readTenants(targets.map(usable), new ClientCache()),
      ),
    ),
  );
}

/** What the servers saw of a request for a token. */
function takeRequests() {
  const all = Object.entries(servers).flatMap(([server, { requests }]) =>
    requests.splice(0).map((request) => ({ server, ...request })),
  );
  // Never to the tenant of an explicit provider, nor to anybody else's.
  const text = JSON.stringify(all) + all.map(({ headers }) => decoded(headers.authorization)).join();
  const token = all.find(({ path }) => path === "/oidc/token");
  const [clientId = "", clientSecret = ""] = decoded(token?.headers.authorization).split(":");
  const resource = new URLSearchParams(token?.body ?? "").get("resource") ?? "";
  return { text, used: token && { server: token.server, clientId, clientSecret, resource } };
}

const decoded = (authorization = "") => Buffer.from(authorization.replace("Basic ", ""), "base64").toString();

describe.each(Object.keys(readers))("%s", (reader) => {
  const ask = async (cell: Cell) => {
    const error = await readers[reader]?.(cell);
    return { error, ...takeRequests() };
  };
  const used = (texts: Texts) => ({
    server: texts.endpoint === own.endpoint ? "own" : "ofEnvironment",
    clientId: texts.clientId,
    clientSecret: texts.clientSecret,
    resource: texts.resource ?? "https://default.logto.app/api",
  });

  test.each(names)("%s in each place", async (name) => {
    const isRequired = settingOf(name).required === true;
    for (const isExplicit of [false, true]) {
      for (const hasEnvironment of [false, true]) {
        for (const text of [own[name], "", undefined]) {
          const cell = { isExplicit, hasEnvironment, settings: { ...own, [name]: text } };
          const shown = JSON.stringify({ ...cell, settings: text });
          const answer = await ask(cell);
          const isGiven = text !== undefined && text !== "";
          const isSupplied = !isExplicit && hasEnvironment;
          if (isGiven) {
            expect([shown, answer.used]).toEqual([shown, used(own)]);
          } else if (isSupplied) {
            expect([shown, answer.used]).toEqual([shown, used({ ...own, [name]: environment[name] })]);
          } else if (isExplicit && (isRequired || text === "")) {
            expect([shown, answer.used]).toEqual([shown, undefined]);
            const problem = text === "" ? "is empty. Give it a value" : "is missing.";
            expect(answer.error).toMatch(
              new RegExp(
                `^${name} of (the provider "eu"|its logto.Provider)( \\(in the state, .*?\\))? ${problem}`,
              ),
            );
          } else if (isRequired) {
            expect([shown, answer.used]).toEqual([shown, undefined]);
            expect(answer.error).toContain(`logto:${name} is not set`);
          } else {
            expect([shown, answer.used]).toEqual([shown, used({ ...own, [name]: undefined })]);
          }
          if (!isSupplied) expect(answer.text).not.toContain("environment");
          // The secret of the environment is not printed, either.
          expect(answer.error).not.toContain("canary");
        }
      }
    }
  });
});
