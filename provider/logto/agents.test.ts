/** Real servers with real certificates, behind a real proxy. */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { generate } from "selfsigned";
import { failure } from "../../test/scriptedClient";
import { useVirtualTime } from "../../test/virtualTime";
import { LogtoClient } from "./client";
import { readSettings, SettingsError, stackSettings } from "./settings";

useVirtualTime();

const dist = join(__dirname, "..", "..", "dist", "logto");

const closing: (() => void)[] = [];
const proxyVariables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] as const;
const variables = [...proxyVariables, "NO_PROXY", "NODE_TLS_REJECT_UNAUTHORIZED"] as const;
const saved = variables.map((name) => [name, process.env[name]] as const);
beforeEach(() => {
  for (const name of variables) Reflect.deleteProperty(process.env, name);
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  for (const [name, value] of saved) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

async function listen(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as net.AddressInfo).port;
}

interface Certificate {
  readonly commonName?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** Starts a Logto with a self-signed certificate; `requests` are those that it received. */
async function startHttps({
  commonName = "localhost",
  // Virtual time can be ahead of the time by which certificates are checked.
  notBefore = "2020-01-01",
  notAfter = "2099-01-01",
}: Certificate = {}) {
  const { private: key, cert } = await generate([{ name: "commonName", value: commonName }], {
    keySize: 2048,
    notBeforeDate: new Date(notBefore),
    notAfterDate: new Date(notAfter),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: commonName }] }],
  });
  const requests: unknown[] = [];
  const server = https.createServer({ key, cert }, (request) => requests.push(request.url));
  return { cert, requests, port: await listen(server) };
}

/** Starts a proxy; `tunnels` are the targets of its CONNECTs, `respond` returns its response where it opens none. */
async function startProxy(respond?: (authorization: string | undefined) => string) {
  const tunnels: string[] = [];
  const proxy = http.createServer();
  proxy.on("connect", (request, socket: net.Socket, head: Buffer) => {
    tunnels.push(String(request.url));
    socket.on("error", () => undefined);
    const response = respond?.(request.headers["proxy-authorization"]);
    if (response !== undefined) {
      socket.end(response);
      return;
    }
    const { port } = new URL(`http://${String(request.url)}`);
    const target = net.connect(Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.on("error", () => socket.destroy());
    closing.push(() => target.destroy());
  });
  return { tunnels, port: await listen(proxy) };
}

function clientOf(endpoint: string, config: Record<string, string> = {}): LogtoClient {
  const values: Record<string, string> = {
    "logto:endpoint": endpoint,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-client",
    ...config,
  };
  return new LogtoClient(readSettings(stackSettings((key) => values[key], {})));
}

const read = (endpoint: string) => failure(clientOf(endpoint).getConnector("id1"));

/** Returns the error of a process of its own: Node.js reads some variables before a test can set them. */
async function readInProcess(endpoint: string, env: NodeJS.ProcessEnv): Promise<string> {
  const values = {
    "logto:endpoint": endpoint,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-client",
    "logto:timeoutSeconds": "5",
  };
  const script = `
    const { LogtoClient } = require(${JSON.stringify(join(dist, "client.js"))});
    const { readSettings, stackSettings } = require(${JSON.stringify(join(dist, "settings.js"))});
    const values = ${JSON.stringify(values)};
    new LogtoClient(readSettings(stackSettings((key) => values[key], {}))).getConnector("id1").catch((error) => console.log(error.message));`;
  const options = { env: { ...process.env, ...env } };
  return (await promisify(execFile)(process.execPath, ["-e", script], options)).stdout;
}

test.each([["directly"], ["through a proxy"]])(
  "a certificate that is not trusted is rejected %s, whatever the environment says",
  async (way) => {
    const { port, requests } = await startHttps();
    const proxy = await startProxy();
    const message = await readInProcess(`https://localhost:${port}`, {
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      ...(way === "directly" ? {} : { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }),
    });
    expect(requests).toEqual([]);
    expect(message).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(message).toContain("NODE_EXTRA_CA_CERTS");
    expect(proxy.tunnels).toHaveLength(way === "directly" ? 0 : 1);
  },
);

test("an https endpoint is reached through HTTPS_PROXY, unless NO_PROXY excludes it", async () => {
  const proxy = await startProxy(() => "HTTP/1.1 502 Bad Gateway\r\n\r\n");
  process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
  const error = await read("https://logto.acme.invalid");
  expect(proxy.tunnels[0]).toBe("logto.acme.invalid:443");
  // Without a tunnel nothing was sent, so that even a create can be retried.
  expect(proxy.tunnels).toHaveLength(5);
  expect(error).toMatchObject({ code: "unreachable", outcome: "not applied" });
  expect(error.message).toContain(
    `the proxy http://127.0.0.1:${proxy.port} responded with 502. Check that the proxy can reach Logto`,
  );
  proxy.tunnels.length = 0;
  process.env.NO_PROXY = "acme.invalid,.acme.invalid";
  expect((await read("https://logto.acme.invalid")).message).not.toContain("proxy");
  expect(proxy.tunnels).toEqual([]);
});

test.each([
  [407, "It requires a user name and a password: set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT"],
  [403, "It does not allow requests to Logto"],
])(
  "an error names a proxy that responds with %s, without its credentials, which it may echo",
  async (status, hint) => {
    const { port, tunnels } = await startProxy(
      (authorization) =>
        `HTTP/1.1 ${status} ${authorization}\r\ncontent-type: ${authorization}\r\nlocation: https://x/${authorization}\r\n` +
        `x: canary/p:w\r\n\r\n{"code": "${authorization}", "message": "${authorization} canary/p:w"}`,
    );
    process.env.HTTPS_PROXY = `http://user:canary%2Fp%3Aw@127.0.0.1:${port}`;
    const { message } = await read("https://logto.acme.invalid");
    expect(message).toContain(`the proxy http://127.0.0.1:${port} responded with ${status}. ${hint}`);
    expect(message).not.toContain(Buffer.from("user:canary/p:w").toString("base64"));
    expect(tunnels).toHaveLength(1);
  },
);

test.each(proxyVariables)("an error names the proxy of %s that can't be reached", async (variable) => {
  process.env[variable] = "http://user:canary@127.0.0.1:1";
  expect((await read("https://logto.acme.invalid")).message).toContain(
    `the proxy http://127.0.0.1:1 failed: ECONNREFUSED. Check ${variable}`,
  );
});

test("an error names a proxy that sends no valid response", async () => {
  const { port } = await startProxy(() => "");
  process.env.HTTPS_PROXY = `http://127.0.0.1:${port}`;
  expect((await read("https://logto.acme.invalid")).message).toContain(
    `the proxy http://127.0.0.1:${port} failed`,
  );
});

test("a proxy without a scheme is an http proxy, as in other programs", async () => {
  const { port, tunnels } = await startProxy(() => "HTTP/1.1 403 Forbidden\r\n\r\n");
  process.env.HTTPS_PROXY = `127.0.0.1:${port}`;
  await read("https://logto.acme.invalid");
  expect(tunnels).toHaveLength(1);
});

test.each([
  ["http://user:canary@pro xy:3128", "is not a URL"],
  ["http://user:canary@proxy:port", "is not a URL"],
  ["socks5://user:canary@proxy:1080", "must start with http:// or https://"],
  ["http://user:canary%@proxy:3128", "contains a % in its user name or password"],
])("HTTPS_PROXY %s is a SettingsError that does not contain the password", (value, message) => {
  process.env.HTTPS_PROXY = value;
  let reported: unknown;
  try {
    clientOf("https://logto.acme.invalid");
  } catch (error) {
    reported = error;
  }
  expect(reported).toBeInstanceOf(SettingsError);
  expect((reported as Error).message).toMatch(new RegExp(`^HTTPS_PROXY ${message}`));
  expect((reported as Error).message).not.toContain("canary");
  // Plain http never goes through it.
  expect(() => clientOf("http://127.0.0.1:3001")).not.toThrow();
});

/** Returns the error of a process that trusts the certificate, as that of a private certificate authority. */
async function readTrusting(certificate: Certificate): Promise<string> {
  const { cert, port } = await startHttps(certificate);
  const folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-ca-"));
  closing.push(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "ca.pem");
  await writeFile(file, cert);
  return readInProcess(`https://localhost:${port}`, { NODE_EXTRA_CA_CERTS: file });
}

test.each([
  [
    "has expired",
    { notBefore: "2020-01-01", notAfter: "2021-01-01" },
    "CERT_HAS_EXPIRED",
    "renew it on the server",
  ],
  [
    "is not valid yet",
    { notBefore: "2098-01-01", notAfter: "2099-01-01" },
    "CERT_NOT_YET_VALID",
    "the clock of this machine",
  ],
  [
    "is for another host",
    { commonName: "other.acme.com" },
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "is for another host",
  ],
])("a certificate that %s has a hint of its own", async (_what, certificate, code, hint) => {
  const message = await readTrusting(certificate);
  expect(message).toContain(code);
  expect(message).toContain(hint);
  expect(message).not.toContain("NODE_EXTRA_CA_CERTS");
});

test("https to a port without TLS is reported as such, and not retried", async () => {
  let connections = 0;
  const server = http.createServer();
  server.on("connection", () => connections++);
  const port = await listen(server);
  const error = await read(`https://localhost:${port}`);
  expect(error).toMatchObject({ outcome: "not applied" });
  expect(error.message).toContain("The server does not use TLS: check the port in logto:endpoint");
  expect(connections).toBe(1);
});
