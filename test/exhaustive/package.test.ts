/** The package as a user has it: packed, installed into an empty folder, and run by the real Pulumi CLI. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStack, findCli, run, type Stack } from "../engine";
import { certificate, type Logto, startLogto } from "../logto";
import { accessTo } from "../tenant";

jest.setTimeout(240_000);

const repository = join(__dirname, "..", "..");
let folder: string;
let logto: Logto;
let stack: Stack | undefined;

beforeAll(async () => {
  await findCli();
  folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-user-"));
  const npm = async (args: string[], cwd: string) => {
    const { code, stdout, stderr } = await run("npm", args, { cwd });
    if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with ${code}\n${stderr}`);
    return stdout.trim();
  };
  // What prepack does has been done: the other tests use dist as well.
  const tarball = await npm(
    ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder],
    repository,
  );
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "infra", private: true }));
  await npm(
    [
      ...["install", "--prefer-offline", "--no-audit", "--no-fund", "--silent"],
      ...[`./${tarball}`, "@pulumi/pulumi", "typescript@5"],
    ],
    folder,
  );
  logto = await startLogto();
  logto.signInExperience.singleSignOnEnabled = true;
}, 600_000);

afterEach(async () => {
  await stack?.dispose();
  stack = undefined;
});
afterAll(async () => {
  await logto.close();
  await rm(folder, { recursive: true, force: true });
});

const connectors = () => `
  const client = { clientId: "client", clientSecret: "canary-config" };
  const issuer = "${logto.idp}/acme";
  const metadataUrl = "${logto.idp}/saml/metadata";
  const oidc = new logto.SsoConnector("oidc", { providerName: "OIDC", config: { ...client, issuer, scope: "groups" }, domains: ["oidc.com"] });
  new logto.SsoConnector("okta", { providerName: "Okta", config: { ...client, issuer }, domains: ["Acme.com"] });
  new logto.SsoConnector("entra", { providerName: "AzureAdOidc", config: { ...client, issuer, trustUnverifiedEmail: true }, domains: ["entra.com"] });
  new logto.SsoConnector("google", { providerName: "GoogleWorkspace", config: { ...client, offlineAccess: true }, domains: ["google.org"] });
  const saml = new logto.SsoConnector("saml", { providerName: "SAML", config: { metadataUrl, attributeMapping: { email: "mail" } }, domains: ["saml.com"] });
  new logto.SsoConnector("manual", {
    providerName: "AzureAD",
    config: { entityId: "urn:idp", signInEndpoint: "https://idp.acme.com/sso", x509Certificate: ${JSON.stringify(certificate)} },
    domains: ["manual.com"],
    branding: { displayName: "Manual" },
  });`;
const exported =
  "{ redirectUri: oidc.redirectUri, entityId: saml.spEntityId, syncProfile: oidc.syncProfile }";

/** Makes the folder a project whose program is in this language. */
async function writeProject(language: "js" | "ts"): Promise<void> {
  const other = language === "js" ? "ts" : "js";
  await rm(join(folder, `index.${other}`), { force: true });
  await writeFile(
    join(folder, `index.${language}`),
    language === "js"
      ? `const logto = require("pulumi-logto-sso");\n${connectors()}\nObject.assign(exports, ${exported});`
      : `import * as logto from "pulumi-logto-sso";\n${connectors()}\nexport const { redirectUri, entityId, syncProfile } = ${exported};`,
  );
  const options = language === "js" ? { typescript: false } : {};
  const runtime = { name: "nodejs", options };
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "infra", runtime }));
}

test("a JavaScript program creates connectors, and the same program in TypeScript changes nothing", async () => {
  await writeProject("js");
  const compilerOptions = {
    strict: true,
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    skipLibCheck: true,
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  stack = await createStack({
    program: { folder },
    config: accessTo(logto),
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: "false" },
  });
  const up = await stack.up();
  expect(up.stdout + up.stderr).not.toMatch(/warning/i);
  expect(logto.connectors.rows.size).toBe(6);
  const outputs = {
    redirectUri: `${logto.url}/callback/${logto.named("oidc").id}`,
    entityId: `${logto.url}/enterprise-sso/${logto.named("saml").id}`,
    syncProfile: false,
  };
  expect(await stack.outputs()).toEqual(outputs);
  const state = stack.export();
  expect(JSON.stringify(state)).not.toContain("canary");
  const okta = state.deployment.resources?.find(({ urn }) => urn.endsWith("logto:SsoConnector::okta"));
  expect(okta?.id).toBe(logto.named("okta").id);
  expect(JSON.stringify(okta).length).toBeLessThanOrEqual(2000);

  await writeProject("ts");
  const again = await stack.up(["--refresh", "--expect-no-changes"]);
  expect(again.stdout + again.stderr).not.toMatch(/warning/i);
  expect(await stack.outputs()).toEqual(outputs);

  const command = (...args: string[]) =>
    run(join(folder, "node_modules/.bin/logto-sso"), args, {
      cwd: folder,
      env: { ...stack?.env, PULUMI_STACK: stack?.name },
    });
  expect((await command("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const resolve = 'require("pulumi-logto-sso/docs/drift-report.schema.json")';
  expect((await run(process.execPath, ["-e", resolve], { cwd: folder })).code).toBe(0);
  expect(await command("drift")).toMatchObject({
    code: 0,
    stdout: "Nothing found in 6 connectors of the stack.\n",
  });

  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});
