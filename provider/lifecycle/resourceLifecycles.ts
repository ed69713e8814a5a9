/** What each resource does, for the front ends. */
import type { ResourceKey } from "../connector/resources";
import { withIdentity } from "./identity";
import type { Lifecycle, ResourceLifecycle } from "./lifecycle";
import { organizationSsoConnectorLifecycle } from "./organizationSsoConnector";
import { samlSigningKeyLifecycle } from "./samlSigningKey";
import type { Session } from "./session";
import { singleSignOnLifecycle } from "./singleSignOn";
import { ssoConnectorLifecycle } from "./ssoConnector";
import { ssoConnectorConfigLifecycle } from "./ssoConnectorConfig";
import { ssoConnectorIdpInitiatedAuthLifecycle } from "./ssoConnectorIdpInitiatedAuth";

const lifecycles: Readonly<Record<ResourceKey, ResourceLifecycle>> = {
  ssoConnector: ssoConnectorLifecycle,
  ssoConnectorConfig: ssoConnectorConfigLifecycle,
  samlSigningKey: samlSigningKeyLifecycle,
  organizationSsoConnector: organizationSsoConnectorLifecycle,
  ssoConnectorIdpInitiatedAuth: ssoConnectorIdpInitiatedAuthLifecycle,
  singleSignOn: singleSignOnLifecycle,
};

export function lifecycleOf(key: ResourceKey, session: Session): Lifecycle {
  return withIdentity(lifecycles[key], session);
}
