/**
 * The module that Pulumi's dynamic provider host loads. The state of every user's stack names this module and its exports
 * (`require("pulumi-logto-sso/provider").ssoConnector`), so both stay for good.
 */
import { dynamicProviders } from "./dynamic/host";

export const {
  ssoConnector,
  ssoConnectorConfig,
  samlSigningKey,
  organizationSsoConnector,
  ssoConnectorIdpInitiatedAuth,
  singleSignOn,
  organization,
  organizationJitRoles,
  organizationJitEmailDomains,
} = dynamicProviders();
