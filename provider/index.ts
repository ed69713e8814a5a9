/** What a Pulumi program imports. It loads neither HTTP nor validation: those run in Pulumi's dynamic host. */
export type { ProviderName } from "./connector/fields";
export type {
  Branding,
  GoogleWorkspaceConfig,
  LookupOptions,
  OidcConfig,
  OrganizationSsoConnectorArgs,
  SamlConfig,
  SamlSigningKeyArgs,
  SsoConnectorArgs,
  SsoConnectorConfigArgs,
} from "./program/args";
export {
  getSsoConnector,
  type GetSsoConnectorArgs,
  getSsoConnectorProviders,
  getSsoConnectors,
  type SsoConnectorLookup,
  type SsoConnectorProviderResult,
  type SsoConnectorResult,
  type SsoConnectorSummary,
} from "./program/lookups";
export { OrganizationSsoConnector } from "./program/organizationSsoConnector";
export { Provider, type ProviderArgs } from "./program/provider";
export { SamlSigningKey } from "./program/samlSigningKey";
export { SsoConnector } from "./program/ssoConnector";
export { SsoConnectorConfig } from "./program/ssoConnectorConfig";
