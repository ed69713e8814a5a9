/**
 * The URLs of a connector that are registered at the identity provider (Logto: sso/SamlConnector/utils.ts, and
 * packages/console/src/pages/EnterpriseSsoDetails for the redirect URI). Pure.
 */
import { identityProviders, isProviderName } from "./identityProviders";

export interface RegistrationUrls {
  readonly redirectUri?: string;
  readonly assertionConsumerServiceUrl?: string;
  readonly spEntityId?: string;
}

/**
 * Returns the URLs of a connector, by its protocol.
 *
 * @param address the base URL at which users sign in, without a trailing slash
 */
export function registrationUrls(providerName: string, id: string, address: string): RegistrationUrls {
  const isSaml = isProviderName(providerName) && identityProviders[providerName].protocol === "saml";
  if (!isSaml) return { redirectUri: `${address}/callback/${id}` };
  return {
    assertionConsumerServiceUrl: `${address}/api/authn/single-sign-on/saml/${id}`,
    spEntityId: `${address}/enterprise-sso/${id}`,
  };
}
