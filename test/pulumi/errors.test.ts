/** The errors that the real Pulumi CLI shows. */
import { startScriptedServer } from "../scriptedServer";
import { hostileNames, steersIn } from "../hostile";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto(
  (started) => {
    logto = started;
  },
  {
    applications: [
      { id: "m2m", secret: "canary-m2m" },
      { id: "no-role", secret: "canary-no-role", hasRole: false },
    ],
  },
);

const two = `const logto = require("pulumi-logto-sso");
  new logto.SsoConnector("a", { providerName: "Okta" });
  new logto.SsoConnector("b", { providerName: "SAML" });`;

const oidc = { clientId: "c", clientSecret: "canary-config", issuer: "https://idp.acme.com" };
const saml = { metadataUrl: "https://idp.acme.com/metadata" };

test.each([
  [
    "a misspelt providerName",
    { providerName: "okta" },
    'providerName: Logto has no identity provider "okta"; did you mean "Okta"?',
  ],
  [
    "a misspelt key",
    { config: { ...oidc, isuer: "x" } },
    'config.isuer: the config of Okta has no "isuer"; did you mean "issuer"?',
  ],
  [
    "the config of another identity provider",
    { providerName: "SAML", config: oidc },
    'config.clientId: "clientId" belongs to the config of OIDC',
  ],
  [
    "two SAML shapes",
    { providerName: "SAML", config: { ...saml, entityId: "urn:x" } },
    "config.entityId: metadataUrl and entityId are mutually exclusive",
  ],
  ["a long name", { connectorName: "n".repeat(129) }, "connectorName: is 129 characters long"],
  ["domains", { domains: ["a.com", "A.com"] }, 'domains[1]: "A.com" duplicates domains[0]'],
  [
    "token storage on SAML",
    { providerName: "SAML", enableTokenStorage: true },
    "enableTokenStorage: requires an identity provider of the protocol OIDC, and SAML uses SAML.",
  ],
  ["a wrong type", { config: "canary-config" }, '["config"]: must be an object (got string).'],
])("%s fails in the preview, at the property, before anything is sent", async (_what, args, expected) => {
  const js = `const logto = require("pulumi-logto-sso");
    new logto.SsoConnector("acme", ${JSON.stringify({ providerName: "Okta", ...args })});`;
  const stack = await stackOf(logto, { js });
  const { code, stdout } = await stack.preview([], { mayFail: true });
  expect(code).not.toBe(0);
  // The engine's own words stand between the property and the reason.
  expect(stdout.replaceAll(/property (\S+) value \S+ has a problem/g, "$1")).toContain(`'acme': ${expected}`);
  expect(stdout).not.toContain("canary");
  expect(logto.takeLog()).toEqual([]);
});

test("two connectors with one name are an error that names both, a shared domain is a warning", async () => {
  const js = (second: string) => `const logto = require("pulumi-logto-sso");
    new logto.SsoConnector("a", { providerName: "Okta", connectorName: "Acme", domains: ["acme.com"] });
    new logto.SsoConnector("b", { providerName: "Okta", connectorName: ${JSON.stringify(second)}, domains: ["ACME.com"] });`;
  const stack = await stackOf(logto, { js: js("Acme") });
  const failed = await stack.preview([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout).toContain('The SSO connectors "a" and "b" have the same connectorName "Acme"');
  await stack.writeProgram({ js: js("acme") });
  expect((await stack.preview()).stdout).toContain(
    'warning: The domain "ACME.com" is also on the SSO connector "a".',
  );
});

test("a preview needs no credentials and warns once; `pulumi up` names every missing setting", async () => {
  const stack = await stackOf(logto, { js: two }, { config: {} });
  const preview = await stack.preview();
  const warnings = preview.stdout
    .split("Diagnostics:")[1]
    ?.match(/`pulumi up` will\.[^]*?LOGTO_CLIENT_SECRET\./g);
  expect(warnings).toHaveLength(1);
  const up = await stack.up([], { mayFail: true });
  expect(up.code).not.toBe(0);
  expect(up.stdout).toContain(
    "logto:endpoint is not set. Run `pulumi config set logto:endpoint …` or set LOGTO_ENDPOINT.",
  );
  expect(up.stdout).toContain(
    "logto:clientSecret is not set. Run `pulumi config set --secret logto:clientSecret …`",
  );
});

test("settings can come from the environment", async () => {
  const env = { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" };
  const stack = await stackOf(logto, { js: two }, { config: {}, env });
  await stack.up();
  expect(logto.connectors.rows.size).toBe(2);
});

test.each([
  [
    "a wrong secret",
    { "logto:clientSecret": { secret: "canary-wrong" } },
    "rejected the client secret of application m2m. Check logto:clientSecret.",
  ],
  [
    "an unknown application",
    { "logto:clientId": "nobody" },
    "has no machine-to-machine application nobody. Check logto:clientId.",
  ],
  [
    "an application without the role",
    { "logto:clientId": "no-role", "logto:clientSecret": { secret: "canary-no-role" } },
    "assign this machine-to-machine application a role with the permission `all` of the Logto Management API.",
  ],
  ["a missing secret", { "logto:clientSecret": "" }, "logto:clientSecret is not set"],
  [
    "an unreachable Logto",
    { "logto:endpoint": "http://127.0.0.1:1" },
    "could not reach Logto at http://127.0.0.1:1: ECONNREFUSED. Check logto:endpoint",
  ],
  [
    "http without TLS",
    { "logto:endpoint": "http://logto.acme.com" },
    "logto:endpoint must start with https://",
  ],
  [
    "an endpoint that is not Logto",
    { "logto:endpoint": "IDP" },
    "Check that logto:endpoint is the address of Logto itself",
  ],
])("%s is reported alike for every connector, without a stack trace", async (_what, config, expected) => {
  const stack = await stackOf(logto, { js: two });
  await stack.up();
  logto.named("a").domains = ["drift.com"];
  await stack.setConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, value === "IDP" ? logto.idp : value]),
    ),
  );
  await stack.writeProgram({ js: two.replaceAll('" }', '", domains: ["new.com"] }') });
  const up = await stack.up([], { mayFail: true });
  const refresh = await stack.pulumi(["refresh", "--yes", "--skip-preview", "--run-program"], {
    mayFail: true,
  });
  for (const { code, stdout } of [up, refresh]) {
    expect(code).not.toBe(0);
    const errors = stdout.split("Diagnostics:")[1]?.match(/error: (?!update failed).*/g) ?? [];
    // The engine may stop at the first.
    expect(errors.length).toBeGreaterThanOrEqual(1);
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toContain(expected);
    expect(stdout).not.toMatch(/^\s+at /m);
    expect(stdout).not.toContain("canary");
  }
});

test("SAML metadata with which Logto fails is reported as such", async () => {
  const metadataUrl = `${logto.idp}/saml/broken`;
  const js = `const logto = require("pulumi-logto-sso");
    new logto.SsoConnector("acme", { providerName: "SAML", config: { metadataUrl: "${metadataUrl}" } });`;
  const { code, stdout } = await (await stackOf(logto, { js })).up([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toContain(`when SAML metadata is not XML: check ${metadataUrl}.`);
});

test("hostile names and responses can control neither the terminal nor the log of a CI service", async () => {
  const server = await startScriptedServer(({ path }) =>
    path === "/oidc/token"
      ? { body: { access_token: "canary-token", expires_in: 3600, scope: "all" } }
      : { status: 400, body: { code: "entity.x", message: hostileNames.join("\n") } },
  );
  try {
    const names = hostileNames.filter((name) => !/\p{Surrogate}/u.test(name));
    const js = `const logto = require("pulumi-logto-sso");
      for (const [index, connectorName] of ${JSON.stringify(names)}.entries())
        new logto.SsoConnector("r" + index, { providerName: "Okta", connectorName });`;
    const config = { ...accessTo(logto), "logto:endpoint": server.url };
    const stack = await stackOf(logto, { js }, { config });
    const { code, stdout } = await stack.up(["--continue-on-error"], { mayFail: true });
    expect(code).not.toBe(0);
    expect(stdout.match(/error: Could not create SSO connector/g)?.length).toBeGreaterThanOrEqual(
      names.length,
    );
    expect(steersIn(stdout)).toEqual([]);
  } finally {
    await server.close();
  }
});
