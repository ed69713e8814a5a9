/** `logto-sso import` if one identity provider hangs. */
import { logtoSso } from "../runCli";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, stackOf } from "../tenant";
let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  stack = await stackOf(
    logto,
    { js: 'require("@pulumi/pulumi");\n' },
    { config: { ...accessTo(logto), "logto:timeoutSeconds": "2" } },
  );
});
test("the connectors of other identity providers are imported", async () => {
  const insert = (connectorName: string, issuer: string) =>
    logto.connectors.insert({
      providerName: "OIDC",
      connectorName,
      config: { clientId: "c", clientSecret: "canary", issuer },
    });
  const { id } = insert("Acme", `${logto.idp}/acme`);
  const hanging = insert("Hanging", `${logto.idp}/hangs/x`);
  const missing = await logtoSso(stack, ["import", "--id", hanging.id], { mayFail: true });
  expect([missing.code, missing.stdout]).toEqual([1, ""]);
  expect(missing.stderr).toContain("1 connector of the tenant could not be read");
  const { code, stdout, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect(stdout).toContain(`acme  ${id}  Acme`);
  expect(stderr).toContain("1 connector of the tenant could not be read");
  expect(code).toBe(1);
  await stack.preview(["--expect-no-changes"]);
});
