import { registrationUrls } from "./registrationUrls";

test("an OIDC client has a redirect URI; a SAML service provider has an ACS URL and an entity ID", () => {
  const address = "https://login.acme.com";
  for (const providerName of ["OIDC", "Okta", "a kind of a newer Logto"]) {
    expect(registrationUrls(providerName, "id1", address)).toEqual({
      redirectUri: "https://login.acme.com/callback/id1",
    });
  }
  for (const providerName of ["SAML", "AzureAD"]) {
    expect(registrationUrls(providerName, "id1", address)).toEqual({
      assertionConsumerServiceUrl: "https://login.acme.com/api/authn/single-sign-on/saml/id1",
      spEntityId: "https://login.acme.com/enterprise-sso/id1",
    });
  }
});
