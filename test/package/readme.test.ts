/** The README as a newcomer follows it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signIn } from "../signIn";
import type { Config } from "../engine";
import type { Logto } from "../logto";
import { startOidcProvider } from "../oidcProvider";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const pageOf = (...path: string[]) => readFileSync(join(__dirname, "..", "..", ...path), "utf8");
/** The code of this language on a page, block by block. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, "gm"))].map(
    ([, indent = "", code = ""]) => code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
const readme = pageOf("README.md");

/** What the commands of a block set in the stack's config, with these values in place of their own. */
function configOf(commands: string, values: Record<string, string>): Config {
  return Object.fromEntries(
    [...commands.matchAll(/^pulumi config set (--secret )?(\S+)/gm)].map(([, secret, key = ""]) => {
      const value = values[key] ?? "";
      return [key, secret === undefined ? value : { secret: value }];
    }),
  );
}

test("the first program prints what the README says, and the second completes the connector", async () => {
  const [first = "", complete = ""] = blocks(readme, "ts").filter((code) => code.startsWith("import"));
  const [install = "", then = ""] = blocks(readme, "sh").filter((code) => code.includes("pulumi up"));
  const access = { "logto:endpoint": logto.url, "logto:clientId": "m2m", "logto:clientSecret": "canary-m2m" };
  const stack = await stackOf(logto, { ts: first }, { config: configOf(install, access) });
  const { stdout } = await stack.up();
  const [, ...printed] = blocks(readme, "console").join("").trimEnd().split("\n");
  const alike = (text: string) => text.replaceAll(/\(\d.*?s\)|https?:\S+/g, "…");
  for (const line of printed) expect(alike(stdout)).toContain(alike(line));
  const { redirectUri } = await stack.outputs();

  const oidc = await startOidcProvider();
  try {
    const client = await oidc.register([redirectUri]);
    const ts = complete.replace("0oa1b2c3d4", client.client_id).replace("https://acme.okta.com", oidc.issuer);
    await stack.writeProgram({ ts });
    await stack.setConfig(configOf(then, { oktaClientSecret: client.client_secret }));
    await stack.up();
    expect(await signIn(logto, "user@acme.com")).toMatchObject({ email: "user@acme.com" });
  } finally {
    await oidc.close();
  }
});

test("the README's first page says what a newcomer must know", () => {
  expect(readme.split(/\s+/).length).toBeLessThanOrEqual(900);
  for (const subject of ["protect", "Logto 1.36", "Pulumi CLI 3.254", "Python", "logto-sso drift", "MIT"])
    expect(readme.slice(0, readme.indexOf("## Your first connector"))).toContain(subject);
});

test("the look-ups put no logos into the outputs", async () => {
  const lookups = blocks(pageOf("docs", "reference.md"), "ts").find((code) =>
    code.includes("getSsoConnectorsOutput"),
  );
  const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
  logto.connectors.insert({ providerName: "OIDC", connectorName: "Acme", config });
  const stack = await stackOf(logto, { ts: `import * as logto from "pulumi-logto-sso";\n${lookups}` });
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs).toMatchObject({ issuer: config.issuer, names: ["Acme"] });
  expect(outputs.kinds).toContain("Okta: Okta");
  expect(JSON.stringify(outputs).length).toBeLessThan(1000);
});
