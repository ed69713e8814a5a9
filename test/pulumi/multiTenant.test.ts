/** The example with customers in several tenants, with the real CLI. */
import { type Logto, startLogto } from "../logto";
import { eachWithLogto, example, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

test("examples/multi-tenant declares the same customers in two tenants, linked to their organizations", async () => {
  const other = await startLogto({ applications: [{ id: "m2m-other", secret: "canary-other" }] });
  try {
    const acme = logto.organizations.make("Acme");
    const tenants = {
      production: { endpoint: logto.url, clientId: "m2m", organizations: { acme } },
      staging: { endpoint: other.url, clientId: "m2m-other", organizations: {} },
    };
    const customers = Object.fromEntries(
      ["acme", "globex"].map((name) => [
        name,
        { issuer: `${logto.idp}/${name}`, clientId: name, domains: [`${name}.com`] },
      ]),
    );
    const stack = await stackOf(logto, example("multi-tenant"), {
      config: {
        "logto-sso-multi-tenant:tenants": JSON.stringify(tenants),
        "logto-sso-multi-tenant:customers": JSON.stringify(customers),
        "logto-sso-multi-tenant:tenantSecrets": {
          secret: JSON.stringify({ production: "canary-m2m", staging: "canary-other" }),
        },
        "logto-sso-multi-tenant:customerSecrets": {
          secret: JSON.stringify({ acme: "canary-acme", globex: "canary-globex" }),
        },
      },
    });
    await stack.up();
    for (const { url, connectors } of [logto, other]) {
      const rows = [...connectors.rows.values()].sort((a, b) =>
        a.domains.join().localeCompare(b.domains.join()),
      );
      expect(rows).toMatchObject([
        { connectorName: "acme", config: { clientSecret: "canary-acme" }, domains: ["acme.com"] },
        { connectorName: "globex", config: { clientSecret: "canary-globex" }, domains: ["globex.com"] },
      ]);
      const { redirectUris } = (await stack.outputs()) as { redirectUris: Record<string, unknown> };
      expect(Object.values(redirectUris)).toContainEqual({
        acme: `${url}/callback/${rows[0]?.id}`,
        globex: `${url}/callback/${rows[1]?.id}`,
      });
    }
    expect(logto.organizations.linked(acme)).toEqual([logto.named("acme").id]);
    await stack.up(["--refresh", "--expect-no-changes"]);
    await stack.destroy();
    expect([logto.connectors.rows.size, other.connectors.rows.size]).toEqual([0, 0]);
  } finally {
    await other.close();
  }
});
