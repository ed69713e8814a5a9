/** Searches everything that a deployment prints and writes for secrets: output, state, files, process arguments. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
  const secret = (name: string) => ({ secret: `canary-${name}` });
  stack = await createStack({
    // The program contains no secrets, so any that is found has leaked.
    program: {
      js: `const pulumi = require("@pulumi/pulumi");
        const logto = require("pulumi-logto-sso");
        const c = new pulumi.Config();
        const config = { clientId: "client", clientSecret: c.get("clientSecret"), issuer: c.require("issuer") };
        new logto.SsoConnector("plain", { providerName: "OIDC", config, extraConfig: c.getObject("extra") });
        new logto.SsoConnector("marked", { providerName: "Okta", config: { ...config, clientSecret: c.requireSecret("clientSecret") } });
        new logto.SsoConnector("whole", { providerName: "GoogleWorkspace",
          config: pulumi.secret({ clientId: "client", clientSecret: c.get("clientSecret") }) });
        const other = new logto.Provider("other", { endpoint: c.require("endpoint"), clientId: "m2m", clientSecret: c.get("m2m") });
        new logto.SsoConnector("elsewhere", { providerName: "OIDC", connectorName: "elsewhere", config }, { provider: other });`,
    },
    config: {
      "logto:endpoint": logto.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": secret("m2m"),
      endpoint: logto.url,
      issuer: `${logto.idp}/acme`,
      m2m: secret("m2m"),
      clientSecret: secret("first"),
    },
    env: { TMPDIR: temporary },
  });
});
afterEach(async () => {
  await stack.dispose();
  await logto.close();
  await rm(temporary, { recursive: true, force: true });
});

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
    const { stdout, stderr } = await stack.pulumi(args, { mayFail: true });
    output.push(stdout, stderr);
  };
  await run(["up", "--yes", "--diff"]);
  expect(logto.connectors.rows.size).toBe(4);
  await stack.setConfig({ clientSecret: { secret: "canary-second" } });
  await run(["preview", "--diff"]);
  await run(["preview", "--json"]);
  await run(["up", "--yes", "--skip-preview", "--json"]);
  logto.named("plain").config.clientSecret = "canary-console";
  await run(["refresh", "--preview-only", "--diff"]);
  await run(["preview", "--refresh", "--json"]);
  // The update fails.
  logto.named("marked").config.clientSecret = "canary-other";
  logto.faults.arm("502 with HTML", "update", Infinity);
  await run(["up", "--yes", "--refresh"]);
  logto.faults.disarm();
  await stack.setConfig({ extra: { secret: '{"pkce": "canary-extra"}' } });
  await run(["up", "--yes", "--skip-preview", "--logtostderr", "-v=3"]);
  await stack.removeConfig("extra");
  await run(["stack", "export"]);
  await run(["stack", "output", "--json"]);

  expect(
    output
      .join("\n")
      .split("\n")
      .filter((line) => line.includes("canary")),
  ).toEqual([]);
  expect([...commandLines].some((line) => line.includes("dynamic-provider"))).toBe(true);
  expect([...commandLines].join("\n")).not.toContain("canary");
  expect(leaks(dirname(stack.folder))).toEqual([]);
  expect(leaks(temporary)).toEqual([]);
  await stack.destroy();
  expect(leaks(dirname(stack.folder))).toEqual([]);
});
