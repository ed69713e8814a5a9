/** Inputs that the provider refuses in the preview, and what Logto does with them. */
import type { Properties } from "../../engine/engineDouble";
import { next, pem, rsa } from "./certificates";
import { entity, idpRole, inLines, keyDescriptor, minimal, products, service, spRole } from "./metadata";

export interface Bad {
  readonly what: string;
  /** The arguments of an `SsoConnector`, but for its name. */
  readonly args: Properties;
  readonly property: string;
  /** A part of what the failure says. */
  readonly says: string;
  /** What comes of it if Logto stores the input. Default: Logto rejects it. */
  readonly stored?: string;
}

const oidcConfig = { clientId: "client", clientSecret: "canary", issuer: "https://idp.acme.com" };
const manual = { entityId: "urn:acme:idp", signInEndpoint: "https://idp.acme.com/sso", x509Certificate: rsa };
const saml = (config: Properties) => ({ providerName: "SAML", config });
const optional = (stored: string | undefined) => (stored === undefined ? {} : { stored });

const metadata = (what: string, xml: string, says: string, stored?: string): Bad => ({
  what: `metadata: ${what}`,
  args: saml({ metadata: xml }),
  property: "config.metadata",
  says,
  ...optional(stored),
});
const certificate = (what: string, x509Certificate: string, says: string, stored?: string): Bad => ({
  what: `certificate: ${what}`,
  args: saml({ ...manual, x509Certificate }),
  property: "config.x509Certificate",
  says,
  ...optional(stored),
});
/** Logto stores any text as a domain. */
const domain = (text: string, says: string, stored = "no address matches it"): Bad => ({
  what: `domain: ${JSON.stringify(text.slice(0, 40))}`,
  args: { providerName: "Okta", domains: [text] },
  property: "domains[0]",
  says,
  ...(stored === "" ? {} : { stored }),
});
const issuer = (what: string, url: string, says: string, stored?: string): Bad => ({
  what: `issuer: ${what}`,
  args: { providerName: "OIDC", config: { ...oidcConfig, issuer: url } },
  property: "config.issuer",
  says,
  ...optional(stored),
});
const other = (property: string, what: string, args: Properties, says: string, stored?: string): Bad => ({
  what: `${property}: ${what}`,
  args: { providerName: "Okta", ...args },
  property,
  says,
  ...optional(stored),
});

const redirect = service("HTTP-Redirect");
const notMetadata = "is not SAML metadata: it must be XML with an EntityDescriptor as its root";
const notCertificate = "is not a valid X.509 certificate";
const body = minimal.replace(/^<\?.*?\n/, "");
const cut = (share: number) => products.googleWorkspace?.slice(0, share) ?? "";
const publicKey =
  "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n";

export const bad: readonly Bad[] = [
  metadata(
    "of a service provider",
    entity(spRole(keyDescriptor(rsa))),
    "is the metadata of a service provider (SPSSODescriptor)",
  ),
  metadata(
    "of a service provider without a certificate",
    entity(spRole("")),
    "is the metadata of a service provider (SPSSODescriptor)",
  ),
  metadata(
    "EntitiesDescriptor around one",
    `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${body}</md:EntitiesDescriptor>`,
    "is the metadata of several entities (EntitiesDescriptor)",
  ),
  metadata(
    "EntitiesDescriptor as old versions of Keycloak write it",
    `<EntitiesDescriptor Name="urn:keycloak" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${products.keycloak ?? ""}</EntitiesDescriptor>`,
    "is the metadata of several entities (EntitiesDescriptor)",
  ),
  metadata(
    "EntitiesDescriptor of a federation",
    `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${body}${body}</md:EntitiesDescriptor>`,
    "is the metadata of several entities (EntitiesDescriptor)",
  ),
  metadata(
    "for WS-Federation only",
    entity(
      '<md:RoleDescriptor xsi:type="fed:SecurityTokenServiceType" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>',
    ),
    "describes no identity provider",
  ),
  metadata("without a key", entity(idpRole(redirect)), "has no signing certificate"),
  metadata(
    "with the name of a key only",
    entity(
      idpRole(
        keyDescriptor("").replace(/<ds:X509Data>.*<\/ds:X509Data>/, "<ds:KeyName>key</ds:KeyName>") +
          redirect,
      ),
    ),
    "has no signing certificate",
  ),
  metadata(
    "with an empty certificate",
    entity(idpRole(keyDescriptor("") + redirect)),
    "has a signing certificate that is not a valid X.509 certificate",
  ),
  metadata(
    "with a certificate that is none",
    entity(idpRole(keyDescriptor("bm8gY2VydGlmaWNhdGU=") + redirect)),
    "has a signing certificate that is not a valid X.509 certificate",
  ),
  metadata(
    "with a placeholder for the certificate",
    entity(idpRole(keyDescriptor("YOUR CERTIFICATE") + redirect)),
    "has a signing certificate that is not a valid X.509 certificate",
  ),
  metadata(
    "with a certificate that is cut off",
    entity(idpRole(keyDescriptor(rsa.slice(0, 400)) + redirect)),
    "has a signing certificate that is not a valid X.509 certificate, or is cut off",
  ),
  metadata(
    "with an indented certificate",
    entity(idpRole(keyDescriptor(`\n        ${inLines(rsa).replaceAll("\n", "\n        ")}\n`) + redirect)),
    "no white space at the beginning of its lines",
  ),
  ...["oneLogin", "shibboleth", "jumpCloud"].map((product) =>
    metadata(
      `of ${product} as it is, with a line break at the end of the certificate`,
      products[product] ?? "",
      "no line break at its end",
    ),
  ),
  metadata(
    "with a comment in a certificate",
    entity(idpRole(keyDescriptor(`${rsa.slice(0, 100)}<!-- c -->${rsa.slice(100)}`) + redirect)),
    "with no comment",
  ),
  metadata(
    "with two certificates without use",
    entity(idpRole(keyDescriptor(rsa, "") + keyDescriptor(next, "") + redirect)),
    'add use="signing" or use="encryption" to each KeyDescriptor',
  ),
  metadata(
    "with a certificate without use, to which Logto gives the use of the next one",
    entity(idpRole(keyDescriptor("bm8gY2VydGlmaWNhdGU=", "") + keyDescriptor(rsa) + redirect)),
    "has a signing certificate that Logto cannot read",
  ),
  metadata(
    "with HTTP-POST only",
    entity(idpRole(keyDescriptor(rsa) + service("HTTP-POST"))),
    'binding HTTP-Redirect, and there is only "HTTP-POST"',
  ),
  metadata(
    "without an address to sign in at",
    entity(idpRole(keyDescriptor(rsa))),
    "binding HTTP-Redirect, and there is none",
  ),
  metadata(
    "with two addresses to sign in at",
    entity(idpRole(keyDescriptor(rsa) + redirect + redirect)),
    "has 2 addresses to sign in at",
  ),
  metadata(
    "without a Location",
    minimal.replace(/ Location="[^"]*"/, ""),
    "has a SingleSignOnService whose Location is not a URL",
  ),
  metadata(
    "with a relative Location",
    minimal.replace(/ Location="[^"]*"/, ' Location="/sso"'),
    "has a SingleSignOnService whose Location is not a URL",
    "nobody can sign in",
  ),
  metadata(
    "with a Location of another scheme",
    minimal.replace(/ Location="[^"]*"/, ' Location="svn+https://idp.acme.com/sso"'),
    "has a SingleSignOnService whose Location is not a URL",
    "nobody can sign in",
  ),
  metadata("without an entityID", entity(idpRole(keyDescriptor(rsa) + redirect), ""), "has no entityID"),
  metadata(
    "with an empty entityID",
    entity(idpRole(keyDescriptor(rsa) + redirect), ' entityID=""'),
    "has no entityID",
    "nobody can sign in",
  ),
  metadata("cut off in a certificate", cut(700), "is cut off: the end tag </md:EntityDescriptor> is missing"),
  metadata("cut off in a tag", cut(250), "is cut off: the end tag </md:EntityDescriptor> is missing"),
  metadata(
    "cut off before its last tag",
    minimal.replace("</md:EntityDescriptor>", ""),
    "is cut off: the end tag </md:EntityDescriptor> is missing",
  ),
  metadata("cut off in its last tag", minimal.slice(0, -1), "is not well-formed XML"),
  metadata(
    "twice",
    minimal + body,
    'is not well-formed XML, which Logto cannot read: "Hierarchy request error: Only one element can be added',
  ),
  metadata(
    "with an entity that XML does not have",
    minimal.replace("urn:acme:idp", "acme&nbsp;idp"),
    'is not well-formed XML, which Logto cannot read: "entity not found:&nbsp;" in line 2',
  ),
  metadata(
    "with an attribute twice",
    minimal.replace("entityID=", 'entityID="a" entityID='),
    "is not well-formed XML",
  ),
  metadata(
    "a page of a website",
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>",
    "is a page of a website",
  ),
  metadata(
    "a page of a website that is not XML",
    '<html lang="en"><head><meta charset="utf-8"><link rel="icon"></head><body>a<br>b &nbsp;</body></html>',
    "is a page of a website",
  ),
  metadata("XML that is cut off, without an entity", "<not><closed>", notMetadata),
  metadata("a URL", "https://idp.acme.com/metadata", "specify it as metadataUrl"),
  metadata("the name of a file", "./idp-metadata.xml", "is the name of a file"),
  metadata("base64", Buffer.from(minimal).toString("base64"), "is SAML metadata encoded as base64"),
  metadata("JSON", JSON.stringify({ issuer: "https://idp.acme.com" }), notMetadata),
  metadata(
    "another kind of XML",
    '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>',
    'its root is "samlp:Response"',
  ),
  metadata("a text", "nonsense", notMetadata),

  certificate("a text", "nope", notCertificate),
  certificate(
    "several",
    pem(rsa) + pem(next),
    "contains 2 certificates, and Logto uses one",
    "Logto uses the first, whichever it is",
  ),
  certificate(
    "several with text between them",
    `s:CN = a\n${pem(rsa)}\ns:CN = b\n${pem(next)}`,
    "contains 2 certificates",
  ),
  certificate("a signing request", pem(rsa, "CERTIFICATE REQUEST"), "but a CERTIFICATE REQUEST"),
  certificate("a public key", publicKey, "but a PUBLIC KEY"),
  certificate("PKCS #7", pem(rsa, "PKCS7"), "but a PKCS7"),
  certificate("cut off", pem(rsa).slice(0, 500), "so it seems to be cut off"),
  certificate("cut off in base64", rsa.slice(0, 500), notCertificate),
  certificate("PEM encoded once more", Buffer.from(pem(rsa)).toString("base64"), "Decode it first"),
  certificate("a fingerprint", "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01", notCertificate),
  certificate("the name of a file", "./idp.pem", "is the name of a file"),
  certificate("an element of XML", `<X509Certificate>${rsa}</X509Certificate>`, notCertificate),
  certificate(
    "with a private key before it",
    `-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n${pem(rsa)}`,
    "must not contain a private key",
  ),
  certificate(
    "with a private key behind it",
    `${pem(rsa)}-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n`,
    "must not contain a private key",
    "the key would be in the state in clear",
  ),

  domain("*.acme.com", "must not contain a wildcard"),
  domain("*", "must not contain a wildcard"),
  domain(".acme.com", "must not begin with a dot"),
  domain("acme.com.", "must not end with a dot"),
  domain("acme..com", "must not contain two dots in a row"),
  domain("acme.com,acme.org", "must be one domain"),
  domain("acme.com, acme.org", "must be one domain"),
  domain("acme.com;acme.org", "must be one domain"),
  domain("acme.com acme.org", "must not contain a space"),
  domain("acme.com\n", "must not contain a space"),
  domain("acme.com:443", "must not contain a port"),
  domain("https://acme.com", "is a URL"),
  domain("acme.com/sso", "is not a domain name"),
  domain("@acme.com", "must not contain an @"),
  domain("me@acme.com", "must not contain an @"),
  domain("acme\u200B.com", 'write "acme.com"'),
  domain("\uFEFFacme.com", "must not contain a space"),
  domain("acme\u00AD.com", 'write "acme.com"'),
  domain("ａｃｍｅ.com", 'write "acme.com"'),
  domain("acme。com", 'write "acme.com"'),
  domain("bu\u0308cher.example", 'write "bücher.example" or "xn--bcher-kva.example"'),
  domain(`${"a".repeat(64)}.com`, "at most 63 characters"),
  domain(`${"abcdefg.".repeat(32)}com`, "at most 253 characters"),
  domain("-acme.com", "with no hyphen at either end"),
  domain("acme-.com", "with no hyphen at either end"),
  domain("acme_corp.com", "letters, digits and hyphens"),
  domain("acme&co.com", "letters, digits and hyphens"),
  domain("acme", "must have a dot"),
  domain("192.0.2.1", "is an IP address"),
  domain("[192.0.2.1]", "is not a domain name"),
  domain("2001:db8::1", "is not a domain name"),
  domain("acme.123", "is not a domain name"),
  domain("xn--a.com", "is not a domain name"),
  domain('"acme.com"', "letters, digits and hyphens"),
  domain("", "must not be empty"),
  domain("GMAIL.com", "is a public email domain", ""),
  domain("acme\uD800.com", "half of a character", ""),
  domain("acme\0.com", "NUL", ""),

  issuer(
    "the address of the discovery document",
    "https://idp.acme.com/.well-known/openid-configuration",
    'Write "https://idp.acme.com".',
  ),
  issuer(
    "the address of the discovery document below a path",
    "https://sso.acme.com/realms/acme/.well-known/openid-configuration/",
    'Write "https://sso.acme.com/realms/acme".',
  ),
  issuer(
    "the address of OAuth metadata",
    "https://acme.okta.com/oauth2/default/.well-known/oauth-authorization-server",
    'Write "https://acme.okta.com/oauth2/default".',
  ),
  issuer(
    "the address of the discovery document of a policy",
    "https://acme.b2clogin.com/acme.onmicrosoft.com/v2.0/.well-known/openid-configuration?p=B2C_1_signin",
    "must not be the address of the discovery document",
  ),
  issuer(
    "a query",
    "https://idp.acme.com/realms/acme?kc_idp_hint=x",
    'must not have a query or a fragment: Logto adds /.well-known/openid-configuration to the issuer by itself. Write "https://idp.acme.com/realms/acme".',
  ),
  issuer("a fragment", "https://idp.acme.com/#", "must not have a query or a fragment"),
  issuer(
    "the placeholder {tenant}",
    "https://login.microsoftonline.com/{tenant}/v2.0",
    "contains the placeholder {tenant}",
  ),
  issuer(
    "a placeholder behind http",
    "HTTP://idp.acme.com/{tenant}",
    "contains the placeholder {tenant}: replace it by your own value.",
  ),
  issuer(
    "a placeholder, and white space before the address",
    " https://idp.acme.com/{tenant}",
    "contains the placeholder {tenant}",
  ),
  issuer("a placeholder behind nothing", "{issuer}", "must be a URL that begins with https://"),
  issuer(
    "the placeholder {tenantid}",
    "https://login.microsoftonline.com/{tenantid}/v2.0",
    "contains the placeholder {tenantid}",
  ),
  issuer(
    "a placeholder in the name of the host",
    "https://{yourOktaDomain}/oauth2/default",
    "contains the placeholder {yourOktaDomain}",
  ),
  issuer(
    "a template that was not filled in",
    "https://idp.acme.com/${realm}",
    "contains the placeholder ${realm}",
  ),
  issuer(
    "a placeholder in angle brackets",
    "https://login.microsoftonline.com/<tenant-id>/v2.0",
    "contains the placeholder <tenant-id>",
  ),
  issuer(
    "an encoded placeholder",
    "https://login.microsoftonline.com/%7Btenant%7D/v2.0",
    "contains the placeholder %7Btenant%7D",
  ),
  issuer(
    "a space before it",
    " https://idp.acme.com",
    'must not have white space around it. Write "https://idp.acme.com".',
    "Logto recognizes users by the text with the space",
  ),
  issuer(
    "a space behind it",
    "https://sso.acme.com/realms/acme ",
    'Write "https://sso.acme.com/realms/acme".',
  ),
  issuer(
    "a line break behind it",
    "https://sso.acme.com/realms/acme\n",
    'Write "https://sso.acme.com/realms/acme".',
    "Logto recognizes users by the text with the line break",
  ),
  issuer("a space in it", "https://sso.acme.com/realms/ac me", "must not contain white space"),
  issuer("a zero-width space in it", "https://sso.acme.com/realms/acme\u200B", "invisible character"),
  issuer("no scheme", "acme.okta.com", "must be a URL that begins with https://"),
  issuer("another scheme", "ftp://idp.acme.com", "must be a URL that begins with https://"),
  issuer("nonsense", "nonsense", "must be a URL that begins with https://"),
  issuer(
    "a password",
    "https://user:canary@idp.acme.com",
    "must not contain a URL with a user name or a password",
  ),
  issuer("nothing", "", "must not be empty"),

  other(
    "config.signInEndpoint",
    "nonsense",
    saml({ ...manual, signInEndpoint: "nonsense" }),
    "must be a URL",
    "nobody can sign in",
  ),
  other(
    "config.signInEndpoint",
    "no scheme",
    saml({ ...manual, signInEndpoint: "idp.acme.com/sso" }),
    "must be a URL",
    "nobody can sign in",
  ),
  other(
    "config.signInEndpoint",
    "a placeholder",
    saml({ ...manual, signInEndpoint: "https://login.microsoftonline.com/{tenant}/saml2" }),
    "contains the placeholder {tenant}",
    "nobody can sign in",
  ),
  other("config.metadataUrl", "no URL", saml({ metadataUrl: "idp.acme.com/metadata" }), "must be a URL"),
  other(
    "config.metadataUrl",
    "a placeholder",
    saml({ metadataUrl: "https://login.microsoftonline.com/<tenant>/federationmetadata.xml" }),
    "contains the placeholder <tenant>",
  ),
  other("config.metadataUrl", "metadata", saml({ metadataUrl: minimal }), "must be a URL"),
  other(
    "config.clientSecret",
    "nothing",
    { config: { ...oidcConfig, clientSecret: "" } },
    "must not be empty",
    "nobody can sign in",
  ),
  other(
    "config.clientSecret",
    "half of a character",
    { config: { ...oidcConfig, clientSecret: "canary\uDC00" } },
    "half of a character",
  ),
  other("config.clientId", "a NUL character", { config: { ...oidcConfig, clientId: "a\0" } }, "NUL"),
  other(
    "config.scope",
    "half of a character",
    { config: { ...oidcConfig, scope: "email \uD83D" } },
    "half of a character",
  ),
  other(
    "connectorName",
    "half of a character",
    { connectorName: `Acme ${"🚀".slice(0, 1)}` },
    "half of a character",
    "the name becomes another one",
  ),
  other("connectorName", "129 characters", { connectorName: "n".repeat(129) }, "at most 128"),
  other(
    "branding.displayName",
    "half of a character",
    { branding: { displayName: "\uDC00" } },
    "half of a character",
  ),
  ...[{ email: "nameID" }, { name: "nameID" }, { id: "email" }, { id: "uid", email: "uid", name: "uid" }].map(
    (attributeMapping) =>
      other(
        "config.attributeMapping",
        JSON.stringify(attributeMapping),
        {
          providerName: "AzureAD",
          config: { metadataUrl: "https://idp.acme.com/metadata", attributeMapping },
        },
        "to one field only",
        "users have no ID",
      ),
  ),
  other(
    "config.attributeMapping.id",
    "an empty text",
    saml({ metadataUrl: "https://idp.acme.com/metadata", attributeMapping: { id: "" } }),
    "must not be empty",
    "users have no ID",
  ),
  other("branding.logo", "a NUL character", { branding: { logo: "https://cdn.acme.com/\0" } }, "NUL"),
];
