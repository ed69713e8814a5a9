import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

// README.md has the commands that set what this program needs.
const config = new pulumi.Config();
const tenantSecrets = new pulumi.Config("tenantSecrets");
const customerSecrets = new pulumi.Config("customerSecrets");

interface Tenant {
  endpoint: string;
  clientId: string;
  /** The organization of a customer in this tenant, by the customer's name: its users become members of it. */
  organizations?: Record<string, string> | null;
}
/** Further keys, such as `scope`, are passed on to the config of the connector. */
interface Customer {
  issuer: string;
  clientId: string;
  domains: string[];
}
const tenants = withoutNull(config.requireObject<Record<string, Tenant | null>>("tenants"));
const customers = withoutNull(config.requireObject<Record<string, Customer | null>>("customers"));

/** A key without a value is null in a YAML file. What is missing of it is listed below. */
function withoutNull<T>(entries: Record<string, T | null>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, value ?? ({} as T)]));
}

const needed = [
  ...Object.entries(tenants).flatMap(([name, { endpoint, clientId }]) => [
    { value: endpoint, key: `--path tenants.${name}.endpoint` },
    { value: clientId, key: `--path tenants.${name}.clientId` },
    { value: tenantSecrets.getSecret(name), key: `--secret tenantSecrets:${name}` },
  ]),
  ...Object.entries(customers).flatMap(([name, { issuer, clientId, domains }]) => [
    { value: issuer, key: `--path customers.${name}.issuer` },
    { value: clientId, key: `--path customers.${name}.clientId` },
    { value: domains, key: `--path 'customers.${name}.domains[0]'` },
    { value: customerSecrets.getSecret(name), key: `--secret customerSecrets:${name}` },
  ]),
];
const missing = needed.filter(({ value }) => !value).map(({ key }) => `pulumi config set ${key}`);
if (missing.length > 0) {
  throw new pulumi.RunError(`The stack config is incomplete. Set what is missing:\n${missing.join("\n")}`);
}

/** The redirect URIs to register at the customers' identity providers, by tenant and customer. */
export const redirectUris = Object.fromEntries(
  Object.entries(tenants).map(([tenant, { endpoint, clientId, organizations }]) => {
    const clientSecret = tenantSecrets.requireSecret(tenant);
    const provider = new logto.Provider(tenant, { endpoint, clientId, clientSecret });
    const uris = Object.entries(customers).map(([customer, { domains, ...client }]) => {
      const name = `${tenant}-${customer}`;
      const connector = new logto.SsoConnector(
        name,
        {
          providerName: "OIDC",
          connectorName: customer,
          config: { ...client, clientSecret: customerSecrets.requireSecret(customer) },
          domains,
        },
        { provider },
      );
      const organizationId = organizations?.[customer];
      if (organizationId !== undefined) {
        new logto.OrganizationSsoConnector(name, { organizationId, connectorId: connector.id }, { provider });
      }
      return [customer, connector.redirectUri] as const;
    });
    return [tenant, Object.fromEntries(uris)];
  }),
);
