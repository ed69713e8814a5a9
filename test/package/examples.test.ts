/** The examples, with the real CLI; those of an identity provider in the steps of their READMEs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../engine";
import type { Logto } from "../logto";
import { eachWithLogto, example, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const folder = join(__dirname, "..", "..", "examples");
const projects = readdirSync(folder).filter((name) => existsSync(join(folder, name, "index.ts")));

test.each(projects)("examples/%s is a complete project that can be copied", (name) => {
  const text = (file: string) => readFileSync(join(folder, name, file), "utf8");
  expect(text("Pulumi.yaml")).toContain(`name: logto-sso-${name}\n`);
  const { dependencies, devDependencies } = JSON.parse(text("package.json")) as Record<
    "dependencies" | "devDependencies",
    Record<string, string>
  >;
  const imported = readdirSync(join(folder, name))
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [...text(file).matchAll(/ from "([^".][^"]*)"/g)].map(([, id]) => id));
  expect(Object.keys(dependencies)).toEqual(
    expect.arrayContaining(imported.filter((id) => !id?.startsWith("node:"))),
  );
  expect(devDependencies).toHaveProperty("typescript");
  expect(JSON.parse(text("tsconfig.json"))).toHaveProperty("compilerOptions.strict", true);
});

/** Registers the redirect URI at the identity provider. Returns the client as stack config. */
async function registerClient(issuer: string, outputs: Record<string, unknown>): Promise<Config> {
  const response = await fetch(`${issuer}/register`, {
    method: "POST",
    body: JSON.stringify({ redirect_uris: [outputs.redirectUri] }),
  });
  const client = (await response.json()) as { client_id: string; client_secret: string };
  return { clientId: client.client_id, clientSecret: { secret: client.client_secret } };
}

test.each(["okta", "entra-oidc", "google-workspace", "oidc"])(
  "users can sign in after the steps of examples/%s",
  async (name) => {
    const issuer = `${logto.idp}/${name === "google-workspace" ? "google" : "acme"}`;
    const stack = await stackOf(logto, example(name));
    await stack.up();
    expect(logto.named("Acme").config).toEqual({});
    const client = await registerClient(issuer, await stack.outputs());
    await stack.setConfig(name === "google-workspace" ? client : { ...client, issuer });
    await stack.up();
    await logto.signIn(logto.named("Acme").id);
  },
);

test.each(["entra-saml", "saml"])("users can sign in after the steps of examples/%s", async (name) => {
  const stack = await stackOf(logto, example(name));
  await stack.up();
  const { entityId, assertionConsumerServiceUrl } = await stack.outputs();
  const response = await fetch(`${logto.idp}/saml/applications`, {
    method: "POST",
    body: JSON.stringify({ entityId, assertionConsumerServiceUrl }),
  });
  const { metadataUrl } = (await response.json()) as { metadataUrl: string };
  await stack.setConfig({ metadataUrl });
  await stack.up();
  await logto.signIn(logto.named("Acme").id);
});
