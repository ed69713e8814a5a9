import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

interface Tenant {
  endpoint: string;
  clientId: string;
  /** The organization of each customer in this tenant, by the customer's name: its users become members of it. */
  organizations: Record<string, string | undefined>;
}
interface Customer {
  issuer: string;
  clientId: string;
  domains: string[];
}
const tenants = config.requireObject<Record<string, Tenant>>("tenants");
const customers = config.requireObject<Record<string, Customer>>("customers");
const tenantSecrets = config.requireSecretObject<Record<string, string>>("tenantSecrets");
const customerSecrets = config.requireSecretObject<Record<string, string>>("customerSecrets");

const secretOf = (secrets: pulumi.Output<Record<string, string>>, name: string) =>
  secrets.apply((all) => {
    const secret = all[name];
    if (secret === undefined) throw new pulumi.RunError(`The config has no secret of ${name}.`);
    return secret;
  });

/** The redirect URIs to register at the customers' identity providers, by tenant and customer. */
export const redirectUris = Object.fromEntries(
  Object.entries(tenants).map(([tenant, { endpoint, clientId, organizations }]) => {
    const provider = new logto.Provider(tenant, {
      endpoint,
      clientId,
      clientSecret: secretOf(tenantSecrets, tenant),
    });
    const uris = Object.entries(customers).map(([customer, { domains, ...client }]) => {
      const name = `${tenant}-${customer}`;
      const connector = new logto.SsoConnector(
        name,
        {
          providerName: "OIDC",
          connectorName: customer,
          config: { ...client, clientSecret: secretOf(customerSecrets, customer) },
          domains,
        },
        { provider },
      );
      const organizationId = organizations[customer];
      if (organizationId !== undefined) {
        new logto.OrganizationSsoConnector(name, { organizationId, connectorId: connector.id }, { provider });
      }
      return [customer, connector.redirectUri] as const;
    });
    return [tenant, Object.fromEntries(uris)];
  }),
);
