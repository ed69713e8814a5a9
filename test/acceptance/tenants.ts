/** Several tenants in one program, by explicit providers. */
import { ManagementApi, type TenantAccess } from "../managementApi";
import { connectorNamed, connectorsOf } from "./connector";
import type { Deployment } from "./deployment";
import { type Program, type Resource, secret } from "./program";
import { expectEqual, type Steps } from "./steps";
import type { TestedTenant } from "./testedTenant";

/** @param idp the address of identity providers that answer below any path */
export async function checkTenants(
  steps: Steps,
  deployment: Deployment,
  tenant: TestedTenant,
  others: readonly TenantAccess[],
  idp: string,
): Promise<void> {
  const all = [tenant.api, ...others.map((access) => new ManagementApi(access))];
  const connectorName = "acceptance: in each tenant";
  const resources = [tenant.access, ...others].flatMap(({ url, client }, index): [string, Resource][] => {
    const settings = { endpoint: url, clientId: client.id, clientSecret: secret(client.secret) };
    const config = { clientId: `of-${index}`, clientSecret: secret("canary-config"), issuer: `${idp}/acme` };
    const properties = { connectorName, providerName: "OIDC", config };
    return [
      [`tenant${index}`, { type: "Provider", properties: settings }],
      [`acme${index}`, { type: "SsoConnector", properties, options: { provider: `\${tenant${index}}` } }],
    ];
  });
  const program: Program = { resources: Object.fromEntries(resources) };
  await steps.run(`deploy one connector to each of ${all.length} tenants from one program`, async () => {
    await deployment.up(program);
    for (const [index, api] of all.entries()) {
      const { config } = await connectorNamed(api, connectorName);
      expectEqual(config.clientId, `of-${index}`, `The client ID at ${api.url}`);
    }
    await deployment.expectNoChanges();
  });
  await steps.run("drift in the last tenant is found there and repaired there", async () => {
    const last = all.at(-1) ?? tenant.api;
    const { id } = await connectorNamed(last, connectorName);
    await last.call("PATCH", `/sso-connectors/${id}`, { domains: ["by-hand.test"] });
    const { code, stdout } = await deployment.logtoSso(["drift", "--format", "json"]);
    expectEqual(code, 2, "The exit code of logto-sso drift");
    const { findings } = JSON.parse(stdout) as { findings: { class: string; tenant: string }[] };
    const changed = findings.filter((finding) => finding.class === "changed");
    expectEqual(
      changed.map((finding) => finding.tenant),
      [last.url],
      "The tenants that drifted",
    );
    await deployment.up(program, ["--refresh"]);
    expectEqual((await connectorNamed(last, connectorName)).domains, [], "The domains");
  });
  await steps.run("remove them from the program: none is left in any tenant", async () => {
    await deployment.up({ resources: {} });
    for (const api of all) expectEqual((await connectorsOf(api)).length, 0, `The connectors at ${api.url}`);
  });
}
