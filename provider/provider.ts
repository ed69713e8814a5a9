/**
 * What Pulumi's dynamic provider host loads. The state of every user's stack names this module and its exports
 * (`require("pulumi-logto-sso/provider").ssoConnector`), so both stay for good.
 */
import { dynamicProvider, Session } from "./lifecycle/host";
import { organizationSsoConnectorLifecycle } from "./lifecycle/organizationSsoConnector";
import { samlSigningKeyLifecycle } from "./lifecycle/samlSigningKey";
import { ssoConnectorLifecycle } from "./lifecycle/ssoConnector";
import { ssoConnectorConfigLifecycle } from "./lifecycle/ssoConnectorConfig";

const session = new Session();

export const ssoConnector = dynamicProvider(session, ssoConnectorLifecycle);
export const ssoConnectorConfig = dynamicProvider(session, ssoConnectorConfigLifecycle);
export const samlSigningKey = dynamicProvider(session, samlSigningKeyLifecycle);
export const organizationSsoConnector = dynamicProvider(session, organizationSsoConnectorLifecycle);
