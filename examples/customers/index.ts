import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";
import { readCustomers } from "./customers";

const customers = readCustomers("customers");

/** By customer. They are never in the customers' files, but in the stack config or in Pulumi ESC. */
const clientSecrets = (
  new pulumi.Config().getSecretObject<Record<string, string>>("clientSecrets") ?? pulumi.output({})
).apply((secrets: Record<string, string>) => {
  const missing = Object.keys(customers).filter((name) => needsSecret(name) && !Object.hasOwn(secrets, name));
  if (missing.length === 0) return secrets;
  const what = (name: string) =>
    `customers/${name}.yaml: the client secret is not set: pulumi config set --secret --path clientSecrets.${name}`;
  throw new pulumi.RunError(missing.map(what).join("\n"));
});

function needsSecret(name: string): boolean {
  return customers[name]?.config?.clientId !== undefined;
}

/** To register at each customer's identity provider. */
export const urls = Object.fromEntries(
  Object.entries(customers).map(([name, { organizationId, config, ...customer }]) => {
    const connector = new logto.SsoConnector(name, {
      ...customer,
      config: needsSecret(name)
        ? { ...config, clientSecret: clientSecrets.apply((secrets) => secrets[name]) }
        : config,
    } as logto.SsoConnectorArgs);
    if (organizationId !== undefined) {
      new logto.OrganizationSsoConnector(name, { organizationId, connectorId: connector.id });
    }
    const { redirectUri, assertionConsumerServiceUrl, spEntityId } = connector;
    return [name, { redirectUri, assertionConsumerServiceUrl, spEntityId }];
  }),
);
