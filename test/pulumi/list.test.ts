/** `logto-sso list`, and the help of each command. */
import { tmpdir } from "node:os";
import { logtoSso } from "../runCli";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { consoleConnectors } from "../consoleTenant";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  stack = await stackOf(logto, { ts: "export {};\n" });
});

test("list prints each connector with its identity provider, certificate and resource", async () => {
  const rows = consoleConnectors(logto)
    .slice(0, 10)
    .map((row) => logto.connectors.insert(row));
  logto.named("Acme").config.issuer = `${logto.idp}/fails/acme`;
  await logtoSso(stack, ["import", "--id", rows[4]?.id ?? ""]);
  const { stdout } = await logtoSso(stack, ["list", "--json"]);
  const { version, connectors } = JSON.parse(stdout) as {
    version: number;
    connectors: Record<string, unknown>[];
  };
  expect([version, connectors.length]).toEqual([1, 10]);
  const one = (id: string | undefined) => connectors.find((connector) => connector.id === id);
  expect(one(rows[0]?.id)).toEqual({
    id: rows[0]?.id,
    connectorName: "Acme",
    providerName: "OIDC",
    domains: ["b0.com", "a0.com"],
    usable: true,
    identityProviderReachable: false,
    certificateExpiresAt: null,
    urn: null,
  });
  expect(one(rows[4]?.id)).toMatchObject({
    identityProviderReachable: true,
    certificateExpiresAt: expect.stringMatching(/^2\d{3}-/) as string,
    urn: expect.stringContaining("logto:SsoConnector::the-best-co") as string,
  });
  expect(one(rows[8]?.id)).toMatchObject({ usable: false });
  const table = (await logtoSso(stack, ["list"])).stdout.split("\n");
  expect(table[0]).toMatch(/^NAME +ID +PROVIDER +DOMAINS +USABLE +IDP +CERTIFICATE +IN STACK AS$/);
  expect(table.find((line) => line.startsWith("Acme "))).toContain("not reached");
});

test("list works outside of projects, with settings from the environment", async () => {
  logto.connectors.insert({ providerName: "OIDC", connectorName: "Acme" });
  const env = { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" };
  expect((await logtoSso(stack, ["list"], { cwd: tmpdir(), env })).stdout).toContain("no config");
  const failed = await logtoSso(stack, ["list"], { cwd: tmpdir(), mayFail: true });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("set LOGTO_ENDPOINT");
});

test("a stack that cannot be read is an error, unless the environment has all settings", async () => {
  const env = { PULUMI_CONFIG_PASSPHRASE: "not the one" };
  const failed = await logtoSso(stack, ["list"], { env, mayFail: true });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/^error: Could not read the stack's config(.|\n)*passphrase/);
  const access = { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" };
  expect((await logtoSso(stack, ["list"], { env: { ...env, ...access } })).stdout).toContain(
    "no SSO connectors",
  );
});

test.each([["--help"], ["import", "--help"], ["list", "--help"], ["drift", "--help"]])(
  "%s %s prints help with examples",
  async (...args) => {
    const { stdout } = await logtoSso(stack, args);
    expect(stdout).toContain("Usage: logto-sso");
    if (args.length > 1) expect(stdout).toContain("Examples:");
  },
);
