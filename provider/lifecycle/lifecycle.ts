/** The calls for each resource, as the front ends make them. */
import type { ResourceKey } from "../connector/resources";
import { organization } from "./organization";
import { organizationJitEmailDomains } from "./organizationJitEmailDomains";
import { organizationJitRoles } from "./organizationJitRoles";
import { organizationSsoConnector } from "./organizationSsoConnector";
import { OwnedLifecycle } from "./ownedLifecycle";
import { OwnedObjects } from "./ownedObjects";
import { samlSigningKey } from "./samlSigningKey";
import type { Session } from "./session";
import { singleSignOn } from "./singleSignOn";
import { ssoConnector } from "./ssoConnector";
import { ssoConnectorConfig } from "./ssoConnectorConfig";
import { ssoConnectorIdpInitiatedAuth } from "./ssoConnectorIdpInitiatedAuth";
import type { VerbTable } from "./tableLifecycle";

const verbs: VerbTable = {
  ssoConnector,
  ssoConnectorConfig,
  samlSigningKey,
  organizationSsoConnector,
  ssoConnectorIdpInitiatedAuth,
  singleSignOn,
  organization,
  organizationJitRoles,
  organizationJitEmailDomains,
};

/** The calls for all resources of one kind in a run: owned, in their tenant, as their table describes them. */
export class Lifecycle extends OwnedLifecycle {
  constructor(key: ResourceKey, session: Session) {
    super(key, verbs, { session, objects: new OwnedObjects() });
  }
}
