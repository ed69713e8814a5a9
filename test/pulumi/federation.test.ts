/** Both sides of a federation in one `pulumi up`: the examples, with the real CLI. */
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, example, patchesOf, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const idOf = (connectorName: string) => logto.named(connectorName).id;

/** Returns the operations and types in a preview, and whether it contains unknown values. */
async function previewOf(stack: Stack): Promise<{ steps: string[]; unknown: boolean }> {
  const { stdout } = await stack.preview(["--json"]);
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string; newState: unknown }[] };
  return {
    steps: steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${/:(\w+)::[\w-]+$/.exec(urn)?.[1] ?? urn}`),
    unknown: JSON.stringify(steps).includes("04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
  };
}

describe("OIDC", () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await stackOf(logto, example("federation-oidc"), {
      config: { ...accessTo(logto), "logto-sso-federation-oidc:issuer": `${logto.idp}/acme` },
    });
  });

  test("one up creates both sides, an update leaves the redirect URI known, and destroy deletes them", async () => {
    expect((await previewOf(stack)).steps).toEqual([
      "create Stack",
      "create SsoConnector",
      "create Resource",
      "create SsoConnectorConfig",
    ]);
    await stack.up();
    await logto.signIn(idOf("Acme"));
    const { redirectUri } = await stack.outputs();
    expect(redirectUri).toBe(`${logto.url}/callback/${idOf("Acme")}`);
    expect([...logto.relyingParties.clients.values()]).toMatchObject([{ redirect_uris: [redirectUri] }]);
    logto.takeLog();
    await stack.up(["--expect-no-changes"]);
    expect(logto.takeLog()).toEqual([]);

    // The redirect URI is known in the preview, so the identity provider's side does not change.
    await stack.setConfig({ "logto-sso-federation-oidc:domains": '["acme.com","acme.org"]' });
    expect(await previewOf(stack)).toEqual({ steps: ["update SsoConnector"], unknown: false });
    await stack.up();
    await stack.refresh(["--expect-no-changes"]);

    logto.takeLog();
    const { stdout } = await stack.destroy();
    expect(stdout).toContain("4 deleted");
    expect(stdout).not.toContain("stays in Logto");
    expect(logto.takeLog()).toEqual(["POST /oidc/token", "DELETE /api/sso-connectors/:id"]);
    expect([logto.connectors.rows.size, logto.relyingParties.clients.size]).toEqual([0, 0]);
  });

  test("a new client secret reaches Logto in one up, with one PATCH", async () => {
    await stack.up();
    const before = logto.named("Acme").config.clientSecret;
    logto.takeLog();
    await stack.setConfig({ "logto-sso-federation-oidc:secretVersion": "2" });
    await stack.up();
    const { config, id } = logto.named("Acme");
    expect(config.clientSecret).not.toBe(before);
    expect(patchesOf(logto)).toEqual([{ config }]);
    expect(logto.takeLog()).toEqual([
      "POST /oidc/token",
      "GET /api/sso-connectors/:id",
      "PATCH /api/sso-connectors/:id",
    ]);
    await logto.signIn(id);
  });

  test("the identity provider rejects a wrong client secret and an unregistered redirect URI", async () => {
    await stack.up();
    const { config, id } = logto.named("Acme");
    config.clientSecret = "canary-another";
    await expect(logto.signIn(id)).rejects.toThrow("invalid_client");
    await stack.up(["--refresh"]);
    await logto.signIn(id);
    for (const client of logto.relyingParties.clients.values()) client.redirect_uris = [];
    await expect(logto.signIn(id)).rejects.toThrow("invalid_grant");
  });
});

test("SAML with signed requests: one up creates both sides, an update leaves the redirect URI known, and destroy deletes them", async () => {
  const stack = await stackOf(logto, example("federation-saml"), {
    config: {
      ...accessTo(logto),
      "logto-sso-federation-saml:applicationsUrl": `${logto.idp}/saml/applications`,
    },
  });
  await stack.up();
  const { id, config } = logto.named("Acme");
  expect(config.signAuthnRequest).toBe(true);
  expect(
    logto.log.filter(({ method, path }) => method === "POST" && path.endsWith("signing-keys")),
  ).toHaveLength(1);
  await logto.signIn(id);
  // The identity provider verifies the signature.
  config.signAuthnRequest = false;
  await expect(logto.signIn(id)).rejects.toThrow("not signed by the registered certificate");
  config.signAuthnRequest = true;

  await stack.up(["--expect-no-changes"]);
  await stack.refresh(["--expect-no-changes"]);
  await stack.setConfig({ "logto-sso-federation-saml:domains": '["acme.com","acme.org"]' });
  expect(await previewOf(stack)).toEqual({ steps: ["update SsoConnector"], unknown: false });

  logto.takeLog();
  await stack.destroy();
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "DELETE /api/sso-connectors/:id"]);
  expect([logto.connectors.rows.size, logto.relyingParties.serviceProviders.size]).toEqual([0, 0]);
});
