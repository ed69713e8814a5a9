/** Domains, addresses, and connectors that lack something. */
import type { SignInCase, Values } from "./signInCase";

/** A case with a client that works. */
function connector(
  name: string,
  inputs: (domain: string) => Values,
  more: Partial<SignInCase> = {},
): SignInCase {
  return {
    name,
    prepare: async (world, domain) => {
      const client = await world.client();
      const { issuer, clientId, clientSecret } = client;
      return {
        inputs: { providerName: "OIDC", config: { issuer, clientId, clientSecret }, ...inputs(domain) },
        register: ({ redirectUri }) => client.register(redirectUri),
      };
    },
    ...more,
  };
}

const addressed = (name: string, address: (domain: string) => string) =>
  connector(`Address: ${name}`, () => ({}), { address, byAddress: true });

export const otherCases: readonly SignInCase[] = [
  addressed("in capital letters", (domain) => `User@${domain.toUpperCase()}`),
  addressed("with a tag", (domain) => `user+tag@${domain}`),
  addressed("with an apostrophe", (domain) => `o'neil@${domain}`),
  addressed("of a subdomain", (domain) => `user@mail.${domain}`),
  addressed("with a dot at its end", (domain) => `user@${domain}.`),
  addressed("with two dots", (domain) => `user..name@${domain}`),
  addressed("in quotes", (domain) => `"user name"@${domain}`),
  addressed("with a letter that is not ASCII", (domain) => `usér@${domain}`),
  connector(
    "Domain: internationalized, in its ASCII form",
    (domain) => ({ domains: [`xn--mnchen-3ya.${domain}`] }),
    {
      address: (domain) => `user@xn--mnchen-3ya.${domain}`,
    },
  ),
  connector(
    "Domain: internationalized, in both forms",
    (domain) => ({ domains: [`münchen.${domain}`, `xn--mnchen-3ya.${domain}`] }),
    {
      address: (domain) => `user@münchen.${domain}`,
      byAddress: true,
    },
  ),
  connector("Domain: in capital letters", (domain) => ({ domains: [domain.toUpperCase()] })),
  connector("Domain: without a dot", () => ({ domains: ["localhost"] }), { address: () => "user@localhost" }),
  connector("Domain: with a dot at its end", (domain) => ({ domains: [`${domain}.`] }), {
    address: (domain) => `user@${domain}.`,
  }),
  connector("Domain: with an @", (domain) => ({ domains: [`@${domain}`] })),
  connector("Domain: a wildcard", (domain) => ({ domains: [`*.${domain}`] }), {
    address: (domain) => `user@mail.${domain}`,
  }),
  connector("Domain: public", () => ({ domains: ["gmail.com"] }), { address: () => "user@gmail.com" }),
  connector("Domain: none", () => ({ domains: [] }), { isIncomplete: true }),
  connector("Domain: shared with another connector", () => ({ domains: ["shared.acme.test"] }), {
    address: () => "user@shared.acme.test",
  }),
  connector("Domain: shared with the one before", () => ({ domains: ["shared.acme.test"] }), {
    address: () => "user@shared.acme.test",
  }),
  connector("Enterprise SSO is disabled", () => ({}), { isSwitchedOff: true }),
  connector("Enterprise SSO is disabled, and no domain", () => ({ domains: [] }), {
    isIncomplete: true,
    isSwitchedOff: true,
  }),
  {
    name: "Enterprise SSO is disabled, and no config",
    isIncomplete: true,
    isSwitchedOff: true,
    prepare: () => ({ inputs: { providerName: "OIDC" } }),
  },
  {
    name: "Config: none",
    isIncomplete: true,
    prepare: () => ({ inputs: { providerName: "OIDC" } }),
  },
  {
    name: "Config: none of SAML",
    isIncomplete: true,
    prepare: () => ({ inputs: { providerName: "SAML" } }),
  },
];
