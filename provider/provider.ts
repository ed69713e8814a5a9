/**
 * What Pulumi's dynamic provider host loads. The state of every user's stack names this module and its exports
 * (`require("pulumi-logto-sso/provider").ssoConnector`), so both stay for good.
 */
import { dynamicProvider, Session } from "./lifecycle/host";
import { ssoConnectorLifecycle } from "./lifecycle/ssoConnector";

const session = new Session();

export const ssoConnector = dynamicProvider(session, ssoConnectorLifecycle);
