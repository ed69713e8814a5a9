/**
 * What Pulumi's dynamic provider host loads. The state of every user's stack names this module and its exports
 * (`require("pulumi-logto-sso/provider").ssoConnector`), so both stay for good.
 */
import { dynamicProvider } from "./dynamic/host";
import { withIdentity } from "./lifecycle/identity";
import type { ResourceLifecycle } from "./lifecycle/lifecycle";
import { organizationSsoConnectorLifecycle } from "./lifecycle/organizationSsoConnector";
import { samlSigningKeyLifecycle } from "./lifecycle/samlSigningKey";
import { Session } from "./lifecycle/session";
import { singleSignOnLifecycle } from "./lifecycle/singleSignOn";
import { ssoConnectorLifecycle } from "./lifecycle/ssoConnector";
import { ssoConnectorConfigLifecycle } from "./lifecycle/ssoConnectorConfig";
import { ssoConnectorIdpInitiatedAuthLifecycle } from "./lifecycle/ssoConnectorIdpInitiatedAuth";

const session = new Session();
const provide = (lifecycle: ResourceLifecycle) => dynamicProvider(session, withIdentity(lifecycle, session));

export const ssoConnector = provide(ssoConnectorLifecycle);
export const ssoConnectorConfig = provide(ssoConnectorConfigLifecycle);
export const samlSigningKey = provide(samlSigningKeyLifecycle);
export const organizationSsoConnector = provide(organizationSsoConnectorLifecycle);
export const ssoConnectorIdpInitiatedAuth = provide(ssoConnectorIdpInitiatedAuthLifecycle);
export const singleSignOn = provide(singleSignOnLifecycle);
