/** The organization of a customer, and what its members get just in time: each field, a take-over, and a sign-in. */
import type { ManagementApi } from "../managementApi";
import type { Deployment } from "./deployment";
import { fieldOf } from "./fieldChanges";
import type { Program, Resource } from "./program";
import { expectContains, expectEqual, type Steps } from "./steps";
import type { TestedTenant } from "./testedTenant";

export const customerName = "acceptance: customer";
export const roleNames = { member: "acceptance: member", admin: "acceptance: admin" };

/** A value of each field, and another one. */
const fields = {
  declared: {
    description: "Declared",
    customData: { plan: "gold", limits: { seats: 5 } },
    isMfaRequired: false,
    branding: { logoUrl: "https://acme.test/logo.svg" },
    color: { primaryColor: "#5d34f2", isDarkModeEnabled: false },
    customCss: "a { color: red }",
  },
  changed: {
    description: "Changed",
    customData: { plan: "silver" },
    isMfaRequired: true,
    branding: { favicon: "https://acme.test/favicon.ico" },
    color: { primaryColor: "#112233", isDarkModeEnabled: true, darkPrimaryColor: "#445566" },
    customCss: "a { color: blue }",
  },
};

export interface Customer {
  /** The ID of the role of administrators, which the program gives by ID; the other one is given by name. */
  readonly adminRoleId: string;
}

/** Makes the roles, which are deleted at the end. */
export async function prepareCustomer(tenant: TestedTenant): Promise<Customer> {
  await tenant.organizationRole(roleNames.member);
  return { adminRoleId: await tenant.organizationRole(roleNames.admin) };
}

const valuesOf = ({ adminRoleId }: Customer, isChanged: boolean) => ({
  fields: isChanged ? fields.changed : fields.declared,
  roles: isChanged ? [adminRoleId, roleNames.member] : [roleNames.member],
  emailDomains: isChanged ? ["mail.acme.test", "other.mail.acme.test"] : ["mail.acme.test"],
});

/** Declares the customer, who signs in through the connector of the resource `oidc`. */
export function customerResources(customer: Customer, isChanged: boolean): Record<string, Resource> {
  const values = valuesOf(customer, isChanged);
  const ofCustomer = (type: string, properties: object): Resource => ({
    type,
    properties: { organizationId: "${customer.id}", ...properties },
    options: { deletedWith: "${customer}" },
  });
  return {
    customer: { type: "Organization", properties: { name: customerName, ...values.fields } },
    customerLink: ofCustomer("OrganizationSsoConnector", { connectorId: "${oidc.id}" }),
    customerRoles: ofCustomer("OrganizationJitRoles", { roles: values.roles }),
    customerDomains: ofCustomer("OrganizationJitEmailDomains", { emailDomains: values.emailDomains }),
  };
}

/** Expects that Logto has the customer once, with all that is declared. */
export async function expectCustomer(
  api: ManagementApi,
  customer: Customer,
  isChanged: boolean,
): Promise<void> {
  const values = valuesOf(customer, isChanged);
  const id = await customerId(api);
  const organization = await api.call<object>("GET", `/organizations/${id}`);
  for (const [key, value] of Object.entries(values.fields))
    expectEqual(fieldOf(organization, key), value, `${key} of the organization`);
  const roles = await api.call<{ name: string }[]>("GET", `/organizations/${id}/jit/roles`);
  const declared = isChanged ? [roleNames.admin, roleNames.member] : [roleNames.member];
  expectEqual(roles.map(({ name }) => name).sort(), declared, "The just-in-time roles");
  const domains = await api.call<{ emailDomain: string }[]>("GET", `/organizations/${id}/jit/email-domains`);
  expectEqual(
    domains.map(({ emailDomain }) => emailDomain).sort(),
    values.emailDomains,
    "The just-in-time email domains",
  );
}

export async function customersIn(api: ManagementApi): Promise<string[]> {
  const all = await api.call<{ id: string }[]>("GET", `/organizations?q=${encodeURIComponent(customerName)}`);
  return all.map(({ id }) => id);
}

export async function customerId(api: ManagementApi): Promise<string> {
  const ids = await customersIn(api);
  expectEqual(ids.length, 1, "The number of organizations of the customer");
  return String(ids[0]);
}

/** Changes what Logto has of the customer by hand. Returns what a check for drift finds. */
export async function changeCustomerByHand(api: ManagementApi): Promise<string[]> {
  const path = `/organizations/${await customerId(api)}`;
  await api.call("PATCH", path, { customCss: "a { color: green }" });
  await api.call("PUT", `${path}/jit/roles`, { organizationRoleIds: [] });
  await api.call("POST", `${path}/jit/email-domains`, { emailDomain: "by-hand.acme.test" });
  return ["Organization", "OrganizationJitRoles", "OrganizationJitEmailDomains"].map(
    (type) => `changed logto:${type}`,
  );
}

export async function checkAdoptedOrganization(
  steps: Steps,
  deployment: Deployment,
  { api }: TestedTenant,
): Promise<void> {
  const declared = (properties: object): Program => ({
    resources: { customer: { type: "Organization", properties: { name: customerName, ...properties } } },
  });
  await steps.run(
    "without `adopt`, an organization that is the same is an error with its ID; with the ID, it is taken over",
    async () => {
      const { id } = await api.call<{ id: string }>("POST", "/organizations", { name: customerName });
      const { code, stdout } = await deployment.attempt(declared({}));
      if (code === 0) throw new Error("A second organization was created unasked.");
      expectContains(stdout, `adopt: "${id}"`, "The error");
      await deployment.up(declared({ adopt: id, description: "Adopted" }));
      const { description } = await api.call<{ description: string }>("GET", `/organizations/${id}`);
      expectEqual([await customersIn(api), description], [[id], "Adopted"], "The adopted organization");
      await deployment.expectNoChanges();
    },
  );
  await steps.run("it is removed with its resource", async () => {
    await deployment.up({ resources: {} });
    expectEqual(await customersIn(api), [], "The organizations of the customer");
  });
}
