/** `logto-sso list` outside of projects, and the help of each command. Without the Pulumi CLI. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { consoleConnectors } from "../consoleTenant";
import { placeFor } from "../exportedState";
import { type Logto, startLogto } from "../logto";
import { logtoSso } from "../runCli";

jest.setTimeout(60_000);
let logto: Logto;
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
});
afterEach(() => logto.close());

test("list prints each connector with its identity provider and certificate", async () => {
  const rows = consoleConnectors(logto)
    .slice(0, 10)
    .map((row) => logto.connectors.insert(row));
  logto.named("Acme").config.issuer = `${logto.idp}/fails/acme`;
  const { stdout } = await logtoSso(placeFor(logto), ["list", "--json"]);
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
    certificateIsValid: null,
    urn: null,
  });
  expect(one(rows[4]?.id)).toMatchObject({
    identityProviderReachable: true,
    certificateExpiresAt: expect.stringMatching(/^2\d{3}-/) as string,
    certificateIsValid: true,
  });
  expect(one(rows[8]?.id)).toMatchObject({ usable: false });
  const table = (await logtoSso(placeFor(logto), ["list"])).stdout.split("\n");
  expect(table[0]).toMatch(/^NAME +ID +PROVIDER +DOMAINS +STATUS$/);
  expect(table.find((line) => line.startsWith("Acme "))).toContain("not reached");
  expect(table.find((line) => line.includes(rows[8]?.id ?? ""))).toContain("no config");
  const served = (domains: string[]) => {
    const config = { clientId: "client", clientSecret: "canary" };
    return logto.connectors.insert({
      providerName: "GoogleWorkspace",
      connectorName: domains.join(),
      domains,
      config,
    });
  };
  const [without, having] = [served([]), served(["acme.com"])];
  const again = (await logtoSso(placeFor(logto), ["list"])).stdout.split("\n");
  expect(again.find((line) => line.includes(without.id))).toMatch(/ no domains *$/);
  expect(again.find((line) => line.includes(having.id))).toMatch(/ reached *$/);
});

test.each([
  ["{}", "it has no version"],
  ['{"version":5,"deployment":{}}', "its version is 5, but only 3 and 4 are supported"],
])("a Pulumi CLI that exports %s is an error, not a stack without resources", async (state, problem) => {
  const place = placeFor(logto);
  const bin = join(place.folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(place.folder, "Pulumi.yaml"), "name: test\nruntime: yaml\n");
  const script = `#!/bin/sh\ncase "$1" in config) echo {};; *) echo '${state}';; esac\n`;
  writeFileSync(join(bin, "pulumi"), script, { mode: 0o755 });
  const env = { PATH: `${bin}:${String(place.env.PATH)}` };
  const failed = await logtoSso(place, ["list"], { env, mayFail: true });
  expect([failed.code, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toContain(`The output of \`pulumi stack export\` is not a state: ${problem}`);
});

test("a state that a killed command has left incomplete is an error that says how to restore it", async () => {
  const place = placeFor(logto);
  const bin = join(place.folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(place.folder, "Pulumi.yaml"), "name: test\nruntime: yaml\n");
  const script = "#!/bin/sh\necho 'error: failed to load checkpoint: EOF' >&2; exit 255\n";
  writeFileSync(join(bin, "pulumi"), script, { mode: 0o755 });
  const env = { PATH: `${bin}:${String(place.env.PATH)}` };
  const { stderr } = await logtoSso(place, ["drift"], { env, mayFail: true });
  expect(stderr).toContain("delete `STACK.json.attrs`");
});

test("list without settings is an error that says where to set them", async () => {
  const failed = await logtoSso(placeFor(undefined), ["list"], { mayFail: true });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("set LOGTO_ENDPOINT");
});

test.each([["--help"], ["import", "--help"], ["list", "--help"], ["drift", "--help"]])(
  "%s %s prints help with examples",
  async (...args) => {
    const { stdout } = await logtoSso(placeFor(undefined), args);
    expect(stdout).toContain("Usage: logto-sso");
    if (args.length > 1) expect(stdout).toContain("Examples:");
  },
);

test("import without a selection is an error that says what to do", async () => {
  const failed = await logtoSso(placeFor(undefined), ["import"], { mayFail: true });
  expect([failed.code, failed.stdout, failed.stderr]).toEqual([
    1,
    "",
    expect.stringContaining("error: Specify which connectors to import: --all, --id ID… or --name NAME…"),
  ]);
});
