/** Warnings of what is declared, as `pulumi preview` shows them. */
import * as logtoSso from "pulumi-logto-sso";
import { type Logto, samlMetadata } from "../logto";
import { expired, pem } from "../provider/inputs/certificates";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

test("a preview shows what will hardly work, each once, and that a changed issuer unlinks users", async () => {
  const acme = (path: string) => () => ({
    acme: new logtoSso.SsoConnector("acme", {
      providerName: "OIDC",
      config: { clientId: "client", clientSecret: "canary-config\n", issuer: `${logto.idp}${path}` },
    }).id,
    globex: new logtoSso.SsoConnector("globex", {
      providerName: "SAML",
      config: { metadata: samlMetadata("urn:globex", "https://idp.globex.com/sso", pem(expired)) },
    }).id,
  });
  const warningsIn = (stdout: string) =>
    (stdout.split("Diagnostics:")[1] ?? "").match(/warning: .*?: config\.\w+: .{20}/g)?.sort();
  const secret = 'warning: SSO connector "acme": config.clientSecret: has white space at i';
  const certificate = 'warning: SSO connector "globex": config.metadata: the signing certific';

  const stack = await stackOf(logto, acme("/acme/"));
  const { stdout } = await stack.preview();
  const slash = 'warning: SSO connector "acme": config.issuer: ends with a slash: L';
  expect(warningsIn(stdout)).toEqual([secret, slash, certificate]);

  await stack.up();
  await stack.writeProgram(acme("/acme"));
  const changed = await stack.preview();
  const { id } = logto.named("acme");
  const issuer = `warning: SSO connector "acme" (${id}): config.issuer: the issuer changes f`;
  expect(warningsIn(changed.stdout)).toEqual([issuer, secret, certificate]);
  expect(stdout + changed.stdout).not.toContain("canary");
});

test("a preview asks whether a misspelt setting was meant to be another one, and leaves the program's own keys alone", async () => {
  const config = {
    ...accessTo(logto),
    "logto:timeoutSecond": "5",
    "logto:oktaIssuer": "https://acme.okta.com",
  };
  const program = () => new logtoSso.SsoConnector("acme", { providerName: "OIDC" });
  const stack = await stackOf(logto, () => void program(), { config });
  const { stdout } = await stack.preview();
  expect(stdout.split("Diagnostics:")[1]?.match(/warning: .*/g)).toEqual([
    "warning: logto:timeoutSecond is not a setting of pulumi-logto-sso, so it has no effect. Did you mean logto:timeoutSeconds?",
  ]);
});
