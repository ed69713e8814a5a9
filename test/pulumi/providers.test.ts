/** Explicit providers, with the real CLI: their settings come from their inputs, and from nowhere else. */
import * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import { checkState } from "../command/checkState";
import { isPlugin } from "../frontEnd";
import { type Logto, startLogto } from "../logto";
import { startOidcProvider } from "../oidcProvider";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

/** The stack's own tenant. */
let logto: Logto;
/** That of the explicit provider. */
let other: Logto;
eachWithLogto(async (started) => {
  logto = started;
  other = await startLogto({ applications: [{ id: "m2m-other", secret: "canary-other" }] });
});
afterEach(() => other.close());

/** A stack whose own credentials are in the environment, and in its config. */
const stackWith = (args: Record<string, unknown>, name = "eu") =>
  stackOf(
    logto,
    () => {
      const provider = new logtoSso.Provider(name, args as unknown as logtoSso.ProviderArgs);
      new logtoSso.SsoConnector("acme", { providerName: "OIDC" }, { provider });
    },
    {
      config: accessTo(logto),
      env: {
        LOGTO_ENDPOINT: logto.url,
        LOGTO_CLIENT_ID: "m2m",
        LOGTO_CLIENT_SECRET: "canary-m2m",
        LOGTO_RESOURCE: "https://canary.logto.app/api",
      },
    },
  );

const complete = () => ({ endpoint: other.url, clientId: "m2m-other", clientSecret: "canary-other" });

test.each([
  ["an empty text", "clientSecret", () => ""],
  ["an output that is empty", "clientSecret", () => pulumi.output("")],
  ["a secret that is empty", "clientSecret", () => pulumi.secret("")],
  ["an output that is undefined", "clientSecret", () => pulumi.output(undefined)],
  ["a promise of nothing", "clientSecret", () => Promise.resolve(null)],
  ["an empty text", "clientId", () => ""],
  ["white space", "endpoint", () => "  "],
  ["an output that is undefined", "endpoint", () => pulumi.output(undefined)],
  ["an empty text", "resource", () => ""],
  ["an output that is empty", "resource", () => pulumi.output("")],
  ["an empty text", "signInEndpoint", () => ""],
  ["an empty text", "timeoutSeconds", () => ""],
])("%s as %s is an error of the provider's input, and nothing is sent", async (_what, name, valueOf) => {
  const stack = await stackWith({ ...complete(), [name]: valueOf() });
  for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
    const { code, stdout, stderr } = await stack.pulumi(command, { mayFail: true });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(new RegExp(`${name} of the provider "eu" is (empty|missing)\\.`));
  }
  expect([...logto.takeLog(), ...other.takeLog()]).toEqual([]);
});

test.each(["default-staging", "default_staging", "defaults", "Default"])(
  "a provider called %s takes nothing from the environment",
  async (name) => {
    const stack = await stackWith({ endpoint: other.url }, name);
    const { code, stdout, stderr } = await stack.pulumi(["up", "--yes", "--skip-preview"], { mayFail: true });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(`clientId of the provider "${name}" is missing.`);
    expect(stdout + stderr).toContain(`clientSecret of the provider "${name}" is missing.`);
    expect([...logto.takeLog(), ...other.takeLog()]).toEqual([]);
  },
);

test("a malformed input is blamed on the provider, with what it must be", async () => {
  const stack = await stackWith({
    ...complete(),
    endpoint: pulumi.output("login.acme.com"),
    timeoutSeconds: 0,
  });
  const { stdout, stderr } = await stack.pulumi(["preview"], { mayFail: true });
  expect(stdout + stderr).toContain(
    'timeoutSeconds of the provider "eu" must be a number from 1 to 3600 (got "0").',
  );
});

test("a rejected secret is blamed on the provider's input", async () => {
  const stack = await stackWith({ ...complete(), clientSecret: "canary-wrong" });
  const { stdout } = await stack.pulumi(["up", "--yes", "--skip-preview"], { mayFail: true });
  expect(stdout).toMatch(
    /rejected the client secret of application m2m-other\. Check clientSecret of (its logto\.Provider|the provider "eu")\./,
  );
});

test("where users sign in is in the state, so that a probe looks for the right redirect URI", async () => {
  const login = "https://login.acme.com";
  const idp = await startOidcProvider();
  try {
    // The redirect URI is registered later, since it contains the ID of the connector.
    const client = await idp.register(["https://acme.com"]);
    const { client_id: clientId, client_secret: clientSecret } = client;
    const stack = await stackOf(logto, () => {
      const provider = new logtoSso.Provider("eu", {
        ...complete(),
        signInEndpoint: pulumi.output(`${login}/`),
      });
      const connector = new logtoSso.SsoConnector(
        "acme",
        {
          providerName: "OIDC",
          config: { clientId, clientSecret, issuer: idp.issuer },
          domains: ["acme.com"],
        },
        { provider },
      );
      return { redirectUri: connector.redirectUri };
    });
    await stack.up();
    const redirectUri = `${login}/callback/${other.named("acme").id}`;
    if (!isPlugin) expect(await stack.outputs()).toEqual({ redirectUri });
    await idp.register([redirectUri], client);
    other.signInExperience.singleSignOnEnabled = true;
    const { stdout } = await stack.pulumi(["stack", "export", "--show-secrets"]);
    expect(await checkState(stdout, logto, { probe: true })).toMatchObject({ failed: false, findings: [] });
    // The state of a version that did not record it.
    const old = JSON.stringify(JSON.parse(stdout), (key, value: unknown) =>
      /signInEndpoint$|explicitProvider$/.test(key) ? undefined : value,
    );
    const { findings } = await checkState(old, logto, { probe: true });
    expect(findings).toMatchObject([{ class: "redirect-not-registered" }]);
    if (!isPlugin) {
      expect(findings[0]?.remedy).toContain(
        "If the connector's logto.Provider has a signInEndpoint, run `pulumi up`",
      );
    }
    await stack.up(["--expect-no-changes"]);
  } finally {
    await idp.close();
  }
});
