/** `logto-sso drift --watch`. With states from files, without the Pulumi CLI. */
import { renameSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type ScriptedResponse, type ScriptedServer, startScriptedServer } from "../scriptedServer";
import { logtoSso, type Place, startLogtoSso } from "../runCli";
import { connectorInState, explicitProvider, exportOf, placeFor, stateIn } from "../exportedState";

jest.setTimeout(60_000);

const row = {
  id: "id1",
  tenantId: "default",
  createdAt: 1,
  providerName: "Okta" as const,
  connectorName: "Acme",
  providerType: "oidc",
  domains: ["acme.com"],
  branding: {},
  syncProfile: false,
  enableTokenStorage: false,
};
const token: ScriptedResponse = { body: { access_token: "canary-token", expires_in: 3600, scope: "all" } };
const list: ScriptedResponse = {
  body: [{ ...row, config: { issuer: "https://acme.okta.com" }, providerConfig: {} }],
};
const state = () => exportOf([connectorInState({ ...row, config: { issuer: "https://acme.okta.com" } })]);

let server: ScriptedServer;
/** What the tenant answers. */
let [onToken, onList]: [() => ScriptedResponse, () => ScriptedResponse] = [() => token, () => list];
let place: Place;
beforeEach(async () => {
  [onToken, onList] = [() => token, () => list];
  server = await startScriptedServer(({ path }) => {
    if (path === "/api/sign-in-exp") return { body: { singleSignOnEnabled: true } };
    return path === "/oidc/token" ? onToken() : onList();
  });
  place = placeFor(server);
});
afterEach(() => server.close());

const tokenRequests = () => server.requests.filter(({ path }) => path === "/oidc/token").length;

/** Starts a watch with an interval of 5 minutes, of whose pauses the first ones are short. */
function startWatch(args: readonly string[], shortPauses = Infinity) {
  const preload = join(place.folder, "preload.cjs");
  writeFileSync(preload, shortenPauses + countListeners);
  const env = { NODE_OPTIONS: `--require ${preload}`, SHORT_PAUSES: String(shortPauses) };
  return startLogtoSso(place, ["drift", "--watch", "300", ...args], { env });
}

/** Shortens pauses, and prints at the end how long they should have been. */
const shortenPauses = `const timers = require("node:timers/promises");
const { setTimeout } = timers;
const pauses = [];
timers.setTimeout = (ms, ...rest) => {
  if (ms < 100_000) return setTimeout(ms, ...rest);
  return setTimeout(pauses.push(ms) > process.env.SHORT_PAUSES ? ms : 20, ...rest);
};
process.on("exit", () => require("node:fs").writeSync(2, "pauses in ms: " + pauses + "\\n"));
`;

test.each(["SIGTERM", "SIGINT"] as const)("%s stops it at once while the tenant hangs", async (signal) => {
  const asked = new Promise<void>((resolve) => {
    onToken = () => {
      resolve();
      return { fault: "hang" };
    };
  });
  const args = ["drift", "--watch", "300", "--metrics", "0", ...stateIn(place, state())];
  // Half of the timeout of a request.
  const running = startLogtoSso(place, args, { timeoutSeconds: 15 });
  await asked;
  running.process.kill(signal);
  expect((await running.result).code).toBe(0);
});

test("one access token is used for many checks, and no listener is leaked", async () => {
  const running = startWatch(stateIn(place, state()), 3);
  for (let round = 0; round < 4; round++) await running.waitForStdout(/Nothing found/);
  running.process.kill("SIGTERM");
  const { stderr } = await running.result;
  expect(tokenRequests()).toBe(1);
  expect(stderr).toBe("pauses in ms: 300000,300000,300000,300000\nlisteners left: 0\n");
});

/** Counts the listeners for abort events. */
const countListeners = `let left = 0;
const { addEventListener, removeEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, ...rest) {
  if (type === "abort") left++;
  return addEventListener.call(this, type, ...rest);
};
EventTarget.prototype.removeEventListener = function (type, ...rest) {
  if (type === "abort") left--;
  return removeEventListener.call(this, type, ...rest);
};
process.on("exit", () => require("node:fs").writeSync(2, "listeners left: " + left + "\\n"));
`;

test("changed credentials in the state are used by the next check", async () => {
  const stateWith = (clientId: string) => {
    const provider = explicitProvider("eu", server.url, { "logto:clientId": clientId });
    return exportOf([provider, connectorInState({ ...row }, provider)]);
  };
  const args = stateIn(place, stateWith("before"));
  const running = startWatch(args);
  await running.waitForStdout(/1 connector /);
  await running.waitForStdout(/1 connector /);
  writeFileSync(join(place.folder, "next.json"), stateWith("after"));
  renameSync(join(place.folder, "next.json"), args[1] ?? "");
  const asked = new Promise<void>((resolve) => {
    onToken = () => {
      resolve();
      return token;
    };
  });
  await asked;
  await running.waitForStdout(/1 connector /);
  running.process.kill("SIGTERM");
  await running.result;
  const users = server.requests
    .filter(({ path }) => path === "/oidc/token")
    .map(({ headers }) => Buffer.from((headers.authorization ?? "").slice(6), "base64").toString());
  expect(users.map((user) => user.split(":")[0])).toEqual(["before", "after"]);
});

test("it serves metrics, and continues after failed checks, as their cause may have been fixed", async () => {
  onToken = () => ({ status: 401, body: { code: "oidc.invalid_client", message: "No." } });
  const running = startWatch(["--metrics", "0", ...stateIn(place, state())]);
  const url = await running.waitForStdout(/metrics on (\S+)\/metrics/);
  const get = async (path: string) => {
    const response = await fetch(url + path);
    return `${response.status} ${await response.text()}`;
  };
  await running.waitForStderr(/error: /);
  await running.waitForStderr(/error: /);
  expect(await get("/healthz")).toBe("503 no check has succeeded yet; see the log\n");

  onList = () => ({
    body: [{ ...row, config: { issuer: "https://changed.example.com" }, providerConfig: {} }],
  });
  onToken = () => token;
  await running.waitForStdout(/1 finding/);
  expect(await get("/healthz")).toBe("200 ok\n");
  const metrics = await get("/metrics");
  expect(metrics).toContain('logto_sso_drift_findings{class="changed"} 1\n');
  expect(metrics).toContain('logto_sso_drift_findings{class="missing"} 0\n');
  expect(metrics).toMatch(/logto_sso_drift_last_success_timestamp_seconds 1\d{9}/);
  expect(metrics).toMatch(/logto_sso_drift_requests_total [1-9]/);
  expect(metrics).toMatch(/^logto_sso_drift_duration_seconds 0?[.1-9]/m);
  const [, failures] = /logto_sso_drift_check_failures_total (\d+)/.exec(metrics) ?? [];
  expect(Number(failures)).toBeGreaterThan(1);

  onList = () => ({ status: 400, body: { code: "entity.x", message: "No." } });
  await running.waitForStderr(/error: GET \/api\/sso-connectors failed: 400/);
  onList = () => list;
  await running.waitForStdout(/Nothing found/);
  running.process.kill("SIGTERM");
  expect((await running.result).code).toBe(0);
});

test("a port in use is an error without a stack trace, before any request", async () => {
  const other = http.createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const args = ["drift", "--watch", "1", "--metrics", String(port), ...stateIn(place, state())];
  const { code, stderr } = await logtoSso(place, args, { mayFail: true });
  other.close();
  expect([code, stderr]).toEqual([
    1,
    `error: Could not serve metrics on 127.0.0.1:${port}: address already in use (EADDRINUSE). Choose another address with --metrics.\n`,
  ]);
  expect(server.requests).toEqual([]);
});
