/** SAML metadata in the shape in which products publish it, written for these tests with their own certificates and names. */
import { ec, next, pem, rsa } from "./certificates";

const saml2 = "urn:oasis:names:tc:SAML:2.0";
const [md, protocol, xmldsig] = [
  `${saml2}:metadata`,
  `${saml2}:protocol`,
  "http://www.w3.org/2000/09/xmldsig#",
];
const emailFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

/** Base64 in lines of a length, as many products write it. */
export const inLines = (base64: string, length = 76) =>
  base64.replace(new RegExp(`.{${length}}(?=.)`, "g"), "$&\n");

export const keyDescriptor = (text: string, use = ' use="signing"') =>
  `<md:KeyDescriptor${use}><ds:KeyInfo xmlns:ds="${xmldsig}"><ds:X509Data><ds:X509Certificate>${text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;

export const service = (binding: string, location = "https://idp.acme.com/sso") =>
  `<md:SingleSignOnService Binding="${saml2}:bindings:${binding}" Location="${location}"/>`;

export const entity = (roles: string, attributes = ' entityID="urn:acme:idp"') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<md:EntityDescriptor xmlns:md="${md}"${attributes}>${roles}</md:EntityDescriptor>`;

export const idpRole = (content: string) =>
  `<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${protocol}">${content}</md:IDPSSODescriptor>`;

export const spRole = (content: string) =>
  `<md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="${protocol}">${content}<md:AssertionConsumerService Binding="${saml2}:bindings:HTTP-POST" Location="https://logto.acme.com/api/authn/single-sign-on/saml/x" index="0"/></md:SPSSODescriptor>`;

/** The least metadata with which users can sign in. */
export const minimal = entity(idpRole(keyDescriptor(rsa) + service("HTTP-Redirect")));

/** Removes the white space in certificates, with which Logto cannot read them, as docs/errors.md says. */
export const trimmed = (xml: string) =>
  xml.replace(
    /(X509Certificate>)([\w+/=\s]+)/g,
    (_, tag: string, base64: string) => tag + base64.replace(/\s/g, ""),
  );

/** Those with a line break at the end of a certificate cannot be used as they are. */
export const products: Readonly<Record<string, string>> = {
  adfs: `<EntityDescriptor ID="_0a1b2c3d-0000-4000-8000-000000000001" entityID="http://fs.acme.com/adfs/services/trust" xmlns="${md}"><ds:Signature xmlns:ds="${xmldsig}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:SignedInfo><ds:SignatureValue>c2lnbmVk</ds:SignatureValue><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${next}</X509Certificate></X509Data></KeyInfo></ds:Signature><RoleDescriptor xsi:type="fed:ApplicationServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/ws-sx/ws-trust/200512 http://schemas.xmlsoap.org/ws/2005/02/trust" ServiceDisplayName="Acme" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706"><KeyDescriptor use="encryption"><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${next}</X509Certificate></X509Data></KeyInfo></KeyDescriptor></RoleDescriptor><SPSSODescriptor WantAssertionsSigned="true" protocolSupportEnumeration="${protocol}"><KeyDescriptor use="encryption"><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${next}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${rsa}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><AssertionConsumerService Binding="${saml2}:bindings:HTTP-POST" Location="https://fs.acme.com/adfs/ls/" index="0" isDefault="true"/></SPSSODescriptor><IDPSSODescriptor protocolSupportEnumeration="${protocol}"><KeyDescriptor use="encryption"><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${next}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${rsa}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleLogoutService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://fs.acme.com/adfs/ls/"/><NameIDFormat>${emailFormat}</NameIDFormat><SingleSignOnService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://fs.acme.com/adfs/ls/"/><SingleSignOnService Binding="${saml2}:bindings:HTTP-POST" Location="https://fs.acme.com/adfs/ls/"/><Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" FriendlyName="E-Mail Address" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/></IDPSSODescriptor><ContactPerson contactType="support"/></EntityDescriptor>`,
  entraId: `\uFEFF<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_0a1b2c3d-0000-4000-8000-000000000002" entityID="https://sts.windows.net/11111111-2222-4333-8444-555555555555/" xmlns="${md}"><Signature xmlns="${xmldsig}"><SignedInfo><Reference URI="#_0a1b2c3d-0000-4000-8000-000000000002"><DigestValue>ZGlnZXN0</DigestValue></Reference></SignedInfo><SignatureValue>c2lnbmVk</SignatureValue><KeyInfo><X509Data><X509Certificate>${rsa}</X509Certificate></X509Data></KeyInfo></Signature><RoleDescriptor xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706"><KeyDescriptor use="signing"><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${rsa}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><fed:ClaimTypesOffered><auth:ClaimType Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706"><auth:DisplayName>Name</auth:DisplayName></auth:ClaimType></fed:ClaimTypesOffered></RoleDescriptor><IDPSSODescriptor protocolSupportEnumeration="${protocol}"><KeyDescriptor use="signing"><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${rsa}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="${xmldsig}"><X509Data><X509Certificate>${next}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleLogoutService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/saml2"/><SingleSignOnService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/saml2"/><SingleSignOnService Binding="${saml2}:bindings:HTTP-POST" Location="https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/saml2"/></IDPSSODescriptor></EntityDescriptor>`,
  okta: `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="http://www.okta.com/exk1acme2logto" xmlns:md="${md}"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${protocol}">${keyDescriptor(inLines(rsa, 64))}<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat><md:NameIDFormat>${emailFormat}</md:NameIDFormat>${service("HTTP-POST", "https://acme.okta.com/app/acme_logto_1/exk1acme2logto/sso/saml")}${service("HTTP-Redirect", "https://acme.okta.com/app/acme_logto_1/exk1acme2logto/sso/saml")}</md:IDPSSODescriptor></md:EntityDescriptor>`,
  googleWorkspace: `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<md:EntityDescriptor xmlns:md="${md}" entityID="https://accounts.google.com/o/saml2?idpid=C01acme23" validUntil="2031-01-01T00:00:00.000Z">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${protocol}">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="${xmldsig}">
        <ds:X509Data>
          <ds:X509Certificate>${inLines(rsa, 76)}</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>${emailFormat}</md:NameIDFormat>
    ${service("HTTP-Redirect", "https://accounts.google.com/o/saml2/idp?idpid=C01acme23")}
    ${service("HTTP-POST", "https://accounts.google.com/o/saml2/idp?idpid=C01acme23")}
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`,
  keycloak: `<md:EntityDescriptor xmlns="${md}" xmlns:md="${md}" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="${xmldsig}" entityID="https://sso.acme.com/realms/acme"><md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="${protocol}"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyName>q1w2e3r4t5y6</ds:KeyName><ds:X509Data><ds:X509Certificate>${rsa}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:ArtifactResolutionService Binding="${saml2}:bindings:SOAP" Location="https://sso.acme.com/realms/acme/protocol/saml/resolve" index="0"></md:ArtifactResolutionService><md:SingleLogoutService Binding="${saml2}:bindings:HTTP-POST" Location="https://sso.acme.com/realms/acme/protocol/saml"></md:SingleLogoutService><md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>${["HTTP-POST", "HTTP-Redirect", "SOAP", "HTTP-Artifact"].map((binding) => service(binding, "https://sso.acme.com/realms/acme/protocol/saml").replace("/>", "></md:SingleSignOnService>")).join("")}</md:IDPSSODescriptor></md:EntityDescriptor>`,
  auth0: `<EntityDescriptor entityID="urn:acme.eu.auth0.com" xmlns="${md}">
  <IDPSSODescriptor protocolSupportEnumeration="${protocol}">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="${xmldsig}">
        <X509Data>
          <X509Certificate>${rsa}</X509Certificate>
        </X509Data>
      </KeyInfo>
    </KeyDescriptor>
    <SingleLogoutService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://acme.eu.auth0.com/samlp/abc/logout"/>
    <NameIDFormat>${emailFormat}</NameIDFormat>
    <SingleSignOnService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://acme.eu.auth0.com/samlp/abc"/>
    <SingleSignOnService Binding="${saml2}:bindings:HTTP-POST" Location="https://acme.eu.auth0.com/samlp/abc"/>
    <Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" FriendlyName="E-Mail Address" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>
  </IDPSSODescriptor>
</EntityDescriptor>`,
  oneLogin: `<?xml version="1.0"?>
<EntityDescriptor xmlns="${md}" entityID="https://app.onelogin.com/saml/metadata/0a1b2c3d-0000-4000-8000-000000000003">
  <IDPSSODescriptor xmlns:ds="${xmldsig}" protocolSupportEnumeration="${protocol}">
    <KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="${xmldsig}">
        <ds:X509Data>
          <ds:X509Certificate>${inLines(rsa, 60)}
</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </KeyDescriptor>
    <NameIDFormat>${emailFormat}</NameIDFormat>
    <SingleSignOnService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://acme.onelogin.com/trust/saml2/http-redirect/sso/0a1b2c3d"/>
    <SingleSignOnService Binding="${saml2}:bindings:HTTP-POST" Location="https://acme.onelogin.com/trust/saml2/http-post/sso/0a1b2c3d"/>
    <SingleSignOnService Binding="${saml2}:bindings:SOAP" Location="https://acme.onelogin.com/trust/saml2/soap/sso/0a1b2c3d"/>
  </IDPSSODescriptor>
</EntityDescriptor>`,
  pingFederate: `<md:EntityDescriptor ID="fx7acme" cacheDuration="PT1440M" entityID="acme:pingfederate:saml2" xmlns:md="${md}"><md:IDPSSODescriptor protocolSupportEnumeration="${protocol}" WantAuthnRequestsSigned="false"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${xmldsig}"><ds:X509Data><ds:X509Certificate>${rsa}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>${service("HTTP-Redirect", "https://ping.acme.com/idp/SSO.saml2")}${service("HTTP-POST", "https://ping.acme.com/idp/SSO.saml2")}${service("HTTP-Artifact", "https://ping.acme.com/idp/SSO.saml2")}<saml:Attribute Name="email" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/></md:IDPSSODescriptor><md:ContactPerson contactType="administrative"><md:Company>Acme &amp; Sons</md:Company></md:ContactPerson></md:EntityDescriptor>`,
  shibboleth: `<?xml version="1.0" encoding="UTF-8"?>
<!-- This is example metadata only. Do *NOT* supply it as is without review. -->
<EntityDescriptor xmlns="${md}" xmlns:ds="${xmldsig}" xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" entityID="https://shib.acme.edu/idp/shibboleth">
    <IDPSSODescriptor protocolSupportEnumeration="${protocol} urn:mace:shibboleth:1.0">
        <Extensions>
            <shibmd:Scope regexp="false">acme.edu</shibmd:Scope>
            <mdui:UIInfo><mdui:DisplayName xml:lang="en">Acme University</mdui:DisplayName></mdui:UIInfo>
        </Extensions>
        <!-- First signing certificate is BackChannel, the Second is FrontChannel -->
${[next, rsa]
  .map(
    (certificate) => `        <KeyDescriptor use="signing">
            <ds:KeyInfo>
                    <ds:X509Data>
                        <ds:X509Certificate>
${inLines(certificate, 64)}
                        </ds:X509Certificate>
                    </ds:X509Data>
            </ds:KeyInfo>
        </KeyDescriptor>`,
  )
  .join("\n")}
        <KeyDescriptor use="encryption">
            <ds:KeyInfo><ds:X509Data><ds:X509Certificate>
${inLines(next, 64)}
            </ds:X509Certificate></ds:X509Data></ds:KeyInfo>
        </KeyDescriptor>
        <ArtifactResolutionService Binding="${saml2}:bindings:SOAP" Location="https://shib.acme.edu:8443/idp/profile/SAML2/SOAP/ArtifactResolution" index="2"/>
        <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>
        <SingleSignOnService Binding="urn:mace:shibboleth:1.0:profiles:AuthnRequest" Location="https://shib.acme.edu/idp/profile/Shibboleth/SSO"/>
        <SingleSignOnService Binding="${saml2}:bindings:HTTP-POST" Location="https://shib.acme.edu/idp/profile/SAML2/POST/SSO"/>
        <SingleSignOnService Binding="${saml2}:bindings:HTTP-POST-SimpleSign" Location="https://shib.acme.edu/idp/profile/SAML2/POST-SimpleSign/SSO"/>
        <SingleSignOnService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://shib.acme.edu/idp/profile/SAML2/Redirect/SSO"/>
    </IDPSSODescriptor>
    <AttributeAuthorityDescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol">
        <KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
${inLines(next, 64)}
        </ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>
        <AttributeService Binding="${saml2}:bindings:SOAP" Location="https://shib.acme.edu:8443/idp/profile/SAML2/SOAP/AttributeQuery"/>
    </AttributeAuthorityDescriptor>
</EntityDescriptor>
`,
  simpleSamlPhp: `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="${md}" xmlns:ds="${xmldsig}" entityID="https://idp.acme.com/simplesaml/saml2/idp/metadata.php">
  <md:IDPSSODescriptor protocolSupportEnumeration="${protocol}">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${xmldsig}"><ds:X509Data><ds:X509Certificate>${rsa}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:KeyDescriptor use="encryption"><ds:KeyInfo xmlns:ds="${xmldsig}"><ds:X509Data><ds:X509Certificate>${rsa}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleLogoutService Binding="${saml2}:bindings:HTTP-Redirect" Location="https://idp.acme.com/simplesaml/saml2/idp/SingleLogoutService.php"/>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
    ${service("HTTP-Redirect", "https://idp.acme.com/simplesaml/saml2/idp/SSOService.php")}
  </md:IDPSSODescriptor>
  <md:ContactPerson contactType="technical"><md:GivenName>Administrator</md:GivenName><md:EmailAddress>mailto:it@acme.com</md:EmailAddress></md:ContactPerson>
</md:EntityDescriptor>
`,
  authentik: `<?xml version='1.0' encoding='UTF-8'?>
<md:EntityDescriptor xmlns:ds="${xmldsig}" xmlns:md="${md}" ID="_acme" entityID='https://auth.acme.com'><md:IDPSSODescriptor protocolSupportEnumeration='${protocol}'>${keyDescriptor(rsa)}<md:NameIDFormat>${emailFormat}</md:NameIDFormat>${service("HTTP-Redirect", "https://auth.acme.com/application/saml/logto/sso/binding/redirect/")}${service("HTTP-POST", "https://auth.acme.com/application/saml/logto/sso/binding/post/")}</md:IDPSSODescriptor></md:EntityDescriptor>`,
  jumpCloud: `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="JumpCloud" xmlns:md="${md}"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${protocol}">${keyDescriptor(`\n${inLines(rsa)}\n`)}<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>${service("HTTP-Redirect", "https://sso.jumpcloud.com/saml2/acme")}${service("HTTP-POST", "https://sso.jumpcloud.com/saml2/acme")}</md:IDPSSODescriptor></md:EntityDescriptor>`,
  salesforce: `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor xmlns:md="${md}" xmlns:ds="${xmldsig}" entityID="https://acme.my.salesforce.com" validUntil="2036-01-01T00:00:00.000Z">
   <md:IDPSSODescriptor protocolSupportEnumeration="${protocol}">
      <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${ec}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
      <md:NameIDFormat>${emailFormat}</md:NameIDFormat>
      ${service("HTTP-POST", "https://acme.my.salesforce.com/idp/endpoint/HttpPost")}
      ${service("HTTP-Redirect", "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect")}
   </md:IDPSSODescriptor>
</md:EntityDescriptor>`,
  withoutUse: entity(idpRole(keyDescriptor(rsa, "") + service("HTTP-Redirect"))),
  pemInside: entity(idpRole(keyDescriptor(pem(rsa).trim()) + service("HTTP-Redirect"))),
};
