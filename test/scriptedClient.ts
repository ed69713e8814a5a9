/** Clients of a server that answers as a test says. */
import { LogtoClient } from "../provider/logto/client";
import { LogtoError } from "../provider/logto/errors";
import { readSettings } from "../provider/logto/settings";
import { type Answer, type AnswerServer, type Asked, serveAnswers } from "./answers";

export const row = {
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
const isToken = (asked: Asked) => asked.path === "/oidc/token";
export const token = (more: object = {}): Answer => ({
  body: { access_token: "canary-token", expires_in: 3600, scope: "all", ...more },
});

const servers: AnswerServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

/** A client of a server that answers calls of the Management API in turn, the last answer again and again. */
export async function clientOf(answers: Answer[], { tokens = [token()], config = {} } = {}) {
  const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T;
  const [calls, grants] = [[...answers], [...tokens]];
  const started = await serveAnswers((asked) => (isToken(asked) ? next(grants) : next(calls)));
  servers.push(started);
  const values: Record<string, string> = {
    "logto:endpoint": started.url,
    "logto:clientId": "m2m:1",
    "logto:clientSecret": "canary&client",
    ...config,
  };
  const client = new LogtoClient(readSettings((name) => values[name], {}));
  const calledPaths = () => started.asked.map(({ method, path }) => `${method} ${path}`);
  return { client, asked: started.asked, server: started, calledPaths };
}

export async function failure(promise: Promise<unknown>): Promise<LogtoError> {
  const error: unknown = await promise.then(
    () => new Error("it went well"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LogtoError);
  const { message } = error as LogtoError;
  expect(message).not.toContain("canary");
  expect(Buffer.byteLength(message)).toBeLessThan(2000);
  return error as LogtoError;
}
