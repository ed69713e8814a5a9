/** The examples, with the real CLI; those of an identity provider in the steps of their READMEs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { signIn } from "../signIn";
import { exampleNames, exampleOf } from "../docs/examples";
import { certificate, type Logto } from "../logto";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { type SamlApplication, type SamlProvider, startSamlProvider } from "../samlProvider";
import { accessTo, eachWithLogto, example, stackOf } from "../tenant";

let oidc: OidcProvider;
let saml: SamlProvider;
const options: { googleIssuer?: string } = {};
beforeAll(async () => {
  oidc = await startOidcProvider();
  saml = await startSamlProvider();
  options.googleIssuer = oidc.issuer;
});
afterAll(() => Promise.all([oidc.close(), saml.close()]));

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
}, options);

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
    .flatMap((file) => [...text(file).matchAll(/ from "((?:@[^"/]+\/)?[^"./][^"/]*)/g)].map(([, id]) => id));
  expect(Object.keys(dependencies)).toEqual(
    expect.arrayContaining(imported.filter((id) => !id?.startsWith("node:"))),
  );
  expect(devDependencies).toHaveProperty("typescript");
  expect(JSON.parse(text("tsconfig.json"))).toHaveProperty("compilerOptions.strict", true);
});

test.each(projects)("examples/%s declares the config values that it requires", (name) => {
  const text = (file: string) => readFileSync(join(folder, name, file), "utf8");
  const required = [...text("index.ts").matchAll(/\bconfig\.require\w*(?:<[^(]*>)?\("(\w+)"/g)].map(
    ([, key]) => key,
  );
  const { config = {} } = parse(text("Pulumi.yaml")) as { config?: object };
  expect(Object.keys(config).sort()).toEqual(required.sort());
});

test("what is missing in the stack config is one error, with the commands in the first lines of the program", async () => {
  const stack = await stackOf(logto, example("quickstart"));
  const missing = await stack.preview([], { mayFail: true });
  expect(missing.stderr).toContain(
    "missing configuration values 'oktaClientId', 'oktaClientSecret', 'oktaIssuer' and 'samlMetadataUrl'",
  );
  const program = readFileSync(join(folder, "quickstart", "index.ts"), "utf8");
  const commands = [...program.matchAll(/^\/\/ {3}pulumi config set (?:--secret )?(\w+) /gm)].map(
    ([, key]) => key,
  );
  expect(commands).toEqual(["oktaClientId", "oktaIssuer", "samlMetadataUrl"]);
  const okta = await stackOf(logto, example("okta"), {
    config: { ...accessTo(logto), clientId: "0oa1b2c3d4" },
  });
  const { stdout } = await okta.preview([], { mayFail: true });
  expect(stdout).toContain(
    "Set all of clientId, clientSecret and issuer: the stack config has only some of them.",
  );
});

const user = "user@acme.com";
const signedIn = (identityId = user) => ({
  connectorId: logto.named("Acme").id,
  email: user,
  name: "A user",
  ssoIdentities: [{ identityId }],
});

test.each(["okta", "entra-oidc", "google-workspace", "oidc"])(
  "a user signs in after the steps of examples/%s, and cannot with a wrong client secret",
  async (name) => {
    oidc.verifiesEmails = name !== "entra-oidc";
    const stack = await stackOf(logto, example(name));
    await stack.up();
    expect(logto.named("Acme").config).toEqual({});
    await expect(signIn(logto, user)).rejects.toThrow("Logto offers no connector for user@acme.com");
    const { redirectUri } = await stack.outputs();
    const { client_id: clientId, client_secret: secret } = await oidc.register([redirectUri]);
    await stack.setConfig({
      clientId,
      clientSecret: { secret },
      ...(name === "google-workspace" ? {} : { issuer: oidc.issuer }),
    });
    await stack.up();
    expect(await signIn(logto, user)).toMatchObject(signedIn());
    logto.named("Acme").config.clientSecret = "canary-of-yesterday";
    await expect(signIn(logto, user)).rejects.toThrow("invalid_client");
  },
);

const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
test.each([
  ["entra-saml", { email: `${claims}/emailaddress`, name: `${claims}/name` }],
  ["saml", { email: "mail", name: "displayName" }],
])(
  "a user signs in after the steps of examples/%s, and cannot with the certificate of another identity provider",
  async (name, attributes) => {
    const stack = await stackOf(logto, example(name));
    await stack.up();
    const application: SamlApplication = { ...(await stack.outputs()), attributes };
    await stack.setConfig({ metadataUrl: saml.register(application) });
    await stack.up();
    expect(await signIn(logto, user)).toMatchObject(signedIn(`id-of-${user}`));
    const { config } = logto.named("Acme");
    const metadata = await (await fetch(String(config.metadataUrl))).text();
    const [, entityId, signInEndpoint] = /entityID="([^"]+)".* Location="([^"]+)"/.exec(metadata) ?? [];
    logto.named("Acme").config = { entityId, signInEndpoint, x509Certificate: certificate };
    await expect(signIn(logto, user)).rejects.toThrow("Invalid SAML assertion");
  },
);

test("a user signs in after the steps of examples/yaml", async () => {
  const text = readFileSync(join(folder, "yaml", "Pulumi.yaml"), "utf8");
  const stack = await stackOf(logto, { yaml: parse(text) as object });
  await stack.up();
  expect(logto.named("Acme").config).toEqual({});
  const { redirectUri } = await stack.outputs();
  const { client_id: clientId, client_secret: secret } = await oidc.register([redirectUri]);
  await stack.setConfig({ clientId, clientSecret: { secret }, issuer: oidc.issuer });
  const uncommented = text.replaceAll(/^( *)# (?=(?: {2})?\w+:)/gm, "$1");
  await stack.writeProgram({ yaml: parse(uncommented) as object });
  await stack.up();
  expect(await signIn(logto, user)).toMatchObject(signedIn());
  await stack.preview(["--expect-no-changes"]);
});

test("the examples in the schema of the plugin deploy", async () => {
  logto.organizations.put("x7h2v9c4t1pz", "Globex", []);
  logto.organizationRoles.insert({ name: "member" });
  logto.applications.insert({ id: "k2m9w4xq7t1c", type: "Traditional" });
  // Each with a customer of its own, and all of them in one program.
  const resources = exampleNames.map((name, index) => {
    const text = exampleOf(name)
      .programs.yaml.replaceAll("https://idp.acme.com", logto.idp)
      .replaceAll("acme", `customer${index}`);
    return (parse(text) as { resources: object }).resources;
  });
  const stack = await stackOf(logto, { yaml: { resources: Object.assign({}, ...resources) as object } });
  await stack.up();
  const types = stack.export().deployment.resources?.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(exampleNames.map((name) => `logto:index:${name}`)));
});
