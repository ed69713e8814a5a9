/** States in the format of `pulumi stack export --show-secrets` (CLI 3.259), for the option `--state`. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place } from "./runCli";
import type { Logto, Row } from "./logto";

const root = "urn:pulumi:test::test::pulumi:pulumi:Stack::test-test";
/** A value that the state keeps secret. */
export const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

export interface ProviderInState {
  readonly urn: string;
  readonly id: string;
}

/** The engine's default provider. Its inputs are the stack config, without Logto's settings if the environment has them. */
export function defaultProvider(inputs: object = {}) {
  return {
    urn: "urn:pulumi:test::test::pulumi:providers:pulumi-nodejs::default",
    custom: true,
    id: "b1bbf635-2375-424c-87a7-4ce4a6e6bfc7",
    type: "pulumi:providers:pulumi-nodejs",
    inputs: { __internal: {}, ...inputs },
  };
}

/** A `logto.Provider` of the program. @param more further inputs */
export function explicitProvider(name: string, endpoint: string, more: object = {}) {
  return {
    urn: `urn:pulumi:test::test::pulumi:providers:pulumi-nodejs::${name}`,
    custom: true,
    id: `16eb6fc3-5b9f-4475-ab16-${name}`,
    type: "pulumi:providers:pulumi-nodejs",
    inputs: {
      "logto:clientId": "m2m",
      "logto:clientSecret": secret("canary-m2m"),
      "logto:endpoint": endpoint,
      "logto:explicitProvider": "true",
      "logto:resource": "https://default.logto.app/api",
      ...more,
    },
    parent: root,
    propertyDependencies: {},
  };
}

/** A connector in the state of this version. */
export function connectorInState(
  row: Pick<Row, "id" | "connectorName"> & Partial<Row>,
  provider: ProviderInState = defaultProvider(),
  { outputs = {}, sourcePosition = "project:///index.ts#3,1" } = {},
) {
  const { id, connectorName, providerName = "OIDC", config = {}, domains = [], branding = {} } = row;
  const inputs = {
    providerName,
    connectorName,
    ...(Object.keys(config).length === 0 ? {} : { config: withSecretMarked(config) }),
    domains,
    branding,
    syncProfile: false,
    enableTokenStorage: false,
  };
  return {
    urn: `urn:pulumi:test::test::pulumi-nodejs:dynamic/logto:SsoConnector::${connectorName}`,
    custom: true,
    id,
    type: "pulumi-nodejs:dynamic/logto:SsoConnector",
    inputs,
    outputs: { ...inputs, tenantId: "default", createdAt: "2026-11-25T02:01:03.000Z", ...outputs },
    parent: root,
    provider: `${provider.urn}::${provider.id}`,
    sourcePosition,
  };
}

/** A resource of another kind, such as `SingleSignOn`, in the state of this version. */
export function resourceInState(
  kind: string,
  name: string,
  id: string,
  inputs: object,
  provider: ProviderInState = defaultProvider(),
) {
  const type = `pulumi-nodejs:dynamic/logto:${kind}`;
  return {
    urn: `urn:pulumi:test::test::${type}::${name}`,
    custom: true,
    id,
    type,
    inputs,
    outputs: inputs,
    parent: root,
    provider: `${provider.urn}::${provider.id}`,
    sourcePosition: "project:///index.ts#7,1",
  };
}

function withSecretMarked(config: Record<string, unknown>): object {
  return "clientSecret" in config ? { ...config, clientSecret: secret(config.clientSecret) } : config;
}

export function exportOf(resources: readonly object[], version: unknown = 3): string {
  const manifest = { time: "2026-11-25T02:01:03Z", magic: "0", version: "v3.259.0" };
  return JSON.stringify({ version, deployment: { manifest, resources, metadata: {} } });
}

/** Returns a state as it is if the plugin manages its resources, for a program in another language. */
export function ofPlugin(state: string): string {
  return state
    .replaceAll("pulumi-nodejs:dynamic/logto:", "logto:index:")
    .replaceAll("pulumi:providers:pulumi-nodejs", "pulumi:providers:logto")
    .replaceAll(/"logto:(\w+)":/g, '"$1":');
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Creates a folder without a project, and an environment with access to Logto. Removed after the test. */
export function placeFor(logto: Pick<Logto, "url"> | undefined, env: NodeJS.ProcessEnv = {}): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "logto-sso-")));
  folders.push(folder);
  return {
    folder,
    name: "",
    env: {
      PATH: process.env.PATH,
      ...(logto === undefined
        ? {}
        : { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" }),
      ...env,
    },
  };
}

/** Writes a state to a file. Returns the arguments that name it. */
export function stateIn(place: Place, text: string): string[] {
  const file = join(place.folder, "state.json");
  writeFileSync(file, text);
  return ["--state", file];
}
