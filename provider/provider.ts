/**
 * What Pulumi's dynamic provider host loads. The state of every user's stack names this module and its exports
 * (`require("pulumi-logto-sso/provider").ssoConnector`), so both stay for good.
 */
import type { ResourceKey } from "./connector/resources";
import { dynamicProvider, show } from "./dynamic/host";
import { lifecycleOf } from "./lifecycle/resourceLifecycles";
import { Session } from "./lifecycle/session";

const session = new Session(show);
const provide = (key: ResourceKey) => dynamicProvider(session, lifecycleOf(key, session));

export const ssoConnector = provide("ssoConnector");
export const ssoConnectorConfig = provide("ssoConnectorConfig");
export const samlSigningKey = provide("samlSigningKey");
export const organizationSsoConnector = provide("organizationSsoConnector");
export const ssoConnectorIdpInitiatedAuth = provide("ssoConnectorIdpInitiatedAuth");
export const singleSignOn = provide("singleSignOn");
