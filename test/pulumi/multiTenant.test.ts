/** `OrganizationSsoConnector`, and the example with customers in several tenants, with the real CLI. */
import { type Logto, startLogto } from "../logto";
import { driftOf, eachWithLogto, example, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const program = (organizationId: string, connectorId: string) => ({
  js: `const logto = require("pulumi-logto-sso");
    new logto.OrganizationSsoConnector("link", { organizationId: "${organizationId}", connectorId: "${connectorId}" });`,
});

test("a link is created, created again after it was removed in Logto, moved and deleted; other links are not touched", async () => {
  const [acme, globex] = [logto.organizations.make("Acme"), logto.organizations.make("Globex")];
  const rows = ["one", "two"].map((connectorName) =>
    logto.connectors.insert({ providerName: "OIDC", connectorName }),
  );
  const [one = "", two = ""] = rows.map(({ id }) => id);
  logto.organizations.add(acme, [two]);
  const stack = await stackOf(logto, program(acme, one));
  logto.faults.arm("reset after", { method: "POST", path: /jit/ });
  await stack.up();
  expect(logto.organizations.linked(acme)).toEqual([two, one]);
  await stack.up(["--refresh", "--expect-no-changes"]);

  logto.organizations.remove(acme, one);
  expect((await driftOf(stack)).code).toBe(7);
  await stack.up(["--refresh"]);
  expect(logto.organizations.linked(acme)).toEqual([two, one]);

  await stack.writeProgram(program(globex, one));
  await stack.up();
  expect([logto.organizations.linked(acme), logto.organizations.linked(globex)]).toEqual([[two], [one]]);

  // The link is already gone, as when it or its organization is deleted in the console.
  logto.organizations.remove(globex, one);
  await stack.writeProgram({ js: "" });
  await stack.up();
  expect(logto.organizations.linked(acme)).toEqual([two]);
});

test("an organization or connector that does not exist is an error that says so", async () => {
  const acme = logto.organizations.make("Acme");
  const stack = await stackOf(logto, program(acme, "unknown"));
  const { code, stdout } = await stack.up([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toMatch(
    new RegExp(
      `Could not create just-in-time link of an organization to an SSO connector \\(${acme}/unknown\\): .*The organization or the connector does not exist`,
    ),
  );
  await stack.writeProgram({
    js: `const logto = require("pulumi-logto-sso");
      logto.OrganizationSsoConnector.get("link", "${acme}");`,
  });
  expect((await stack.up([], { mayFail: true })).stdout).toContain(
    "the format is ORGANIZATION_ID/CONNECTOR_ID",
  );
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
