/** Signed SAML requests, `config.signAuthnRequest`, with the real CLI. */
import * as logtoSso from "pulumi-logto-sso";
import type { InlineProgram } from "../engine";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

/** A connector whose requests are signed, and one whose config is a resource of its own. */
const program =
  (domains: string[]): InlineProgram =>
  () => {
    const config = { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest: true };
    const whole = new logtoSso.SsoConnector("whole", { providerName: "SAML", config, domains });
    const split = new logtoSso.SsoConnector("split", { providerName: "SAML", domains });
    const splitConfig = new logtoSso.SsoConnectorConfig("split", {
      connectorId: split.id,
      providerName: "SAML",
      config,
    });
    return { whole: whole.signingCertificate, split: splitConfig.signingCertificate };
  };

/** The certificates of the active keys in Logto. */
const certificates = () =>
  Object.fromEntries(
    ["whole", "split"].map((name) => {
      const keys = logto.signingKeys.of(logto.named(name).id);
      return [name, keys.find(({ active }) => active)?.certificate];
    }),
  );

test("the certificate is an output of the up that makes Logto sign, stays known, and follows the console", async () => {
  const stack = await stackOf(logto, program([]));
  await stack.up();
  expect(await stack.outputs()).toEqual(certificates());

  await stack.writeProgram(program(["acme.com"]));
  const { stdout } = await stack.preview(["--diff"]);
  expect(stdout).toContain('+ [0]: "acme.com"');
  expect(stdout).not.toContain("unknown");
  await stack.up();
  expect(await stack.outputs()).toEqual(certificates());

  const { whole } = certificates();
  await logto.signingKeys.make(logto.named("whole").id, true);
  await stack.up(["--refresh"]);
  expect(await stack.outputs()).toEqual(certificates());
  expect(certificates().whole).not.toBe(whole);
});
