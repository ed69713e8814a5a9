/** The exports for Pulumi programs. They load neither HTTP nor validation, which run in Pulumi's dynamic host. */
export type { ProviderName } from "./connector/identityProviders";
export type {
  AttributeMapping,
  AttributeMappingArgs,
  Branding,
  BrandingArgs,
  Config,
  ConfigArgs,
  GoogleWorkspaceConfig,
  GoogleWorkspaceConfigArgs,
  OidcConfig,
  OidcConfigArgs,
  SamlConfig,
  SamlConfigArgs,
} from "./program/args";
export {
  getSsoConnector,
  type GetSsoConnectorArgs,
  getSsoConnectorOutput,
  type GetSsoConnectorOutputArgs,
  getSsoConnectorProviders,
  getSsoConnectorProvidersOutput,
  type GetSsoConnectorProvidersResult,
  type GetSsoConnectorResult,
  getSsoConnectors,
  getSsoConnectorsOutput,
  type GetSsoConnectorsResult,
  type SsoConnectorProvider,
} from "./program/lookups";
export { Provider, type ProviderArgs } from "./program/explicitProvider";
export * from "./program/classes";
