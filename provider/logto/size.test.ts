/** Responses of any size, to a process of its own, whose memory is measured. */
import { execFile } from "node:child_process";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

jest.setTimeout(60_000);

const dist = join(__dirname, "..", "..", "dist", "logto");
const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Starts a tenant that signs in anybody and then handles every request with `respond`. */
async function start(respond: (response: http.ServerResponse) => void): Promise<string> {
  const server = http.createServer((request, response) => {
    if (request.url === "/oidc/token") response.end('{"access_token": "canary-token", "scope": "all"}');
    else respond(response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns the error of each call in a process of its own, and the maximum of its memory. */
async function run(
  endpoint: string,
  calls: string,
): Promise<{ codes: string[]; messages: string[]; mebibytes: number }> {
  const values = {
    "logto:endpoint": endpoint,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-client",
  };
  const script = `
    const { LogtoClient } = require(${JSON.stringify(join(dist, "client.js"))});
    const { readSettings, stackSettings } = require(${JSON.stringify(join(dist, "settings.js"))});
    const values = ${JSON.stringify(values)};
    const client = new LogtoClient(readSettings(stackSettings((key) => values[key], {})));
    Promise.allSettled(${calls}).then((results) => {
      const reasons = results.map(({ reason }) => reason ?? { code: "none" });
      const mebibytes = process.resourceUsage().maxRSS / 1024;
      console.log(JSON.stringify({ codes: reasons.map((e) => e.code), messages: reasons.map((e) => e.message), mebibytes }));
      process.exit();
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script]);
  return JSON.parse(stdout) as { codes: string[]; messages: string[]; mebibytes: number };
}

// As many gzip members as make 400 MB.
const bomb = Buffer.concat(Array<Buffer>(100).fill(gzipSync(Buffer.alloc(4_000_000, " "))));
const allKinds = `[
  client.listReadableConnectors(),
  client.createConnector({}),
  client.updateConnector("id1", {}),
  client.deleteConnector("id1"),
  client.signingKeys.list("id1"),
  client.organizations.linkedConnectors("org1"),
  ...Array.from({ length: 10 }, () => client.getConnector("id1")),
]`;

test.each([200, 400, 500])(
  "400 kB of gzip that contain 400 MB are rejected, with status %i",
  async (status) => {
    expect(bomb.length).toBeLessThan(500_000);
    const endpoint = await start((response) => {
      response.writeHead(status, { "content-encoding": "gzip", "total-number": "5000" }).end(bomb);
    });
    const { codes, messages, mebibytes } = await run(endpoint, allKinds);
    expect(new Set(codes)).toEqual(new Set(["too-large"]));
    expect(messages[1]).toContain("exceeds 4 MiB");
    expect(mebibytes).toBeLessThan(300);
  },
);

test("an endless response is rejected, and its connection closed", async () => {
  let closed: () => void;
  const allClosed = new Promise<void>((resolve) => (closed = resolve));
  let open = 0;
  const endpoint = await start((response) => {
    open++;
    response.on("close", () => {
      if (--open === 0) closed();
    });
    response.writeHead(200, { "content-type": "application/json" });
    const chunk = Buffer.alloc(65_536, " ");
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", more);
    more();
  });
  const { codes, mebibytes } = await run(endpoint, `[client.getConnector("id1"), client.listConnectors()]`);
  expect(codes).toEqual(["too-large", "too-large"]);
  expect(mebibytes).toBeLessThan(300);
  await allClosed;
});

test("a connector with as much SAML metadata as Logto accepts, and a list of 1,000 with their logos, are accepted", async () => {
  const connector = { id: "id1", connectorName: "Acme", config: { metadata: '<a b="c"/>'.repeat(100_000) } };
  const logo = "x".repeat(5000);
  const connectors = Array.from({ length: 1000 }, (_, index) => ({
    id: `id${index}`,
    connectorName: `customer-${index}`,
    providerLogo: logo,
    providerLogoDark: logo,
  }));
  const single = await start((response) => response.end(JSON.stringify(connector)));
  expect((await run(single, `[client.getConnector("id1")]`)).codes).toEqual(["none"]);
  const many = await start((response) => response.end(JSON.stringify(connectors)));
  expect((await run(many, `[client.listConnectors()]`)).codes).toEqual(["none"]);
});
