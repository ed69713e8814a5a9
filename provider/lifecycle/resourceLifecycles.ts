/** What each resource does, for the front ends. */
import type { ResourceKey } from "../connector/resources";
import type { Lifecycle, ResourceLifecycle, Run } from "./lifecycle";
import { organizationSsoConnectorLifecycle } from "./organizationSsoConnector";
import { OwnedObjects, withOwnership } from "./ownership";
import { samlSigningKeyLifecycle } from "./samlSigningKey";
import type { Session } from "./session";
import { singleSignOnLifecycle } from "./singleSignOn";
import { ssoConnectorLifecycle } from "./ssoConnector";
import { ssoConnectorConfigLifecycle } from "./ssoConnectorConfig";
import { ssoConnectorIdpInitiatedAuthLifecycle } from "./ssoConnectorIdpInitiatedAuth";
import { withTenant } from "./recordedTenant";

const lifecycles: Readonly<Record<ResourceKey, (run: Run) => ResourceLifecycle>> = {
  ssoConnector: ssoConnectorLifecycle,
  ssoConnectorConfig: ssoConnectorConfigLifecycle,
  samlSigningKey: samlSigningKeyLifecycle,
  organizationSsoConnector: organizationSsoConnectorLifecycle,
  ssoConnectorIdpInitiatedAuth: ssoConnectorIdpInitiatedAuthLifecycle,
  singleSignOn: singleSignOnLifecycle,
};

/** Returns what a resource does in the run of a session; one lifecycle for all resources of the kind. */
export function lifecycleOf(key: ResourceKey, session: Session): Lifecycle {
  const objects = new OwnedObjects();
  const own = lifecycles[key](runOf(session, objects));
  // The owner comes first: what another resource represents is not looked for in its tenant.
  return withOwnership(withTenant(own, session), objects, session);
}

function runOf(session: Session, objects: OwnedObjects): Run {
  return {
    terms: session.terms,
    recordSeen: (id) => {
      objects.recordSeen(id);
    },
    isReplaced: (id) => objects.isDeclared(id),
    notify: (text, kind) => {
      session.notify(text, kind);
    },
    createdConnector: (client) => {
      session.createdConnector(client);
    },
    declareSingleSignOn: (enabled) => {
      session.declareSingleSignOn(enabled);
    },
  };
}
