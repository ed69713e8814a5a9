/** `logto-sso import` in a tenant in which an identity provider hangs. */
import { logtoSso } from "./commands";
import type { Stack } from "./engine";
import type { Logto } from "./logto";
import { accessTo, eachWithLogto, stackOf } from "./tenant";
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
test("one identity provider that hangs does not keep the others from being imported", async () => {
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
  expect(missing.stderr).toContain("Or it is among those that can't be read now");
  const { code, stdout, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect(stdout).toContain(`acme  ${id}  Acme`);
  expect(stderr).toContain("Logto can't list 1 SSO connector");
  expect(code).toBe(1);
  await stack.preview(["--expect-no-changes"]);
});
