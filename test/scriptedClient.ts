/** Clients of a scripted server. */
import { LogtoClient } from "../provider/logto/client";
import { LogtoError } from "../provider/logto/errors";
import { readSettings, stackSettings } from "../provider/logto/settings";
import {
  type ScriptedResponse,
  type ScriptedServer,
  type ReceivedRequest,
  startScriptedServer,
} from "./scriptedServer";

export const apiConnector = {
  id: "id1",
  tenantId: "default",
  createdAt: 1,
  providerName: "OIDC",
  connectorName: "Acme",
};
export const connector = {
  providerName: "OIDC",
  connectorName: "Acme",
  config: { clientId: "c", clientSecret: "canary-config", issuer: "https://idp.acme.com" },
  domains: [],
  branding: {},
  syncProfile: false,
  enableTokenStorage: false,
} as const;
const isTokenRequest = (request: ReceivedRequest) => request.path === "/oidc/token";
export const token = (more: object = {}): ScriptedResponse => ({
  body: { access_token: "canary-token", expires_in: 3600, scope: "all", ...more },
});

const servers: ScriptedServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

interface ClientOptions {
  readonly tokens?: ScriptedResponse[];
  readonly config?: Readonly<Record<string, string>>;
  readonly interruption?: AbortSignal;
}

/** Creates a client of a server that sends the responses of the Management API in turn, and repeats the last one. */
export async function clientOf(responses: ScriptedResponse[], options: ClientOptions = {}) {
  const { tokens = [token()], config = {}, interruption } = options;
  const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T;
  const [calls, grants] = [[...responses], [...tokens]];
  const started = await startScriptedServer((request) =>
    isTokenRequest(request) ? next(grants) : next(calls),
  );
  servers.push(started);
  const values: Record<string, string> = {
    "logto:endpoint": started.url,
    "logto:clientId": "m2m:1",
    "logto:clientSecret": "canary&client",
    ...config,
  };
  const client = new LogtoClient(readSettings(stackSettings((key) => values[key], {})), interruption);
  const calledPaths = () => started.requests.map(({ method, path }) => `${method} ${path}`);
  return { client, requests: started.requests, server: started, calledPaths };
}

/** Returns the error of a promise, which contains no secret and is short. */
export async function failure(promise: Promise<unknown>): Promise<LogtoError> {
  const error: unknown = await promise.then(
    () => new Error("The promise was fulfilled."),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LogtoError);
  const { message } = error as LogtoError;
  expect(message).not.toContain("canary");
  expect(Buffer.byteLength(message)).toBeLessThan(2000);
  return error as LogtoError;
}
