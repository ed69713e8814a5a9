/** Inputs that Logto accepts, and the provider as well. */
import type { Properties } from "../../engine/engineDouble";
import { ec, expired, future, next, pem, rsa } from "./certificates";
import {
  entity,
  idpRole,
  inLines,
  keyDescriptor,
  minimal,
  products,
  service,
  spRole,
  trimmed,
} from "./metadata";

export interface Good {
  readonly what: string;
  /** The arguments of an `SsoConnector`, but for its name. */
  readonly args: Properties;
  /** A part of the warning that is shown. Default: there is none. */
  readonly warns?: string;
}

const saml = (config: Properties) => ({ providerName: "SAML", config });
const metadata = (what: string, xml: string, warns?: string): Good => ({
  what: `metadata: ${what}`,
  args: saml({ metadata: xml }),
  ...(warns === undefined ? {} : { warns }),
});
const certificate = (what: string, x509Certificate: string, warns?: string): Good => ({
  what: `certificate: ${what}`,
  args: saml({ entityId: "urn:acme:idp", signInEndpoint: "https://idp.acme.com/sso", x509Certificate }),
  ...(warns === undefined ? {} : { warns }),
});
const domains = (what: string, list: readonly string[], warns?: string): Good => ({
  what: `domains: ${what}`,
  args: { providerName: "Okta", domains: list },
  ...(warns === undefined ? {} : { warns }),
});
const oidc = (what: string, config: Properties, warns?: string, providerName = "OIDC"): Good => ({
  what: `OIDC: ${what}`,
  args: {
    providerName,
    config: { clientId: "client", clientSecret: "canary", issuer: "https://idp.acme.com", ...config },
  },
  ...(warns === undefined ? {} : { warns }),
});
const issuer = (what: string, url: string, warns?: string, providerName?: string) =>
  oidc(what, { issuer: url }, warns, providerName);
const other = (what: string, args: Properties, warns?: string): Good => ({
  what,
  args: { providerName: "Okta", ...args },
  ...(warns === undefined ? {} : { warns }),
});

const attributes = (what: string, attributeMapping: Properties, warns?: string): Good => ({
  what: `attribute mapping: ${what}`,
  args: saml({ metadataUrl: "https://idp.acme.com/metadata", attributeMapping }),
  ...(warns === undefined ? {} : { warns }),
});
const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

const redirect = service("HTTP-Redirect");
const bagAttributes =
  "Bag Attributes\n    localKeyID: 01 02 03\n    friendlyName: acme\nsubject=CN = idp.acme.com\n\nissuer=CN = idp.acme.com\n\n";

export const good: readonly Good[] = [
  ...Object.entries(products).map(([product, xml]) =>
    metadata(
      `of ${product}`,
      trimmed(xml),
      product === "keycloak" ? "config.metadata: asks for signed requests" : undefined,
    ),
  ),
  metadata("with a byte order mark", `\uFEFF${minimal}`),
  metadata("with CRLF", inLines(minimal.replace("?>", "?>\r\n"), 1e6).replaceAll("\n", "\r\n")),
  metadata("with comments", minimal.replaceAll("<md:", "<!-- a > b --><md:").replace(/^.*?\n/, "")),
  metadata("with a document type", minimal.replace("\n", "\n<!DOCTYPE EntityDescriptor>\n")),
  metadata(
    "with an entity in the document type",
    minimal.replace("\n", "\n<!DOCTYPE x [<!ENTITY y 'z'>]>\n"),
  ),
  metadata(
    "with two signing certificates",
    entity(idpRole(keyDescriptor(rsa) + keyDescriptor(next) + redirect)),
  ),
  metadata(
    "with an expired and a valid certificate",
    entity(idpRole(keyDescriptor(expired) + keyDescriptor(rsa) + redirect)),
  ),
  metadata(
    "with an expired certificate",
    entity(idpRole(keyDescriptor(expired) + redirect)),
    "config.metadata: the signing certificate expired on 2002-01-01.",
  ),
  metadata(
    "with a certificate that is not valid yet",
    entity(idpRole(keyDescriptor(future) + redirect)),
    "config.metadata: the signing certificate is not valid before 2100-01-01.",
  ),
  metadata(
    "with an expired certificate and one that is not valid yet",
    entity(idpRole(keyDescriptor(expired) + keyDescriptor(future) + redirect)),
    "config.metadata: the signing certificate is not valid before 2100-01-01.",
  ),
  metadata(
    "with a certificate before the label of something else, which Logto reads",
    entity(idpRole(keyDescriptor(`${rsa}-----BEGIN X-----`) + redirect)),
  ),
  metadata(
    "whose only certificate is for encryption",
    entity(idpRole(keyDescriptor(rsa, ' use="encryption"') + redirect)),
  ),
  metadata(
    "with encryption before signing",
    entity(idpRole(keyDescriptor(next, ' use="encryption"') + keyDescriptor(rsa) + redirect)),
  ),
  metadata(
    "with the role of a service provider too",
    entity(spRole(keyDescriptor(next)) + idpRole(keyDescriptor(rsa) + redirect)),
  ),
  metadata("with CDATA", entity(idpRole(keyDescriptor(`<![CDATA[${rsa}]]>`) + redirect))),
  metadata(
    "with character references for line breaks",
    entity(idpRole(keyDescriptor(inLines(rsa).replaceAll("\n", "&#13;\n")) + redirect)),
  ),
  metadata(
    "with a comment before a certificate",
    entity(idpRole(keyDescriptor(`<!-- c -->${rsa}`) + redirect)),
  ),
  metadata("with an ampersand in an address", minimal.replace("/sso", "/sso?a=1&amp;b=2")),
  metadata("after blank lines", `\n\n${minimal}\n\n`),

  certificate("PEM", pem(rsa)),
  certificate("PEM without a line break at its end", pem(rsa).trim()),
  certificate("PEM with CRLF", pem(rsa).replaceAll("\n", "\r\n")),
  certificate("PEM in one line", pem(rsa).replaceAll("\n", "")),
  certificate("PEM with spaces for line breaks", pem(rsa).replaceAll("\n", " ")),
  certificate("indented PEM", pem(rsa).replaceAll(/^/gm, "    ")),
  certificate("bare base64", rsa),
  certificate("bare base64 in lines", inLines(rsa)),
  certificate("bare base64 with CRLF and tabs", inLines(rsa, 64).replaceAll("\n", "\r\n\t")),
  certificate("with an elliptic key", pem(ec)),
  certificate(
    "expired",
    pem(expired),
    "config.x509Certificate: the signing certificate expired on 2002-01-01.",
  ),
  certificate(
    "not valid yet",
    future,
    "config.x509Certificate: the signing certificate is not valid before 2100",
  ),

  domains("plain", ["acme.com"]),
  domains("upper case", ["ACME.Com"]),
  domains("subdomains", ["mail.acme.com", "a.b.c.acme.co.uk"]),
  domains("digits and hyphens", ["3m.com", "1und1.de", "a-b.acme-corp.com", "r3---sn.acme.com"]),
  domains("punycode", ["xn--bcher-kva.example"]),
  domains("Unicode and punycode", ["bücher.example", "xn--bcher-kva.example"]),
  domains(
    "Unicode alone",
    ["bücher.example"],
    'domains[0]: "bücher.example": Logto 1.42 finds a connector by addresses in ASCII only. Specify "xn--bcher-kva.example" as well.',
  ),
  domains(
    "a top-level domain in punycode",
    ["xn--e1afmkfd.xn--p1ai"],
    'domains[0]: "xn--e1afmkfd.xn--p1ai": Logto 1.42 finds no connector by an address whose top-level domain is "xn--p1ai".',
  ),
  domains("the longest label", [`${"a".repeat(63)}.com`]),
  domains("a new top-level domain", ["acme.photography"]),

  issuer("Okta", "https://acme.okta.com", undefined, "Okta"),
  issuer("Okta with an authorization server", "https://acme.okta.com/oauth2/default", undefined, "Okta"),
  issuer(
    "Auth0",
    "https://acme.eu.auth0.com/",
    'config.issuer: ends with a slash: Logto 1.42 requests "https://acme.eu.auth0.com//.well-known/openid-configuration", to which not every identity provider responds (logto#9583). Write "https://acme.eu.auth0.com", unless',
  ),
  issuer("Keycloak", "https://sso.acme.com/realms/acme"),
  issuer(
    "Entra ID",
    "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0",
    undefined,
    "AzureAdOidc",
  ),
  issuer("Entra ID by domain", "https://login.microsoftonline.com/acme.onmicrosoft.com/v2.0"),
  issuer(
    "Entra ID for all tenants",
    "https://login.microsoftonline.com/common/v2.0",
    undefined,
    "AzureAdOidc",
  ),
  issuer(
    "Entra ID for all tenants as another kind",
    "https://login.microsoftonline.com/organizations/v2.0",
    "config.issuer: is that of Entra ID for several tenants (organizations)",
  ),
  issuer("Entra External ID", "https://acme.ciamlogin.com/11111111-2222-4333-8444-555555555555/v2.0"),
  issuer("Azure AD B2C", "https://acme.b2clogin.com/acme.onmicrosoft.com/B2C_1_signin/v2.0"),
  issuer("Cognito", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123"),
  issuer("OneLogin", "https://acme.onelogin.com/oidc/2"),
  issuer("ADFS with a port", "https://fs.acme.com:8443/adfs"),
  issuer("authentik", "https://auth.acme.com/application/o/logto/", "config.issuer: ends with a slash"),
  issuer("http", "http://idp.internal/realms/a@b"),
  issuer("upper case", "HTTPS://IDP.acme.com/Tenant"),
  issuer("an encoded path", "https://idp.acme.com/realms/a%20b"),

  oidc("a secret with special characters", { clientSecret: `canary "quoted" \\ ü 漢 ~'<&>` }),
  oidc(
    "a secret with a line break at its end",
    { clientSecret: "canary\n" },
    "config.clientSecret: has white space at its beginning or end",
  ),
  oidc(
    "a secret with a space before it",
    { clientSecret: " canary" },
    "config.clientSecret: has white space at its beginning or end",
  ),
  oidc(
    "a secret of two lines",
    { clientSecret: "canary\r\ncanary" },
    "config.clientSecret: contains a line break or another invisible character",
  ),
  oidc(
    "a client ID with a tab at its end",
    { clientId: "client\t" },
    "config.clientId: has white space at its beginning or end",
  ),
  oidc(
    "a client ID with a zero-width space",
    { clientId: "cli\u200Bent" },
    "config.clientId: contains a line break or another invisible character",
  ),
  oidc("a client ID that is a URL", { clientId: "https://logto.acme.com/" }),
  oidc("scopes of Entra ID", { scope: "https://graph.microsoft.com/.default offline_access" }),

  other(
    "metadataUrl with a query",
    saml({
      metadataUrl:
        "https://login.microsoftonline.com/acme.com/federationmetadata/2007-06/federationmetadata.xml?appid=1",
    }),
  ),
  other(
    "signInEndpoint with a query",
    saml({
      entityId: "urn:acme:idp",
      signInEndpoint: "https://idp.acme.com/sso?a=1&b=%7Bx%7D".replace("%7Bx%7D", "2"),
      x509Certificate: rsa,
    }),
  ),
  other(
    "signInEndpoint with a space at its end",
    saml({ entityId: "urn:acme:idp", signInEndpoint: "https://idp.acme.com/sso ", x509Certificate: rsa }),
    "config.signInEndpoint: has white space at its beginning or end",
  ),
  other(
    "entityId with a line break at its end",
    saml({ entityId: "urn:acme:idp\n", signInEndpoint: "https://idp.acme.com/sso", x509Certificate: rsa }),
    "config.entityId: has white space at its beginning or end",
  ),
  other(
    "entityId that is a URL with a slash",
    saml({
      entityId: "https://idp.acme.com/",
      signInEndpoint: "https://idp.acme.com/sso",
      x509Certificate: rsa,
    }),
  ),
  other("a logo", {
    branding: { logo: "https://cdn.acme.com/logo@2x.png", darkLogo: "data:image/png;base64,AAAA" },
  }),
  other("a logo with a scheme in upper case", { branding: { logo: "HTTPS://CDN.acme.com/logo.svg" } }),
  other("a logo with white space around, which browsers remove", {
    branding: { logo: " https://acme.com/l.png\n" },
  }),
  ...[
    "http://cdn.acme.com/l.png",
    "file:///l.png",
    "javascript:alert(1)",
    "C:\\l.png",
    "blob:https://acme.com/1",
  ].map((logo) =>
    other(
      `a logo that the sign-in page does not load: ${logo}`,
      { branding: { logo } },
      "branding.logo: begins with",
    ),
  ),
  other(
    "a dark logo with the scheme of the page",
    { branding: { darkLogo: "//cdn.acme.com/l.png" } },
    "branding.darkLogo: begins with //",
  ),
  other(
    "a logo that is data, and no image",
    { branding: { logo: "data:text/plain,logo" } },
    "branding.logo: is data of another kind",
  ),
  ...["logo.png", "cdn.acme.com/logo.png", "../logo.png"].map((logo) =>
    other(`a logo that is no URL: ${logo}`, { branding: { logo } }, "branding.logo: is not a URL"),
  ),
  attributes("all three", { id: "uid", email: "mail", name: "cn" }),
  attributes("the name ID for the email address, and another attribute for the ID", {
    id: "email",
    email: "nameID",
  }),
  attributes("of Entra ID", { email: `${claims}/emailaddress`, name: `${claims}/name` }),
  attributes("a claim for the ID", { id: `${claims}/nameidentifier` }),
  attributes(
    "one attribute for the email address and the name",
    { name: "email" },
    'config.attributeMapping: copies the attribute "email" to both email (by default) and name',
  ),
  attributes("the name ID misspelt", { id: "NameID" }, "config.attributeMapping.id: is not the name ID"),
  attributes("white space", { email: "mail " }, "config.attributeMapping.email: has white space"),
  other("a logo of the same origin", { branding: { logo: "/logo.png", displayName: "Acme 🚀" } }),
  other("a logo that is no URL", { branding: { darkLogo: "not a url" } }, "branding.darkLogo: is not a URL"),
  other("a name with emoji", { connectorName: 'Acme 🚀 & Söhne "GmbH"' }),
  other("the longest name", { connectorName: "n".repeat(128) }),
];

/** Certificates that Logto rejects as they are, of which the provider sends what Logto accepts. */
export const repaired: readonly { readonly what: string; readonly x509Certificate: string }[] = [
  { what: "text before PEM", x509Certificate: bagAttributes + pem(rsa) },
  {
    what: "text before PEM, with CRLF",
    x509Certificate: (bagAttributes + pem(rsa)).replaceAll("\n", "\r\n"),
  },
  { what: "text after PEM", x509Certificate: `${pem(rsa)}\nhttps://idp.acme.com\n` },
  { what: "a byte order mark before PEM", x509Certificate: `\uFEFF${pem(rsa)}` },
  { what: "a byte order mark before base64", x509Certificate: `\uFEFF${rsa}` },
  { what: "no-break spaces in base64", x509Certificate: inLines(rsa).replaceAll("\n", "\u00A0") },
  { what: "a zero-width space in base64", x509Certificate: `${rsa.slice(0, 50)}\u200B${rsa.slice(50)}` },
  { what: "the characters \\n for line breaks", x509Certificate: pem(rsa).replaceAll("\n", "\\n") },
  { what: "the characters \\r\\n for line breaks", x509Certificate: pem(rsa).replaceAll("\n", "\\r\\n") },
  { what: "the label TRUSTED CERTIFICATE", x509Certificate: pem(rsa, "TRUSTED CERTIFICATE") },
  { what: "the label X509 CERTIFICATE", x509Certificate: pem(rsa, "X509 CERTIFICATE") },
];
