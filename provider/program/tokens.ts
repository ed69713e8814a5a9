/** What the state of every user's stack names. It never changes. */

/** How the engine names a kind of resource, and how Pulumi's dynamic host loads its lifecycle. */
export interface ResourceToken {
  readonly type: string;
  /**
   * Written out rather than serialized from a class, which would put several kB of code into each resource's state and
   * freeze it there.
   */
  readonly loader: string;
}

export const tokens = {
  ssoConnector: {
    type: "pulumi-nodejs:dynamic/logto:SsoConnector",
    loader: 'exports.handler = () => require("pulumi-logto-sso/provider").ssoConnector;',
  },
  ssoConnectorConfig: {
    type: "pulumi-nodejs:dynamic/logto:SsoConnectorConfig",
    loader: 'exports.handler = () => require("pulumi-logto-sso/provider").ssoConnectorConfig;',
  },
  samlSigningKey: {
    type: "pulumi-nodejs:dynamic/logto:SamlSigningKey",
    loader: 'exports.handler = () => require("pulumi-logto-sso/provider").samlSigningKey;',
  },
  organizationSsoConnector: {
    type: "pulumi-nodejs:dynamic/logto:OrganizationSsoConnector",
    loader: 'exports.handler = () => require("pulumi-logto-sso/provider").organizationSsoConnector;',
  },
} as const satisfies Record<string, ResourceToken>;
