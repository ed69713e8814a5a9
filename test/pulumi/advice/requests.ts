/** Logto, or something on the way to it, refuses a request. */
import * as logtoSso from "pulumi-logto-sso";
import { samlMetadata } from "../../logto";
import type { User } from "./user";
import { type Situation } from "./user";

/** Sets a setting to a value that does not work. */
const isSet = ({ stack }: User, setting: string, value: string) =>
  stack.setConfig({ [setting]: setting === "logto:clientSecret" ? { secret: value } : value });

const quickly = (user: User) => isSet(user, "logto:timeoutSeconds", "1");

export const requests: Readonly<Record<string, Situation>> = {
  "unreachable: nothing listens": async (user) => {
    await user.writes();
    await quickly(user);
    await isSet(user, "logto:endpoint", "http://127.0.0.1:9");
    await user.fails(["up"], /ECONNREFUSED/);
    await user.sets("logto:endpoint");
  },
  "unreachable: TLS at a port without it": async (user) => {
    await user.writes();
    await isSet(user, "logto:endpoint", user.logto.url.replace("http:", "https:"));
    await user.fails(["up"], /does not use TLS/);
    await user.does("must start with http://", "pulumi config set logto:endpoint http://…", () =>
      isSet(user, "logto:endpoint", user.logto.url),
    );
  },
  "timeout: an identity provider hangs": async (user) => {
    await user.writes({ connector: user.working({ config: { issuer: `${user.logto.idp}/hangs/acme` } }) });
    await quickly(user);
    await user.fails(["up"], /\[timeout\]/);
    await user.edits(`${user.logto.idp}/hangs/acme responds`, "an issuer that responds", {});
    await user.runs("up --refresh");
  },
  "timeout: Logto is slow": async (user) => {
    await user.writes();
    await quickly(user);
    user.logto.faults.arm("hang", "create", 1);
    await user.fails(["up"], /\[timeout\]/);
    await user.runs("up --refresh");
  },
  "a create whose answer was lost": async (user) => {
    await user.writes();
    await quickly(user);
    user.logto.faults.arm("reset after", "create");
    user.logto.faults.arm("503", "list", Infinity);
    await user.fails(["up"], /may have been applied/);
    user.logto.faults.disarm();
    await user.runs("up --refresh");
  },
  "not-logto: a web page": async (user) => {
    await user.writes();
    await isSet(user, "logto:endpoint", `${user.logto.idp}/page`);
    await user.fails(["up"], /\[not-logto\]/);
    await user.sets("logto:endpoint");
  },
  "no-role": async (user) => {
    await user.writes();
    await isSet(user, "logto:clientId", "no-role");
    await isSet(user, "logto:clientSecret", "canary-no-role");
    await user.fails(["up"], /\[no-role\]/);
    await user.does(
      "assign this machine-to-machine application a role",
      "assign the role in Logto",
      user.grantRole,
    );
  },
  "oidc.invalid_client: the secret": async (user) => {
    await user.writes();
    await isSet(user, "logto:clientSecret", "canary-wrong");
    await user.fails(["up"], /rejected the client secret/);
    await user.sets("logto:clientSecret");
  },
  "oidc.invalid_client: the application": async (user) => {
    await user.writes();
    await isSet(user, "logto:clientId", "nobody");
    await user.fails(["up"], /has no machine-to-machine application/);
    await user.sets("logto:clientId");
  },
  "oidc.invalid_target": async (user) => {
    await user.writes();
    await isSet(user, "logto:resource", "https://api.acme.com");
    await user.fails(["up"], /has no API resource/);
    await user.sets("logto:resource");
  },
  "connector.invalid_config": async (user) => {
    await user.writes({ connector: user.working({ config: { issuer: `${user.logto.idp}/fails/acme` } }) });
    await user.fails(["up"], /connector\.invalid_config/);
    await user.edits("config.issuer: Logto must be able to read", "the issuer of the identity provider", {});
  },
  "not-found: an organization": async (user) => {
    const link = (organizationId: string) => (connector: logtoSso.SsoConnector) =>
      new logtoSso.OrganizationSsoConnector("link", { organizationId, connectorId: connector.id });
    await user.writes({ more: link("nobody") });
    await user.fails(["up"], /no organization with the ID "nobody"/);
    await user.edits("Check organizationId", "the organization's ID", {
      more: link(user.logto.organizations.make("Acme")),
    });
  },
  "connector.invalid_metadata": async (user) => {
    const saml = (path: string) => ({
      providerName: "SAML",
      config: { metadataUrl: `${user.logto.idp}/${path}` },
    });
    await user.writes({ connector: saml("nowhere") });
    await user.fails(["up"], /connector\.invalid_metadata/);
    await user.edits("config.metadataUrl: Logto must be able to read", "metadataUrl", {
      connector: saml("saml/metadata"),
    });
  },
  "connector.invalid_certificate": async (user) => {
    const saml = (path: string) => ({
      providerName: "SAML",
      config: { metadataUrl: `${user.logto.idp}/${path}` },
    });
    await user.writes({ connector: saml("notjson/metadata") });
    await user.fails(["up"], /connector\.invalid_certificate/);
    await user.edits("config.metadataUrl: Logto must be able to read", "metadataUrl", {
      connector: saml("saml/metadata"),
    });
  },
  "a certificate in metadata that Logto cannot read": async (user) => {
    const metadata = samlMetadata("urn:idp", `${user.logto.idp}/saml/sso`);
    const saml = (text: string) => ({ providerName: "SAML", config: { metadata: text } });
    await user.writes({ connector: saml(metadata.replace(/(X509Certificate>)(.{10})/, "$1\n  $2")) });
    await user.fails(["preview"], /signing certificate that Logto cannot read/);
    await user.edits("no white space", "metadata without white space", { connector: saml(metadata) });
  },
  "auth.unauthorized": async (user) => {
    await user.writes();
    user.logto.faults.arm("401 expired", "create", Infinity);
    await user.fails(["up"], /auth\.unauthorized/);
    await user.does("the clocks of both machines", "set the clock", () => {
      user.logto.faults.disarm();
    });
  },
  "auth.forbidden": async (user) => {
    await user.writes();
    user.logto.faults.arm("403", "create", Infinity);
    await user.fails(["up"], /auth\.forbidden/);
    await user.does("a role with the permission `all`", "assign the role in Logto", () => {
      user.logto.faults.disarm();
    });
  },
  "http-429": async (user) => {
    await user.writes();
    await quickly(user);
    user.logto.faults.arm("429", "create", Infinity);
    await user.fails(["up"], /limits the rate of requests/);
    await user.does("Try again later", "wait", () => {
      user.logto.faults.disarm();
    });
  },
  "http-500": async (user) => {
    await user.writes();
    user.logto.faults.arm("500", "create", Infinity);
    await user.fails(["up"], /failed: 500/);
    await user.does("Try again, and check Logto's log", "mend Logto", () => {
      user.logto.faults.disarm();
    });
  },
  "http-503": async (user) => {
    await user.writes();
    await quickly(user);
    user.logto.faults.arm("503", "token", Infinity);
    await user.fails(["up"], /failed: 503/);
    await user.does("Try again, and check Logto's log", "mend Logto", () => {
      user.logto.faults.disarm();
    });
  },
  "not-logto: a proxy that requires a sign-in": async (user) => {
    await user.writes();
    await quickly(user);
    user.logto.faults.arm("200 with HTML", "token", Infinity);
    await user.fails(["up"], /\[not-logto\]/);
    await user.does("not of its console or a proxy", "bypass the proxy", () => {
      user.logto.faults.disarm();
    });
  },
  "SAML metadata with which Logto fails": async (user) => {
    const saml = (path: string) => ({
      providerName: "SAML",
      config: { metadataUrl: `${user.logto.idp}/saml/${path}` },
    });
    await user.writes({ connector: saml("broken") });
    await user.fails(["up"], /failed: 500/);
    await user.edits("when SAML metadata is not XML: check", "metadataUrl", { connector: saml("metadata") });
  },
  "an organization ID that is too long": async (user) => {
    const link = (organizationId: string) => (connector: logtoSso.SsoConnector) =>
      new logtoSso.OrganizationSsoConnector("link", { organizationId, connectorId: connector.id });
    await user.writes({ more: link("organization-of-acme-com") });
    await user.fails(["up"], /24 characters long/);
    await user.edits("Logto accepts at most 21", "the organization's ID", {
      more: link(user.logto.organizations.make("Acme")),
    });
  },
};
