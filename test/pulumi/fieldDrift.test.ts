/** What `pulumi refresh` shows of drift: each field at its path, and nothing of equivalent values. */
import * as logtoSso from "pulumi-logto-sso";
import { allProviders } from "../allProviders";
import { editsOf } from "../fieldEdits";
import { certificate, type Logto } from "../logto";
import { driftOf, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const linesOf = (lineBreak: string) =>
  certificate.replaceAll(/-----.*-----|\n/g, "").replaceAll(/.{64}/g, `$&${lineBreak}`);

test("values that mean the same to Logto are no drift, and each other field is reported at its path", async () => {
  const program = (lineBreak: string) => () => {
    const { manual, ...others } = allProviders(logto);
    const config = { ...(manual?.config as object), x509Certificate: linesOf(lineBreak) };
    for (const [name, args] of Object.entries({ ...others, manual: { ...manual, config } }))
      new logtoSso.SsoConnector(name, args as unknown as logtoSso.SsoConnectorArgs);
    return {};
  };
  const stack = await stackOf(logto, program("\n"));
  await stack.up();
  await stack.writeProgram(program("\r\n"));
  await stack.pulumi(["preview", "--expect-no-changes"]);

  const [oidc, okta] = [logto.named("oidc"), logto.named("okta")];
  logto.named("manual").config.x509Certificate = linesOf("\r\n");
  oidc.domains.reverse();
  oidc.config = Object.fromEntries(Object.entries(oidc.config).reverse());
  delete okta.config.trustUnverifiedEmail;
  okta.config.scope = "";
  okta.branding.darkLogo = "";
  // Added by a newer Logto.
  Object.assign(okta.config, { pkce: false });
  const none = await driftOf(stack);
  expect(none.stdout).not.toMatch(/[~+-] (domains|config|branding)/);
  expect(none.code).toBe(0);

  const edited = new Map<string, string[]>();
  for (const row of logto.connectors.rows.values()) {
    const edits = editsOf(row, logto.idp);
    for (const { edit } of edits) edit(row);
    edited.set(
      row.id,
      edits.map(({ path }) => path),
    );
  }
  const { code, stdout } = await driftOf(stack);
  expect(code).toBe(7);
  expect(stdout).not.toContain("canary");
  for (const [id, paths] of edited) {
    const [, shown = ""] = stdout.split(`[id=${id}]`);
    const [ofConnector = ""] = shown.split("(update)");
    for (const path of paths) expect(ofConnector).toMatch(new RegExp(`[~+-] ${path}\\b`));
  }
  expect(stdout.match(/\(update\)/g)).toHaveLength(edited.size);
});
