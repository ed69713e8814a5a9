/** The examples for each identity provider, as their READMEs tell it, through the real CLI. */
import type { Config } from "./engine";
import type { Logto } from "./logto";
import { eachWithLogto, example, stackOf } from "./tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

/** Registers the redirect URI, as somebody does by hand; gives what is to be told to the stack. */
async function registerClient(issuer: string, outputs: Record<string, unknown>): Promise<Config> {
  const answer = await fetch(`${issuer}/register`, {
    method: "POST",
    body: JSON.stringify({ redirect_uris: [outputs.redirectUri] }),
  });
  const client = (await answer.json()) as { client_id: string; client_secret: string };
  return { clientId: client.client_id, clientSecret: { secret: client.client_secret } };
}

test.each(["okta", "entra-oidc", "google-workspace", "oidc"])("examples/%s", async (name) => {
  const issuer = `${logto.idp}/${name === "google-workspace" ? "google" : "acme"}`;
  const stack = await stackOf(logto, example(name));
  await stack.up();
  expect(logto.named("Acme").config).toEqual({});
  const given = await registerClient(issuer, await stack.outputs());
  await stack.setConfig(name === "google-workspace" ? given : { ...given, issuer });
  await stack.up();
  await logto.signIn(logto.named("Acme").id);
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test.each(["entra-saml", "saml"])("examples/%s", async (name) => {
  const stack = await stackOf(logto, example(name));
  await stack.up();
  const { entityId, assertionConsumerServiceUrl } = await stack.outputs();
  const answer = await fetch(`${logto.idp}/saml/applications`, {
    method: "POST",
    body: JSON.stringify({ entityId, assertionConsumerServiceUrl }),
  });
  const { metadataUrl } = (await answer.json()) as { metadataUrl: string };
  await stack.setConfig({ metadataUrl });
  await stack.up();
  await logto.signIn(logto.named("Acme").id);
  await stack.up(["--refresh", "--expect-no-changes"]);
});
