/** How the real Pulumi CLI shows errors. test/provider/errors.test.ts tests what they say. */
import * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import type { Result } from "../engine";
import { dynamicOnly } from "../frontEnd";
import { startScriptedServer } from "../scriptedServer";
import { hostileNames, steersIn } from "../hostile";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

/** Returns the errors of a command that must fail, without the engine's own. */
function errorsIn({ code, stdout }: Result): string[] {
  expect(code).not.toBe(0);
  expect(stdout).not.toMatch(/^\s+at /m);
  return stdout.split("Diagnostics:")[1]?.match(/error: (?!update failed).*/g) ?? [];
}

const two = (first: string, second: string) => () => {
  new logtoSso.SsoConnector("a", { providerName: "Okta", domains: [first] });
  new logtoSso.SsoConnector("b", { providerName: "SAML", domains: [second] });
  return {};
};

test("wrong arguments fail in the preview, each at its property, before anything is sent", async () => {
  const wrong = {
    providerName: "SAML",
    connectorName: "n".repeat(129),
    config: "canary-config",
    extraConfig: { metadata: ["canary-extra"] },
    domains: ["a.com", "A.com"],
    branding: { color: "red" },
    enableTokenStorage: true,
  };
  const stack = await stackOf(logto, () => new logtoSso.SsoConnector("acme", wrong as never));
  const errors = errorsIn(await stack.preview([], { mayFail: true }));
  // The engine's own words stand between the property and the reason.
  const shown = errors
    .map((error) => error.replace(/property (\S+) value \S+ has a problem/, "$1"))
    .join("\n");
  for (const failure of [
    "connectorName: is 129 characters long",
    // Spelt so that the engine does not find the value, which it would print.
    '["config"]: must be an object (got string).',
    "extraConfig.metadata: must be a string (got list).",
    'domains[1]: "A.com" duplicates domains[0]',
    "branding.color: is not a known property.",
    "enableTokenStorage: requires an identity provider of the protocol OIDC, and SAML uses SAML.",
  ])
    expect(shown).toContain(`SsoConnector resource 'acme': ${failure}`);
  expect(logto.takeLog()).toEqual([]);
});

dynamicOnly(
  "the plugin reports them in check",
  "two resources for one thing are an error that names both",
  async () => {
    const caught: unknown[] = [];
    const attempt = (declare: () => unknown) => {
      try {
        declare();
      } catch (error) {
        caught.push(error);
      }
    };
    const config = { clientId: "c", clientSecret: "canary-config", issuer: "https://idp.acme.com" };
    const stack = await stackOf(logto, () => {
      const args = { providerName: "Okta" } as const;
      new logtoSso.SsoConnector("a", { ...args, connectorName: "Acme" });
      new logtoSso.SsoConnector("b", { ...args, connectorName: "Acme" });
      for (const name of ["c", "d"])
        new logtoSso.SsoConnector(name, { ...args, connectorName: pulumi.secret("canary") });
      const own = new logtoSso.SsoConnector("own", { ...args, config });
      attempt(() => new logtoSso.SsoConnectorConfig("own", { ...args, connectorId: own.id, config }));
      const split = new logtoSso.SsoConnector("split", args);
      for (const name of ["split", "twin"])
        attempt(() => new logtoSso.SsoConnectorConfig(name, { ...args, connectorId: split.id, config }));
      const organization = new logtoSso.Organization("acme");
      for (const [name, connectorId] of [
        ["first", split.id],
        ["of another connector", own.id],
        ["second", split.id],
      ] as const) {
        const link = { organizationId: organization.id, connectorId };
        attempt(() => new logtoSso.OrganizationSsoConnector(name, link));
        const portal = {
          connectorId,
          autoSendAuthorizationRequest: true,
          defaultApplicationId: "k2m9w4xq7t1c",
        };
        attempt(() => new logtoSso.SsoConnectorIdpInitiatedAuth(name, portal));
      }
      return {};
    });
    const failed = await stack.preview([], { mayFail: true });
    for (const same of ['"a" and "b"', '"c" and "d"'])
      expect(errorsIn(failed).join("\n")).toContain(`The SsoConnector ${same} have the same connectorName`);
    expect(caught.every((error) => pulumi.RunError.isInstance(error))).toBe(true);
    expect(caught.map((error) => (error as Error).message)).toEqual([
      expect.stringContaining(
        'The SsoConnectorConfig "own" and the SsoConnector "own" declare the config of the same connector.',
      ),
      expect.stringContaining(
        'The SsoConnectorConfig "split" and "twin" declare the config of the same connector.',
      ),
      expect.stringContaining(
        'The OrganizationSsoConnector "first" and "second" link the same organization to the same connector.',
      ),
      expect.stringContaining(
        'The SsoConnectorIdpInitiatedAuth "first" and "second" declare IdP-initiated sign-in of the same connector.',
      ),
    ]);
  },
);

test("a preview needs no credentials, warns once of each thing, and `pulumi up` names every missing setting", async () => {
  const stack = await stackOf(logto, two("acme.com", "ACME.com"), { config: {} });
  const preview = await stack.preview();
  const [, diagnostics = ""] = preview.stdout.split("Diagnostics:");
  expect(diagnostics.match(/warning: .*/g)?.sort()).toEqual([
    expect.stringMatching(/^warning: The SSO connectors "a" and "b" share the domain "acme\.com"\.$/i),
    "warning: `pulumi up` will need access to Logto; a preview needs it only to read what is there (`get…`).",
  ]);
  expect(diagnostics.match(/`pulumi up` will need[^]*?LOGTO_CLIENT_SECRET\./g)).toHaveLength(1);

  // The warning does not keep the error from being shown.
  const up = await stack.up([], { mayFail: true });
  expect(new Set(errorsIn(up))).toEqual(
    new Set([
      "error: logto:endpoint is not set. Run `pulumi config set logto:endpoint …` or set LOGTO_ENDPOINT.",
    ]),
  );
  expect(up.stdout).toContain(
    "logto:clientSecret is not set. Run `pulumi config set --secret logto:clientSecret`",
  );
});

test("a preview names every setting that is wrong", async () => {
  const wrong = { "logto:timeoutSeconds": "0", "logto:maxRequestsPerSecond": "1001", "logto:adopt": "all" };
  const stack = await stackOf(logto, two("acme.com", "acme.org"), {
    config: { ...accessTo(logto), ...wrong },
  });
  const { stdout } = await stack.preview([], { mayFail: true });
  for (const key of Object.keys(wrong)) expect(stdout).toContain(`${key} must be`);
  for (const key of Object.keys(wrong)) await stack.removeConfig(key);
  await stack.preview();
});

test("a corrected setting reaches `refresh` and `destroy` as their error says", async () => {
  const stack = await stackOf(logto, two("acme.com", "acme.org"));
  await stack.up();
  const recorded = "take the stack config from the state, as the last `pulumi up` recorded it:";
  // Nothing changes, so that no request finds it out.
  await stack.setConfig({ "logto:clientSecret": { secret: "canary-wrong" } });
  await stack.up();
  await stack.setConfig(accessTo(logto));
  const errors = errorsIn(await stack.refresh([], { mayFail: true }));
  // The engine may stop at the first.
  expect(errors.length).toBeGreaterThanOrEqual(1);
  expect(new Set(errors).size).toBe(1);
  expect(errors[0]).toContain("rejected the client secret of application m2m. Check logto:clientSecret.");
  expect(errors[0]).toContain(recorded);
  await stack.refresh(["--run-program"]);

  await stack.removeConfig("logto:endpoint");
  await stack.up();
  await stack.setConfig(accessTo(logto));
  const { stdout } = await stack.destroy([], { mayFail: true });
  expect(stdout).toContain("logto:endpoint is not set.");
  expect(stdout).toContain(recorded);
  await stack.up();
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("get of a connector that does not exist fails in the preview", async () => {
  const stack = await stackOf(logto, () => logtoSso.SsoConnector.get("found", "nope"));
  const preview = await stack.preview([], { mayFail: true });
  expect(errorsIn(preview).join("\n")).toContain('Logto has no SSO connector with the ID "nope"');
});

test("hostile names and responses can control neither the terminal nor the log of a CI service", async () => {
  const server = await startScriptedServer(({ path }) =>
    path === "/oidc/token"
      ? { body: { access_token: "canary-token", expires_in: 3600, scope: "all" } }
      : { status: 400, body: { code: "entity.x", message: hostileNames.join("\n") } },
  );
  try {
    const names = hostileNames.filter((name) => !/\p{Surrogate}/u.test(name));
    const program = () => {
      for (const [index, connectorName] of names.entries())
        new logtoSso.SsoConnector(`r${index}`, { providerName: "Okta", connectorName });
      return {};
    };
    const config = { ...accessTo(logto), "logto:endpoint": server.url };
    const stack = await stackOf(logto, program, { config });
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
