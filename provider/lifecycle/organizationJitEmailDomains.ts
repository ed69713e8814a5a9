/** `OrganizationJitEmailDomains`. Its ID is the organization's. */
import { OrganizationSet } from "./organizationSet";

export const organizationJitEmailDomains = new OrganizationSet("emailDomains", {
  list: ({ organizations }, organizationId) => organizations.jitEmailDomains(organizationId),
  replace: ({ organizations }, organizationId, domains) =>
    organizations.setJitEmailDomains(organizationId, domains),
  onCheck: (domains, { session }) => {
    session.declareJitEmailDomains(domains);
  },
});
