/** The example with customers in several tenants, with the real CLI. */
import { signIn } from "../signIn";
import { type Logto, startLogto } from "../logto";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { eachWithLogto, example, stackOf } from "../tenant";

let oidc: OidcProvider;
beforeAll(async () => {
  oidc = await startOidcProvider();
});
afterAll(() => oidc.close());

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
      staging: { endpoint: other.url, clientId: "m2m-other" },
    };
    // The redirect URIs are registered later, since they contain the IDs of the connectors.
    const clients = {
      acme: await oidc.register(["https://acme.com"]),
      globex: await oidc.register(["https://globex.com"]),
    };
    const customer = (name: keyof typeof clients) => ({
      issuer: oidc.issuer,
      clientId: clients[name].client_id,
      domains: [`${name}.com`],
    });
    const customers = { acme: customer("acme"), globex: customer("globex") };
    const stack = await stackOf(logto, example("multi-tenant"), {
      config: {
        // null, as YAML has a key without a value.
        tenants: { object: { ...tenants, staging: { organizations: null } } },
        customers: { object: { ...customers, acme: null } },
        "tenantSecrets:production": { secret: "canary-m2m" },
      },
    });
    const incomplete = await stack.preview([], { mayFail: true });
    expect(incomplete.stdout.match(/pulumi config set .*/g)).toEqual([
      "pulumi config set --path tenants.staging.endpoint",
      "pulumi config set --path tenants.staging.clientId",
      "pulumi config set --secret tenantSecrets:staging",
      "pulumi config set --path customers.acme.issuer",
      "pulumi config set --path customers.acme.clientId",
      "pulumi config set --path 'customers.acme.domains[0]'",
      "pulumi config set --secret customerSecrets:acme",
      "pulumi config set --secret customerSecrets:globex",
    ]);
    const values = {
      "tenants.staging.endpoint": tenants.staging.endpoint,
      "tenants.staging.clientId": tenants.staging.clientId,
      "customers.acme.issuer": customers.acme.issuer,
      "customers.acme.clientId": customers.acme.clientId,
      "customers.acme.domains[0]": "acme.com",
    };
    const secrets = {
      "tenantSecrets:staging": "canary-other",
      "customerSecrets:acme": clients.acme.client_secret,
      "customerSecrets:globex": clients.globex.client_secret,
    };
    const flags = (flag: string, set: Record<string, string>) =>
      Object.entries(set).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    await stack.pulumi([
      "config",
      "set-all",
      "--path",
      ...flags("--plaintext", values),
      ...flags("--secret", secrets),
    ]);
    await stack.up();
    const { redirectUris } = (await stack.outputs()) as {
      redirectUris: Record<string, Record<keyof typeof clients, string>>;
    };
    for (const name of ["acme", "globex"] as const) {
      const uris = Object.values(redirectUris).map((ofTenant) => ofTenant[name]);
      await oidc.register(uris, clients[name]);
    }
    for (const tenant of [logto, other]) {
      const { url, connectors } = tenant;
      const rows = [...connectors.rows.values()].sort((a, b) =>
        a.domains.join().localeCompare(b.domains.join()),
      );
      expect(rows).toMatchObject([
        { connectorName: "acme", domains: ["acme.com"] },
        { connectorName: "globex", domains: ["globex.com"] },
      ]);
      expect(Object.values(redirectUris)).toContainEqual({
        acme: `${url}/callback/${rows[0]?.id}`,
        globex: `${url}/callback/${rows[1]?.id}`,
      });
      tenant.signInExperience.singleSignOnEnabled = true;
      for (const { id, domains } of rows) {
        const email = `user@${domains.join()}`;
        expect(await signIn(tenant, email)).toMatchObject({ connectorId: id, email });
      }
    }
    expect(logto.organizations.linked(acme)).toEqual([logto.named("acme").id]);
    await stack.up(["--refresh", "--expect-no-changes"]);
    await stack.destroy();
    expect([logto.connectors.rows.size, other.connectors.rows.size]).toEqual([0, 0]);
  } finally {
    await other.close();
  }
});
