/** `logto-sso list` in a project: with the stack's settings and resources. */
import { Provider, SsoConnector } from "pulumi-logto-sso";
import { logtoSso } from "../runCli";
import { type Logto, startLogto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

test("list prints the resource of each connector that the stack manages", async () => {
  const stack = await stackOf(logto, () => {
    new SsoConnector("acme-okta", { providerName: "Okta", connectorName: "Acme" });
    return {};
  });
  await stack.up();
  logto.connectors.insert({ providerName: "OIDC", connectorName: "by hand" });
  const { stdout } = await logtoSso(stack, ["list", "--json"]);
  const { connectors } = JSON.parse(stdout) as {
    connectors: { connectorName: string; urn: string | null }[];
  };
  expect(connectors.map(({ connectorName, urn }) => [connectorName, urn])).toEqual([
    ["Acme", expect.stringMatching(/logto:(index:)?SsoConnector::acme-okta$/)],
    ["by hand", null],
  ]);
  const [head, acme, byHand] = (await logtoSso(stack, ["list"])).stdout.split("\n");
  expect(head).toMatch(/^NAME +ID +PROVIDER +DOMAINS +STATUS +RESOURCE$/);
  expect(acme).toMatch(/^Acme .* acme-okta$/);
  expect(byHand).toMatch(/^by hand .* no config$/);
});

test("a connector that the stack manages in a copy of the tenant, with the same ID, is not managed in the tenant", async () => {
  const copy = await startLogto();
  try {
    const stack = await stackOf(logto, () => {
      const access = { clientId: "m2m", clientSecret: "canary-m2m" };
      const providers = {
        same: new Provider("same", { ...access, endpoint: logto.url.replace("127.0.0.1", "localhost") }),
        copy: new Provider("copy", { ...access, endpoint: copy.url }),
      };
      for (const [name, provider] of Object.entries(providers)) {
        new SsoConnector(name, { providerName: "OIDC", connectorName: name }, { provider });
      }
      return {};
    });
    await stack.up();
    // What was made in the one is in the other as well, and was changed there.
    logto.connectors.insert({ ...structuredClone(copy.named("copy")), domains: ["by-hand.com"] });
    const { stdout } = await logtoSso(stack, ["list", "--json"]);
    const { connectors } = JSON.parse(stdout) as {
      connectors: { connectorName: string; urn: string | null }[];
    };
    expect(connectors).toMatchObject([
      { connectorName: "copy", urn: null },
      { connectorName: "same", urn: expect.stringMatching(/::same$/) as string },
    ]);
    await stack.pulumi(["config", "rm", "logto:endpoint"]);
    const { stderr } = await logtoSso(stack, ["list"], { mayFail: true });
    expect(stderr).toMatch(
      /logto:endpoint is not set.*\n.* not those of a logto\.Provider \("(same|copy)", "/,
    );
  } finally {
    await copy.close();
  }
});

test("a stack that cannot be read is an error, unless the environment has all settings", async () => {
  const stack = await stackOf(logto, () => ({}));
  // With a passphrase instead of the tests' secrets provider.
  await stack.pulumi(["stack", "init", "other"]);
  const env = { PULUMI_STACK: "other", PULUMI_CONFIG_PASSPHRASE: "not the one" };
  await stack.pulumi(["config", "set", "--secret", "name", "value"], { env: { PULUMI_STACK: "other" } });
  const failed = await logtoSso(stack, ["list"], { env, mayFail: true });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/^error: Could not read the stack's config(.|\n)*passphrase/);
  const access = { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" };
  expect((await logtoSso(stack, ["list"], { env: { ...env, ...access } })).stdout).toContain(
    "no SSO connectors",
  );
  const named = await logtoSso(stack, ["list", "--stack", "nope"], { env: access, mayFail: true });
  expect(named).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no stack named 'nope'") as string,
  });
});
