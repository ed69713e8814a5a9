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
  const signed = samlMetadata("urn:unsigned", "https://idp.acme.com/sso").replace(
    'WantAuthnRequestsSigned="false"',
    'WantAuthnRequestsSigned="true"',
  );
  const acme = (path: string) => () => ({
    acme: new logtoSso.SsoConnector("acme", {
      providerName: "OIDC",
      config: { clientId: "client", clientSecret: "canary-config\n", issuer: `${logto.idp}${path}` },
    }).id,
    globex: new logtoSso.SsoConnector("globex", {
      providerName: "SAML",
      config: { metadata: samlMetadata("urn:globex", "https://idp.globex.com/sso", pem(expired)) },
    }).id,
    unsigned: new logtoSso.SsoConnector("unsigned", {
      providerName: "SAML",
      config: { metadata: signed },
    }).id,
  });
  const warningsIn = (stdout: string) =>
    (stdout.split("Diagnostics:")[1] ?? "").match(/warning: .*?: config\.\w+: .{20}/g)?.sort();
  const secret = 'warning: SSO connector "acme": config.clientSecret: has white space at i';
  const certificate = 'warning: SSO connector "globex": config.metadata: the signing certific';

  const stack = await stackOf(logto, acme("/acme/"));
  const { stdout } = await stack.preview();
  const slash = 'warning: SSO connector "acme": config.issuer: ends with a slash: L';
  const unsigned = 'warning: SSO connector "unsigned": config.metadata: asks for signed requ';
  expect(warningsIn(stdout)).toEqual([secret, slash, certificate, unsigned]);

  await stack.up();
  await stack.writeProgram(acme("/acme"));
  const changed = await stack.preview();
  const { id } = logto.named("acme");
  const issuer = `warning: SSO connector "acme" (${id}): config.issuer: the issuer changes f`;
  expect(warningsIn(changed.stdout)).toEqual([issuer, secret, certificate]);
  expect(stdout + changed.stdout).not.toContain("canary");
});

test("a preview says what an attribute mapping and a logo come to at sign-in", async () => {
  type Mapping = Record<string, string>;
  const acme = (attributeMapping: Mapping, logo?: string) => () => ({
    acme: new logtoSso.SsoConnector("acme", {
      providerName: "AzureAD",
      branding: { logo },
      config: { metadataUrl: `${logto.idp}/saml/metadata`, attributeMapping },
    }).id,
  });
  const stack = await stackOf(logto, acme({ email: "nameID" }));
  const refused = (await stack.preview([], { mayFail: true })).stdout;
  expect(refused).toContain('copies the attribute "nameID" to both id (by default) and email');
  expect(refused).toContain('such as { id: "ANOTHER_ATTRIBUTE", email: "nameID" }');

  await stack.writeProgram(acme({ name: "email" }, "http://cdn.acme.com/logo.png"));
  const { stdout } = await stack.up();
  const begin = 'warning: SSO connector "acme": ';
  expect(stdout).toContain(`${begin}config.attributeMapping: copies the attribute "email" to both email`);
  expect(stdout).toContain(
    `${begin}branding.logo: begins with http:, and the sign-in page loads images with https:`,
  );

  await stack.writeProgram(acme({ id: "uid" }));
  const changed = await stack.preview();
  expect(changed.stdout).toContain('the attribute of the users\' ID changes from "nameID" to "uid"');
  expect(changed.stdout).not.toContain("copies the attribute");
});

test("a mapping that is known only in the update gets its verdict there", async () => {
  const stack = await stackOf(logto, () => {
    const { id } = new logtoSso.SsoConnector("first", { providerName: "Okta" });
    new logtoSso.SsoConnector("second", {
      providerName: "SAML",
      config: {
        metadataUrl: `${logto.idp}/saml/metadata`,
        attributeMapping: { email: id.apply(() => "nameID") },
      },
    });
    return {};
  });
  expect((await stack.preview()).stdout).not.toContain("copies the attribute");
  expect((await stack.up([], { mayFail: true })).stdout).toContain(
    'copies the attribute "nameID" to both id (by default) and email',
  );
});

test("a preview refuses an address to which no browser can be sent", async () => {
  const program = (address: string) => () => {
    const { id: connectorId } = new logtoSso.SsoConnector("acme", { providerName: "SAML" });
    new logtoSso.SsoConnectorIdpInitiatedAuth("acme", {
      connectorId,
      autoSendAuthorizationRequest: false,
      defaultApplicationId: "app",
      clientIdpInitiatedAuthCallbackUri: address,
    });
    return {};
  };
  const stack = await stackOf(logto, program("localhost:3000/sso"));
  expect((await stack.preview([], { mayFail: true })).stdout).toContain(
    "must be a whole address, with its scheme",
  );
  await stack.writeProgram(program("myapp://start"));
  await stack.preview();
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
