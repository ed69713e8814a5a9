/** Both sides of a federation in one `pulumi up`, with the real CLI. */
import * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, example, patchesOf, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

/** Returns the operations and types in a preview, and whether it contains unknown values. */
async function previewOf(stack: Stack): Promise<{ steps: string[]; unknown: boolean }> {
  const { stdout } = await stack.preview(["--json"]);
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string; newState: unknown }[] };
  return {
    steps: steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${/:(\w+)::[\w-]+$/.exec(urn)?.[1] ?? urn}`)
      .sort(),
    unknown: JSON.stringify(steps).includes("04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
  };
}

test("examples/federation-oidc: one up creates both sides, a new client secret reaches Logto in one up with one PATCH, and destroy deletes both", async () => {
  const stack = await stackOf(logto, example("federation-oidc"), {
    config: { ...accessTo(logto), "logto-sso-federation-oidc:issuer": `${logto.idp}/acme` },
  });
  await stack.up();
  const { id } = logto.named("Acme");
  await logto.signIn(id);
  const { redirectUri } = await stack.outputs();
  expect(redirectUri).toBe(`${logto.url}/callback/${id}`);
  expect([...logto.relyingParties.clients.values()]).toMatchObject([{ redirect_uris: [redirectUri] }]);

  const oldSecret = logto.named("Acme").config.clientSecret;
  await stack.setConfig({ "logto-sso-federation-oidc:secretVersion": "2" });
  logto.takeLog();
  await stack.up();
  const { config } = logto.named("Acme");
  const newSecret = config.clientSecret;
  expect(newSecret).not.toBe(oldSecret);
  expect(patchesOf(logto)).toEqual([{ config }]);
  await logto.signIn(id);
  // The identity provider rejects the old secret, and a redirect URI that is not registered.
  config.clientSecret = oldSecret;
  await expect(logto.signIn(id)).rejects.toThrow("invalid_client");
  config.clientSecret = newSecret;
  for (const client of logto.relyingParties.clients.values()) client.redirect_uris = [];
  await expect(logto.signIn(id)).rejects.toThrow("invalid_grant");

  logto.takeLog();
  const { stdout } = await stack.destroy();
  expect(stdout).toContain("4 deleted");
  expect(stdout).not.toContain("stays in Logto");
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "DELETE /api/sso-connectors/:id"]);
  expect([logto.connectors.rows.size, logto.relyingParties.clients.size]).toEqual([0, 0]);
});

test("examples/federation-saml, with signed requests: one up creates both sides, and destroy deletes them", async () => {
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

  logto.takeLog();
  await stack.destroy();
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "DELETE /api/sso-connectors/:id"]);
  expect([logto.connectors.rows.size, logto.relyingParties.serviceProviders.size]).toEqual([0, 0]);
});

test("an update leaves what is registered at the identity providers known, so that their side does not change", async () => {
  const program = (domains: string[]) => () => {
    const oidc = new logtoSso.SsoConnector("oidc", { providerName: "OIDC", domains });
    const saml = new logtoSso.SsoConnector("saml", { providerName: "SAML", domains });
    const key = new logtoSso.SamlSigningKey("saml", { connectorId: saml.id, active: true });
    const registered = {
      redirectUri: oidc.redirectUri,
      entityId: saml.spEntityId,
      assertionConsumerServiceUrl: saml.assertionConsumerServiceUrl,
      certificate: key.certificate,
    };
    // A resource in the place of those at the identity providers.
    const displayName = pulumi.jsonStringify(registered);
    const { id } = new logtoSso.SsoConnector("idp", { providerName: "OIDC", branding: { displayName } });
    const config = { clientId: id, clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
    new logtoSso.SsoConnectorConfig("oidc", { connectorId: oidc.id, providerName: "OIDC", config });
    return registered;
  };
  const stack = await stackOf(logto, program(["acme.com"]));
  expect(await previewOf(stack)).toEqual({
    steps: [
      "create SamlSigningKey",
      ...Array<string>(3).fill("create SsoConnector"),
      "create SsoConnectorConfig",
      "create Stack",
    ],
    unknown: true,
  });
  await stack.up();
  await stack.writeProgram(program(["acme.com", "acme.org"]));
  expect(await previewOf(stack)).toEqual({
    steps: ["update SsoConnector", "update SsoConnector"],
    unknown: false,
  });
});
