import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";
import { type Customer, readCustomers } from "./customers";

// README.md has the commands that set what this program needs.
const customers = readCustomers("customers");

// They are never in the customers' files, but in the stack config or in Pulumi ESC.
const clientSecrets = new pulumi.Config("clientSecrets");

const needsSecret = ({ config }: Customer) => config?.clientId !== undefined;
const missing = [...customers].filter(
  ([name, customer]) => needsSecret(customer) && clientSecrets.getSecret(name) === undefined,
);
if (missing.length > 0) {
  const lines = missing.map(
    ([name]) =>
      `customers/${name}.yaml: the client secret is not set: pulumi config set --secret clientSecrets:${name}`,
  );
  throw new pulumi.RunError(lines.join("\n"));
}

/** @returns the ID of the customer's organization */
function declareOrganization(
  name: string,
  { roles, emailDomains, ...args }: NonNullable<Customer["organization"]>,
): pulumi.Output<string> {
  const { id: organizationId } = new logto.Organization(name, args);
  // An organization that is taken over gets what the file says, whatever it has.
  const adopt = args.adopt !== undefined;
  if (roles !== undefined) new logto.OrganizationJitRoles(name, { organizationId, roles, adopt });
  if (emailDomains !== undefined) {
    new logto.OrganizationJitEmailDomains(name, { organizationId, emailDomains, adopt });
  }
  return organizationId;
}

/** To register at each customer's identity provider. */
export const urls = Object.fromEntries(
  [...customers].map(([name, customer]) => {
    const { organization, config, ...others } = customer;
    const { organizationId = organization && declareOrganization(name, organization), ...args } = others;
    const clientSecret = clientSecrets.getSecret(name);
    const connector = new logto.SsoConnector(name, {
      ...args,
      config: needsSecret(customer) ? { ...config, clientSecret } : config,
    } as logto.SsoConnectorArgs);
    if (organizationId !== undefined) {
      new logto.OrganizationSsoConnector(name, { organizationId, connectorId: connector.id });
    }
    const { redirectUri, assertionConsumerServiceUrl, spEntityId } = connector;
    return [name, { redirectUri, assertionConsumerServiceUrl, spEntityId }];
  }),
);
