/** The README's first commands, as somebody follows them. */
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

const text = readFileSync(join(__dirname, "..", "..", "README.md"), "utf8");
/** The code of this language, block by block. */
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, "gm"))].map(
    ([, indent = "", code = ""]) => code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
const [program = "", lookups = ""] = blocks("ts");

/** What the commands of a block set in the stack's config, with these values in place of their own. */
function configOf(commands: string, values: Record<string, string>): Config {
  return Object.fromEntries(
    [...commands.matchAll(/^pulumi config set (--secret )?(\S+)/gm)].map(([, secret, key = ""]) => {
      const value = values[key] ?? "";
      return [key, secret === undefined ? value : { secret: value }];
    }),
  );
}

test("the connector is made before Okta's client ID is known, and completed when it is", async () => {
  const [first = "", second = ""] = blocks("sh").filter((commands) => commands.includes("pulumi up"));
  const access = {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-m2m",
  };
  const stack = await stackOf(logto, { ts: program }, { config: configOf(first, access) });
  await stack.up();
  const { redirectUri } = await stack.outputs();

  const oidc = await startOidcProvider();
  try {
    const client = await oidc.register([redirectUri]);
    await stack.setConfig(
      configOf(second, {
        oktaClientId: client.client_id,
        oktaClientSecret: client.client_secret,
        oktaIssuer: oidc.issuer,
      }),
    );
    await stack.up();
    expect(await signIn(logto, "user@acme.com")).toMatchObject({ email: "user@acme.com" });
  } finally {
    await oidc.close();
  }
});

test("the look-ups put no logos into the outputs", async () => {
  const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
  logto.connectors.insert({ providerName: "OIDC", connectorName: "Acme", config });
  const stack = await stackOf(logto, { ts: `import * as logto from "pulumi-logto-sso";\n${lookups}` });
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs).toMatchObject({ issuer: config.issuer, names: ["Acme"] });
  expect(outputs.kinds).toContain("Okta: Okta");
  expect(JSON.stringify(outputs).length).toBeLessThan(1000);
});
