export {
  configFields,
  identityProviders as providers,
  isProviderName,
  isSecretConfigKey,
  type ProviderName,
  providerNames,
} from "./identityProviders";
export { connectorInputs as connectorFields } from "./resources";
export type { Fields } from "./field";
