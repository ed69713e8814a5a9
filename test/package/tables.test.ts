/**
 * A new key of a config, a new field of a connector and a new identity provider are one entry in one file each: the tests add
 * them to a copy of the package, and find them in its types, requests, drift, look-ups, reference and schema of customers' files.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { customerSchema } from "../docs/customerSchema";
import { reference, type Tables } from "../docs/reference";
import { compileErrors, createProgram } from "./compile";
import { run } from "../engine/processes";
import { loader, startProvider, unwrapSecrets } from "../engine/engineDouble";
import { connectorInState, defaultProvider, exportOf } from "../exportedState";
import { type ReceivedRequest, type ScriptedServer, startScriptedServer } from "../scriptedServer";

const repository = join(__dirname, "..", "..");

/** The added entries: the file, the text before the entry, and the entry. */
const entries = {
  "a key of a config": {
    file: "connector/identityProviders.ts",
    after: "export const oidcFields = {\n",
    entry:
      '/** How the response is returned. */\n responseMode: { type: "string", equalsAbsent: "query" },\n',
  },
  "a field of a connector": {
    file: "connector/resources.ts",
    after: "export const connectorInputs = {\n",
    entry:
      '/** Where the button appears. Default: `"list"`. */\n position: { type: "string", default: "list" },\n',
  },
  "an identity provider": {
    file: "connector/identityProviders.ts",
    after: "export const identityProviders = {\n",
    entry: `Keycloak: { protocol: "oidc", config: { type: "object", fields: {
      ...clientFields,
      /** The realm. */
      realm: { type: "string", required: true },
    } } },\n`,
  },
};

jest.setTimeout(120_000);

let copy: string;
/** The sources of the copy. */
let sources: ts.Program;
let logto: ScriptedServer;
const rows = new Map<string, Record<string, unknown>>();

beforeAll(async () => {
  copy = mkdtempSync(join(repository, "node_modules", ".tables-"));
  for (const path of ["provider", "package.json", "tsconfig.json"]) {
    cpSync(join(repository, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  for (const { file, after, entry } of Object.values(entries)) {
    const path = join(copy, "provider", file);
    const [before, rest, ...more] = readFileSync(path, "utf8").split(after);
    expect([rest === undefined, more]).toEqual([false, []]);
    writeFileSync(path, `${before}${after}${entry}${rest}`);
  }
  const folder = join(copy, "provider");
  const text = readFileSync(join(folder, "tsconfig.json"), "utf8");
  const { config } = ts.parseConfigFileTextToJson("tsconfig.json", text) as { config: unknown };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  sources = createProgram(fileNames, options);
  const { diagnostics } = sources.emit();
  const errors = [...ts.getPreEmitDiagnostics(sources), ...diagnostics];
  expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  logto = await startScriptedServer(newerLogto);
});

afterAll(async () => {
  await logto.close();
  rmSync(copy, { recursive: true });
});

beforeEach(() => {
  rows.clear();
  logto.requests.splice(0);
});

/** A Logto that stores every field that it receives. */
function newerLogto({ method, path, body }: ReceivedRequest) {
  if (path === "/oidc/token")
    return { body: { access_token: "canary-token", expires_in: 3600, scope: "all" } };
  if (path === "/api/sign-in-exp") return { body: { singleSignOnEnabled: true } };
  const [, , , id = `id${rows.size + 1}`] = path.split("/");
  if (method === "GET") return { body: path.endsWith("sso-connectors") ? [...rows.values()] : rows.get(id) };
  const given = JSON.parse(body) as object;
  const row = { id, tenantId: "default", createdAt: 1, providerConfig: {}, ...rows.get(id), ...given };
  rows.set(id, row);
  return { body: row };
}

const oidc = { clientId: "client", clientSecret: "canary", issuer: "https://idp.acme.com" };
const okta = {
  providerName: "Okta",
  connectorName: "acme",
  domains: ["acme.com"],
  config: { ...oidc, responseMode: "form_post" },
  position: "top",
};
const keycloak = {
  providerName: "Keycloak",
  connectorName: "globex",
  config: { clientId: "client", clientSecret: "canary", realm: "globex" },
};

async function created(inputs: Record<string, unknown>) {
  const { ssoConnector } = await startProvider(access(), join(copy, "dist"));
  const checked = await ssoConnector.check({}, inputs);
  expect(checked.failures ?? []).toEqual([]);
  const declared = unwrapSecrets(checked.inputs);
  const { id, outs } = await ssoConnector.create(declared);
  return { ssoConnector, declared, id, state: { ...unwrapSecrets(outs), ...loader } };
}

function access() {
  return { "logto:endpoint": logto.url, "logto:clientId": "m2m", "logto:clientSecret": "canary-m2m" };
}

const environment = () => ({
  PATH: process.env.PATH,
  LOGTO_ENDPOINT: logto.url,
  LOGTO_CLIENT_ID: "m2m",
  LOGTO_CLIENT_SECRET: "canary-m2m",
});

test("the types of a program include the new entries, and reject wrong values", () => {
  const program = (body: string) => `import * as logto from "pulumi-logto-sso";\n${body}`;
  const connector = (position: string, responseMode: string, realm: string) =>
    program(`const okta = new logto.SsoConnector("a", {
      providerName: "Okta", position: ${position},
      config: { clientId: "c", clientSecret: "s", issuer: "i", responseMode: ${responseMode} },
    });
    new logto.SsoConnector("b", {
      providerName: "Keycloak", config: { clientId: "c", clientSecret: "s", ${realm} },
    });
    okta.position.apply((text: string) => text);
    okta.config.apply((config) => config?.responseMode?.length);`);
  const [good, ...bad] = compileErrors(
    [
      connector('"top"', '"form_post"', 'realm: "r"'),
      connector("1", '"form_post"', 'realm: "r"'),
      connector('"top"', "1", 'realm: "r"'),
      connector('"top"', '"form_post"', 'issuer: "i"'),
    ],
    "",
    copy,
    { ...sources.getCompilerOptions(), rootDir: copy },
  );
  expect(good).toEqual([]);
  expect(bad.map((errors) => errors.length > 0)).toEqual([true, true, true]);
});

test("check validates the new entries, create and update send them, and diff compares them", async () => {
  const { ssoConnector, declared, id, state } = await created(okta);
  const [post] = logto.requests.filter(({ method, path }) => method === "POST" && path.startsWith("/api"));
  expect(JSON.parse(post?.body ?? "")).toMatchObject({
    position: "top",
    config: { responseMode: "form_post" },
  });
  expect(state).toMatchObject({ position: "top", config: { responseMode: "form_post" } });

  const failures = async (inputs: object) => (await ssoConnector.check({}, { ...okta, ...inputs })).failures;
  expect(await failures({ position: 1 })).toMatchObject([{ property: "position" }]);
  expect(await failures({ config: { ...oidc, responseMode: 1 } })).toMatchObject([{ reason: /string/ }]);
  const incomplete = { ...keycloak, config: { ...keycloak.config, realm: undefined } };
  expect((await ssoConnector.check({}, incomplete)).failures).toMatchObject([{ property: "config.realm" }]);

  expect((await ssoConnector.diff(id, state, declared)).changes).toBe(false);
  const { inputs: next } = await ssoConnector.check({}, { ...okta, position: undefined, config: oidc });
  expect((await ssoConnector.diff(id, state, unwrapSecrets(next))).changes).toBeUndefined();
  await ssoConnector.update(id, state, unwrapSecrets(next));
  const [patch] = logto.requests.filter(({ method }) => method === "PATCH");
  expect(JSON.parse(patch?.body ?? "")).toEqual({
    position: "list",
    config: { ...oidc, trustUnverifiedEmail: false },
  });
});

test("a connector of the new identity provider is created, and replaced if its identity provider changes", async () => {
  const { ssoConnector, id, state } = await created(keycloak);
  expect(rows.get(id)).toMatchObject({ providerName: "Keycloak", config: { realm: "globex" } });
  const { inputs } = await ssoConnector.check({}, okta);
  expect((await ssoConnector.diff(id, state, unwrapSecrets(inputs))).replaces).toEqual(["providerName"]);
});

test("drift reports changes of the new entries, and a look-up returns them", async () => {
  const { id } = await created(okta);
  const row = { ...okta, id, branding: {} };
  const resource = connectorInState(row, defaultProvider(), { outputs: { position: "top" } });
  const inState = { ...resource, inputs: { ...resource.inputs, position: "top" } };
  const file = join(copy, "state.json");
  writeFileSync(file, exportOf([defaultProvider(), inState]));
  const drift = () =>
    run(process.execPath, [join(copy, "dist", "cli", "main.js"), "drift", "--state", file], {
      cwd: copy,
      env: environment(),
    });
  expect((await drift()).code).toBe(0);
  Object.assign(rows.get(id) ?? {}, {
    position: "bottom",
    config: { ...okta.config, responseMode: "fragment" },
  });
  const { code, stdout } = await drift();
  expect(code).toBe(2);
  expect(stdout).toMatch(/position is "bottom", not "top"/);
  expect(stdout).toMatch(/config\.responseMode is "fragment", not "form_post"/);

  // A look-up needs the address of an engine, although it sends nothing there.
  const script = `require("@pulumi/pulumi").runtime.resetOptions("project", "stack", 1, "", "127.0.0.1:1", false, "");
    require("./dist").getSsoConnector({ id: "${id}" })
    .then((found) => console.log(JSON.stringify(found)));`;
  const lookup = await run(process.execPath, ["-e", script], { cwd: copy, env: environment() });
  expect(lookup.stderr).toBe("");
  expect(JSON.parse(lookup.stdout)).toMatchObject({
    position: "bottom",
    config: { responseMode: "fragment" },
  });
});

test("the reference and the schema of customers' files list the new entries", async () => {
  const tables = (file: string) => jest.requireActual<Tables>(join(copy, "dist", "connector", file));
  const [{ resources }, { identityProviders }] = [tables("resources.js"), tables("identityProviders.js")];
  const page = await reference({ resources, identityProviders }, sources, copy);
  expect(page).toContain('- **`position`** (string; default: `"list"`): Where the button appears.');
  expect(page).toContain("- **`responseMode`** (string): How the response is returned.");
  expect(page).toMatch(/### Keycloak\n[\s\S]*- \*\*`realm`\*\* \(string; required\): The realm\./);
  const schema = JSON.parse(await customerSchema({ resources, identityProviders }, sources, copy)) as object;
  expect(schema).toMatchObject({
    properties: { position: { type: "string", description: 'Where the button appears. Default: `"list"`.' } },
    definitions: {
      OIDC: { properties: { responseMode: { type: "string" } } },
      Keycloak: { required: ["clientId", "realm"] },
    },
  });
});
