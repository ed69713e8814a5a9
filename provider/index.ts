/** What a Pulumi program imports. It loads neither HTTP nor validation: those run in Pulumi's dynamic host. */
export type { ProviderName } from "./connector/fields";
export type {
  Branding,
  GoogleWorkspaceConfig,
  OidcConfig,
  SamlConfig,
  SsoConnectorArgs,
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
export { Provider, type ProviderArgs } from "./program/provider";
export type { LookupOptions } from "./program/tenant";
export { SsoConnector } from "./program/ssoConnector";
