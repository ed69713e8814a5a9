/** A declaration is wrong, which the preview says at its property. */
import * as logtoSso from "pulumi-logto-sso";
import { samlMetadata } from "../../logto";
import type { Situation, User } from "./user";

interface WrongInput {
  /** The arguments that differ from those of a connector that works. */
  readonly wrong: (user: User) => object;
  readonly says: RegExp;
  /** The part of the message that the user follows. */
  readonly advised: string;
  readonly right: (user: User) => object;
}

const metadata = ({ logto }: User) => samlMetadata("urn:idp", `${logto.idp}/saml/sso`);
const saml = (config: (user: User) => object) => (user: User) => ({
  providerName: "SAML",
  domains: ["acme.com"],
  config: config(user),
});
const oidc = (user: User, config: object) => user.working({ config });
const withDomains = (user: User, ...domains: string[]) => ({ ...user.working(), domains });

const wrongInputs: Readonly<Record<string, WrongInput>> = {
  "an unknown identity provider": {
    wrong: (user) => ({ ...user.working(), providerName: "OIDCC" }),
    says: /has no identity provider/,
    advised: 'did you mean "OIDC"',
    right: (user) => user.working(),
  },
  "a misspelt key of config": {
    wrong: (user) => ({
      ...user.working(),
      config: { clientID: "client", clientSecret: "canary-config", issuer: `${user.logto.idp}/acme` },
    }),
    says: /has no "clientID"/,
    advised: 'did you mean "clientId"',
    right: (user) => user.working(),
  },
  "a key of another protocol": {
    wrong: (user) => oidc(user, { metadataUrl: "https://idp.acme.com/metadata" }),
    says: /config\.metadataUrl/,
    advised: "not of OIDC, which takes",
    right: (user) => user.working(),
  },
  "a missing key": {
    wrong: (user) => ({
      ...user.working(),
      config: { clientId: "client", issuer: `${user.logto.idp}/acme` },
    }),
    says: /config\.clientSecret/,
    advised: "is missing",
    right: (user) => user.working(),
  },
  "SAML without metadata": {
    wrong: saml(() => ({})),
    says: /requires one of/,
    advised: "metadataUrl",
    right: saml(({ logto }) => ({ metadataUrl: `${logto.idp}/saml/metadata` })),
  },
  "SAML with metadata twice": {
    wrong: saml((user) => ({ metadata: metadata(user), metadataUrl: `${user.logto.idp}/saml/metadata` })),
    says: /mutually exclusive/,
    advised: "Specify only one of",
    right: saml((user) => ({ metadata: metadata(user) })),
  },
  "metadata that was cut off": {
    wrong: saml((user) => ({ metadata: metadata(user).slice(0, 700) })),
    says: /config\.metadata/,
    advised: "cut off",
    right: saml((user) => ({ metadata: metadata(user) })),
  },
  "the metadata of a service provider": {
    wrong: saml((user) => ({ metadata: metadata(user).replaceAll("IDPSSODescriptor", "SPSSODescriptor") })),
    says: /config\.metadata/,
    advised: "identity provider",
    right: saml((user) => ({ metadata: metadata(user) })),
  },
  "one attribute for the ID and the email address": {
    wrong: saml((user) => ({ metadata: metadata(user), attributeMapping: { email: "nameID" } })),
    says: /attributeMapping/,
    advised: "Specify an attribute for each",
    right: saml((user) => ({ metadata: metadata(user), attributeMapping: { id: "uid", email: "nameID" } })),
  },
  "the discovery document as issuer": {
    wrong: (user) => oidc(user, { issuer: `${user.logto.idp}/acme/.well-known/openid-configuration` }),
    says: /config\.issuer/,
    advised: "discovery document",
    right: (user) => user.working(),
  },
  "a placeholder in the issuer": {
    wrong: (user) => oidc(user, { issuer: "https://{tenant}.acme.com" }),
    says: /config\.issuer/,
    advised: "replace it by your own value",
    right: (user) => user.working(),
  },
  "a wildcard in a domain": {
    wrong: (user) => withDomains(user, "*.acme.com"),
    says: /domains\[0\]/,
    advised: "specify each domain and subdomain",
    right: (user) => withDomains(user, "acme.com", "mail.acme.com"),
  },
  "a URL as a domain": {
    wrong: (user) => withDomains(user, "https://acme.com"),
    says: /domains\[0\]/,
    advised: "specify only the domain",
    right: (user) => withDomains(user, "acme.com"),
  },
  "a domain twice": {
    wrong: (user) => withDomains(user, "acme.com", "ACME.com"),
    says: /domains\[1\]/,
    advised: "duplicates domains[0]",
    right: (user) => withDomains(user, "acme.com"),
  },
  "a public email domain": {
    wrong: (user) => withDomains(user, "acme.com", "gmail.com"),
    says: /domains\[1\]/,
    advised: "public email domain",
    right: (user) => withDomains(user, "acme.com"),
  },
  "an email address as a domain": {
    wrong: (user) => withDomains(user, "jo@acme.com"),
    says: /domains\[0\]/,
    advised: "specify only what follows it",
    right: (user) => withDomains(user, "acme.com"),
  },
  "token storage of a SAML connector": {
    wrong: (user) => ({ ...saml((u) => ({ metadata: metadata(u) }))(user), enableTokenStorage: true }),
    says: /enableTokenStorage/,
    advised: "Remove it",
    right: saml((user) => ({ metadata: metadata(user) })),
  },
  "a key in config and in extraConfig": {
    wrong: (user) => ({ ...user.working(), extraConfig: { clientId: "other" } }),
    says: /extraConfig\.clientId/,
    advised: "specify it in one of the two",
    right: (user) => user.working(),
  },
};

const ofInput =
  ({ wrong, says, advised, right }: WrongInput): WrongDeclaration =>
  async (user, name) => {
    await user.writes({ name, connector: wrong(user) });
    await user.fails(["preview"], says);
    const connector = right(user);
    await user.edits(advised, says.source.replaceAll("\\", ""), { name, connector });
    return connector;
  };

/** By the name of the connector's resource, which the situation makes wrong and then right. Returns the right arguments. */
export type WrongDeclaration = (user: User, name: string) => Promise<object>;

/** Nothing is sent before the preview, so that all of them fit into one stack, whose connectors are then created together. */
export const wrongDeclarations: Readonly<Record<string, WrongDeclaration>> = Object.fromEntries(
  Object.entries(wrongInputs).map(([name, input]) => [name, ofInput(input)]),
);

const switchOf = (name: string) => new logtoSso.SingleSignOn(name, { enabled: true });

export const inputs: Readonly<Record<string, Situation>> = {
  "two connectors of one name": async (user) => {
    const second = (connectorName?: string) => () =>
      new logtoSso.SsoConnector("second", { providerName: "Okta", connectorName });
    await user.writes({ more: second("acme") });
    await user.fails(["preview"], /have the same connectorName/);
    await user.edits("Choose another connectorName", "connectorName", { more: second("Second") });
  },
  "a config declared twice": async (user) => {
    const connector = { providerName: "OIDC" };
    const configs =
      (...names: string[]) =>
      (made: logtoSso.SsoConnector) => {
        for (const name of names)
          new logtoSso.SsoConnectorConfig(name, {
            connectorId: made.id,
            providerName: "OIDC",
            config: user.config(),
          });
      };
    await user.writes({ connector, more: configs("one", "two") });
    await user.fails(["preview"], /declare the config of the same connector/);
    await user.edits("Remove one of the two", "remove one", { connector, more: configs("one") });
  },
  "the switch declared twice": async (user) => {
    await user.writes({ more: () => [switchOf("one"), switchOf("two")] });
    await user.fails(["preview"], /declare the same switch/);
    await user.edits("Remove one of the two", "remove one", { more: () => switchOf("one") });
  },
  "missing settings": async (user) => {
    await user.writes();
    await user.stack.removeConfig("logto:endpoint");
    await user.fails(["up"], /logto:endpoint is not set/);
    await user.runs("config set logto:endpoint …");
  },
  "enterprise SSO is disabled": async (user) => {
    user.logto.signInExperience.singleSignOnEnabled = false;
    await user.writes();
    await user.isWarned(["up"], /enterprise SSO is disabled/);
    await user.edits('new logto.SingleSignOn("sso", { enabled: true })', "declare SingleSignOn", {
      more: () => new logtoSso.SingleSignOn("sso", { enabled: true }),
    });
  },
};
