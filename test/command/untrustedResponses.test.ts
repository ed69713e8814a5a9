/** Hostile responses: errors that contain control characters, repeat secrets or are endless. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describeError } from "../../provider/cli/io/commandError";
import { listConnectors } from "../../provider/cli/list/command";
import { printableLines } from "../../provider/untrustedText";
import { type ScriptedResponse, startScriptedServer } from "../scriptedServer";
import { inThisProcess, type Place } from "../runCli";
import { exportOf, placeFor, stateIn } from "../exportedState";
import { expectHarmless, hostileNames, measured, secret, spellings } from "../hostile";

const token: ScriptedResponse = { body: { access_token: "canary-token", expires_in: 3600, scope: "all" } };
const servers: Awaited<ReturnType<typeof startScriptedServer>>[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function tenantWith(response: ScriptedResponse, { onToken = token } = {}): Promise<Place> {
  const server = await startScriptedServer(({ path }) => (path === "/oidc/token" ? onToken : response));
  servers.push(server);
  return placeFor(server, { LOGTO_CLIENT_SECRET: secret });
}

jest.setTimeout(240_000);

const hostile = hostileNames.join("\n");
const errors: [string, ScriptedResponse][] = [
  ["a message", { status: 400, body: { code: "entity.x", message: hostile } }],
  ["a code", { status: 422, body: { code: hostile, message: "x" } }],
  ["a code of 300 kB", { status: 400, body: { code: "x".repeat(300_000), message: "y".repeat(300_000) } }],
  ["details", { status: 422, body: { code: "a.b", message: "x", data: { data: hostileNames } } }],
  [
    "headers",
    { status: 302, headers: { location: "https://user:canary@evil.example.com/::error::x" }, body: "" },
  ],
  ["text instead of JSON", { status: 200, body: hostile }],
  [
    "what was sent",
    {
      status: 400,
      body: { code: `a ${secret}`, message: `${"x".repeat(290)}${spellings.join(" ")}` },
    },
  ],
];

/** Returns what a command prints when a tenant answers like this, without the time that a process takes. */
async function errorOf(tenant: Place): Promise<string> {
  const error: unknown = await inThisProcess(tenant, () => listConnectors({})).then(
    () => "no error",
    (error: unknown) => error,
  );
  return printableLines(describeError(error));
}

test.each(errors)("hostile errors: %s", async (_what, response) => {
  for (const tenant of [await tenantWith(response), await tenantWith(response, { onToken: response })]) {
    const error = await errorOf(tenant);
    expect(error).toMatch(/^(GET|POST) /);
    expect(error.length).toBeLessThan(3000);
    expect(error).not.toMatch(/^ +at /m);
    expectHarmless(error);
  }
});

test("an error does not contain the token that the response repeats", async () => {
  const repeated = `Bearer canary-token ${Buffer.from("canary-token").toString("base64")}`;
  const tenant = await tenantWith({ status: 400, body: { code: repeated, message: repeated } });
  expectHarmless(await errorOf(tenant));
});

test.each([["list"], ["drift"]])("%s prints a hostile error without harm", async (command) => {
  const body = { code: `${hostile}${spellings.join(" ")}`, message: "y".repeat(300_000) };
  const place = await tenantWith({ status: 400, body });
  const args = command === "drift" ? stateIn(place, exportOf([])) : [];
  const { code, stdout, stderr, mebibytes } = await measured(place, [command, ...args]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: GET /);
  expectHarmless(stderr);
  expect(mebibytes).toBeLessThan(300);
});

test("400 kB that inflate to 400 MB are an error", async () => {
  // As many gzip members as make 400 MB.
  const bomb = Buffer.concat(Array<Buffer>(100).fill(gzipSync(Buffer.alloc(4_000_000, " "))));
  const server = http.createServer((request, response) => {
    const json = { "content-type": "application/json" };
    if (request.url === "/oidc/token") response.writeHead(200, json).end(JSON.stringify(token.body));
    else response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(bomb);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const place = placeFor({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const { code, stdout, stderr, mebibytes } = await measured(place, ["list"]);
  server.close();
  server.closeAllConnections();
  expect([code, stdout]).toEqual([1, ""]);
  expectHarmless(stderr);
  expect(mebibytes).toBeLessThan(300);
});
