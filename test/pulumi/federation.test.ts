/** Both sides of a federation in one `pulumi up`, with the real CLI. */
import * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import { signIn } from "../signIn";
import type { Stack } from "../engine";
import { dynamicOnly } from "../frontEnd";
import type { Logto } from "../logto";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { type SamlProvider, startSamlProvider } from "../samlProvider";
import { accessTo, eachWithLogto, example, patchesOf, stackOf } from "../tenant";

let oidc: OidcProvider;
let saml: SamlProvider;
beforeAll(async () => {
  oidc = await startOidcProvider();
  saml = await startSamlProvider();
});
afterAll(() => Promise.all([oidc.close(), saml.close()]));

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
});
const user = "user@acme.com";

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

dynamicOnly(
  "its project declares the classes",
  "examples/federation-oidc: one up creates both sides, a new client secret reaches Logto in one up with one PATCH, and destroy deletes both",
  async () => {
    const stack = await stackOf(logto, example("federation-oidc"), {
      config: { ...accessTo(logto), "logto-sso-federation-oidc:issuer": oidc.issuer },
    });
    await stack.up();
    const { id, config: old } = logto.named("Acme");
    expect(await signIn(logto, user)).toMatchObject({ connectorId: id, email: user });

    await stack.setConfig({ "logto-sso-federation-oidc:secretVersion": "2" });
    logto.takeLog();
    await stack.up();
    const { config } = logto.named("Acme");
    expect(config.clientSecret).not.toBe(old.clientSecret);
    expect(patchesOf(logto)).toEqual([{ config }]);
    expect(await signIn(logto, user)).toMatchObject({ connectorId: id, email: user });
    // The identity provider rejects the old client, and the old secret.
    logto.named("Acme").config = old;
    await expect(signIn(logto, user)).rejects.toThrow("invalid_client");
    logto.named("Acme").config = { ...config, clientSecret: old.clientSecret };
    await expect(signIn(logto, user)).rejects.toThrow("invalid_client");

    logto.takeLog();
    const { stdout } = await stack.destroy();
    expect(stdout).toContain("4 deleted");
    expect(stdout).not.toContain("Logto keeps");
    expect(logto.takeLog()).toEqual(["POST /oidc/token", "DELETE /api/sso-connectors/:id"]);
    expect(logto.connectors.rows.size).toBe(0);
    // Both clients are gone: the replaced one and its successor.
    expect(oidc.requests.filter((request) => request.startsWith("DELETE /reg/"))).toHaveLength(2);
  },
);

dynamicOnly(
  "its project declares the classes",
  "examples/federation-saml, with signed requests: one up creates both sides, and destroy deletes them",
  async () => {
    const stack = await stackOf(logto, example("federation-saml"), {
      config: {
        ...accessTo(logto),
        "logto-sso-federation-saml:applicationsUrl": saml.applicationsUrl,
      },
    });
    await stack.up();
    const { id, config } = logto.named("Acme");
    expect(config.signAuthnRequest).toBe(true);
    expect(
      logto.log.filter(({ method, path }) => method === "POST" && path.endsWith("signing-keys")),
    ).toHaveLength(1);
    expect(await signIn(logto, user)).toMatchObject({ connectorId: id, email: user });
    // The identity provider verifies the signature, with the certificate that it received.
    config.signAuthnRequest = false;
    await expect(signIn(logto, user)).rejects.toThrow("ERR_MISSING_SIG_ALG");
    config.signAuthnRequest = true;
    await logto.signingKeys.make(id, true);
    await expect(signIn(logto, user)).rejects.toThrow("ERR_FAILED_MESSAGE_SIGNATURE_VERIFICATION");

    logto.takeLog();
    await stack.destroy();
    expect(logto.takeLog()).toEqual(["POST /oidc/token", "DELETE /api/sso-connectors/:id"]);
    expect([logto.connectors.rows.size, saml.applications.size]).toEqual([0, 0]);
  },
);

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
