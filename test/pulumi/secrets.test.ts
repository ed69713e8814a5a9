/** Searches everything that a deployment prints and writes for secrets: output, state, files, process arguments. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import { createStack, findCli, type Stack } from "../engine";
import { type Logto, startLogto } from "../logto";

jest.setTimeout(180_000);
beforeAll(() => findCli(), 600_000);

let logto: Logto;
let stack: Stack;
let temporary: string;
beforeEach(async () => {
  logto = await startLogto();
  temporary = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-secrets-"));
  stack = await createStack({
    program,
    config: {
      "logto:endpoint": logto.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": { secret: "canary-m2m" },
      endpoint: logto.url,
      issuer: `${logto.idp}/acme`,
      m2m: { secret: "canary-m2m" },
      clientSecret: { secret: "canary-config" },
      name: { secret: "canary-name" },
    },
    env: { TMPDIR: temporary },
  });
});
afterEach(async () => {
  await stack.dispose();
  await logto.close();
  await rm(temporary, { recursive: true, force: true });
});

/** The program contains no secrets, so any that is found has leaked. */
function program() {
  const c = new pulumi.Config();
  const endpoint = c.require("endpoint");
  const clientSecret = c.require("clientSecret");
  const config = { clientId: "client", clientSecret, issuer: c.require("issuer") };
  const extraConfig = c.getObject<Record<string, unknown>>("extra") ?? {};
  new logtoSso.SsoConnector("plain", { providerName: "OIDC", config, extraConfig });
  const marked = { ...config, clientSecret: c.requireSecret("clientSecret") };
  new logtoSso.SsoConnector("marked", { providerName: "Okta", config: marked });
  const whole = pulumi.secret({ clientId: "client", clientSecret });
  new logtoSso.SsoConnector("whole", { providerName: "GoogleWorkspace", config: whole });
  // Fields that are not secret by themselves.
  const name = c.requireSecret("name");
  new logtoSso.SsoConnector("named", {
    providerName: "OIDC",
    connectorName: name,
    domains: [pulumi.interpolate`${name}.com`],
    branding: { displayName: name },
    syncProfile: c.getBoolean("syncs") ?? false,
  });
  const provider = new logtoSso.Provider("other", {
    endpoint,
    clientId: "m2m",
    clientSecret: c.require("m2m"),
  });
  new logtoSso.SsoConnector("elsewhere", { providerName: "OIDC", config }, { provider });
  return {};
}

/** Each value is wrong, for which messages quote it where it is not secret. */
function wrong() {
  const secret = pulumi.secret("canary of https://acme.com/".repeat(10)) as never;
  new logtoSso.SsoConnector("wrong", {
    providerName: secret,
    connectorName: secret,
    domains: [secret],
    syncProfile: secret,
  });
  return {};
}

/** Returns the files in a folder that contain a secret, without following links. */
function leaks(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return leaks(path);
    return entry.isFile() && readFileSync(path).includes("canary") ? [path] : [];
  });
}

test("no secret is printed, written to a file or passed as an argument in plain text", async () => {
  const output: string[] = [];
  const commandLines = new Set<string>();
  // The command lines of all processes, read at each response of Logto.
  logto.beforeAnswer = () => {
    for (const pid of stack.processes()) commandLines.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  };
  const run = async (args: string[]) => {
    const { code, stdout, stderr } = await stack.pulumi(args, { mayFail: true });
    output.push(stdout, stderr);
    return code;
  };
  const up = (...flags: string[]) => run(["up", "--yes", "--skip-preview", ...flags]);
  expect(await up("--diff")).toBe(0);
  expect(logto.connectors.rows.size).toBe(5);
  // State, program and Logto now have different secrets.
  await stack.setConfig({
    clientSecret: { secret: "canary-second" },
    extra: { secret: '{"pkce": "canary-extra"}' },
    syncs: "true",
  });
  logto.named("plain").config.clientSecret = "canary-console";
  expect(await run(["refresh", "--preview-only", "--diff"])).toBe(0);
  logto.faults.arm("500", "update", Infinity);
  expect(await up("--refresh", "--diff")).not.toBe(0);
  logto.faults.disarm();
  // Logto ignores keys that it does not know, which is an error too.
  expect(await up("--json", "--logtostderr", "-v=3")).not.toBe(0);
  expect(output.join("")).toContain("ignored config.pkce");
  await stack.writeProgram(wrong);
  expect(await run(["preview"])).not.toBe(0);
  for (const property of ['["connectorName"]', '["syncProfile"]', '["providerName"]', "domains[0]"])
    expect(output.at(-2)).toContain(`property ${property} value {<nil>} has a problem`);
  for (const name of ["plain", "marked"]) expect(logto.named(name).config.clientSecret).toBe("canary-second");

  expect(
    output
      .join("\n")
      .split("\n")
      .filter((line) => line.includes("canary")),
  ).toEqual([]);
  expect([...commandLines].some((line) => /dynamic-provider|plugin.main\.js/.test(line))).toBe(true);
  expect([...commandLines].join("\n")).not.toContain("canary");
  expect(leaks(dirname(stack.folder))).toEqual([]);
  expect(leaks(temporary)).toEqual([]);
});
