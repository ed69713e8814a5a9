/** A `pulumi up` that is killed: the next ones complete it, without losing or doubling a connector. */
import { connectorsOf } from "./connector";
import type { Deployment } from "./deployment";
import { type Program, secret } from "./program";
import { expectEqual, type Steps } from "./steps";
import type { TestedTenant } from "./testedTenant";

const count = 8;

/** @param idp the address of identity providers that answer below any path */
export async function checkInterruption(
  steps: Steps,
  deployment: Deployment,
  { api }: TestedTenant,
  idp: string,
): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `acceptance: killed ${index}`);
  const program: Program = {
    resources: Object.fromEntries(
      names.map((connectorName, index) => [
        `killed${index}`,
        {
          type: "SsoConnector",
          properties: {
            connectorName,
            providerName: "OIDC",
            config: { clientId: "client", clientSecret: secret("canary-config"), issuer: `${idp}/acme` },
          },
        },
      ]),
    ),
  };
  await steps.run(`kill pulumi up while it creates ${count} connectors, and run it again`, async () => {
    await deployment.killDuringUp(program, async () => {
      while ((await connectorsOf(api)).length === 0);
    });
    await deployment.recover();
    const inLogto = (await connectorsOf(api)).map(({ connectorName }) => connectorName);
    expectEqual(inLogto.sort(), names, "The connectors in Logto");
    await deployment.expectNoChanges();
    const drift = await deployment.logtoSso(["drift", "--fail-on", "changed,missing,unmanaged"]);
    expectEqual(drift.code, 0, `The exit code of logto-sso drift (${drift.stdout}${drift.stderr})`);
  });
  await steps.run("remove them from the program", async () => {
    await deployment.up({ resources: {} });
    expectEqual((await connectorsOf(api)).length, 0, "The number of connectors");
  });
}
