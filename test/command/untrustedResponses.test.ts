/** Hostile responses: errors that contain control characters, repeat secrets or are endless. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { type ScriptedResponse, startScriptedServer } from "../scriptedServer";
import type { Place } from "../runCli";
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

test.each(errors)("hostile errors: %s", async (_what, response) => {
  for (const tenant of [await tenantWith(response), await tenantWith(response, { onToken: response })]) {
    const result = await measured(tenant, ["list"]);
    expect(result.code).toBe(1);
    expect(result.stdout).toBe("");
    expect(Buffer.byteLength(result.stderr)).toBeLessThan(3000);
    expect(result.stderr).not.toMatch(/^ +at /m);
    expectHarmless(result);
  }
});

test("an error does not contain the token that the response repeats", async () => {
  const repeated = `Bearer canary-token ${Buffer.from("canary-token").toString("base64")}`;
  const result = await measured(
    await tenantWith({ status: 400, body: { code: repeated, message: repeated } }),
    ["list"],
  );
  expect(result.code).toBe(1);
  expectHarmless(result);
});

test.each([[["list"]], [["list", "--json"]], [["drift", "--format", "json"]]])(
  "400 kB that inflate to 400 MB: %p",
  async (args) => {
    const bomb = gzipSync(Buffer.alloc(400_000_000, " "), { level: 9 });
    const server = http.createServer((request, response) => {
      const json = { "content-type": "application/json" };
      if (request.url === "/oidc/token") response.writeHead(200, json).end(JSON.stringify(token.body));
      else response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(bomb);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const place = placeFor({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const state = args.includes("drift") ? stateIn(place, exportOf([])) : [];
    const result = await measured(place, [...args, ...state]);
    server.close();
    server.closeAllConnections();
    expect(result.code).toBe(1);
    expectHarmless(result);
  },
);
