/** `OrganizationJitEmailDomains`. Its ID is the organization's. */
import type { Resources } from "../connector/resources";
import { createSet, type OrganizationSet, readSet, updateSet } from "./organizationSet";
import type { Verbs } from "./tableLifecycle";

const set: OrganizationSet = {
  key: "emailDomains",
  list: (client, organizationId) => client.organizations.jitEmailDomains(organizationId),
  replace: (client, organizationId, domains) =>
    client.organizations.setJitEmailDomains(organizationId, domains),
};

export const organizationJitEmailDomains: Verbs<Resources["organizationJitEmailDomains"]> = {
  onCheck({ emailDomains }, { session }) {
    if (!Array.isArray(emailDomains)) return;
    session.declareJitEmailDomains(emailDomains.filter((domain) => typeof domain === "string"));
  },
  create: (client, { organizationId, emailDomains: elements }, run, { adopt = false }) =>
    createSet(client, set, { organizationId, elements }, run, adopt),
  read: (client, id, state) => readSet(client, set, id, state),
  update: (client, id, _state, { emailDomains }) => updateSet(client, set, id, emailDomains),
  delete: (client, id) => set.replace(client, id, []),
};
