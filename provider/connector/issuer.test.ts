import { entraWarning, issuerChange, issuerProblem, issuerWarning } from "./issuer";

test.each([
  ["https://idp.acme.com/.well-known", "https://idp.acme.com"],
  ["https://idp.acme.com///.well-known/x", "https://idp.acme.com"],
  ["https://idp.acme.com/a/?b#c", "https://idp.acme.com/a"],
  ["https://idp.acme.com/a#c", "https://idp.acme.com/a"],
  [" https://idp.acme.com/a ", "https://idp.acme.com/a"],
  ["https://idp.acme.com/a ", "https://idp.acme.com/a"],
])("%j should be %j", (issuer, written) => {
  expect(issuerProblem(issuer)).toMatch(new RegExp(`Write "${written}"\\.$`));
});

test.each([
  "https://idp.acme.com",
  "https://idp.acme.com/",
  "https://idp.acme.com/a.well-known/b",
  "https://a/.well-knownx",
])("%s may have a discovery document", (issuer) => {
  expect(issuerProblem(issuer)).toBeUndefined();
});

test("a slash at the end is warned of, and all of them are to be removed", () => {
  expect(issuerWarning("https://idp.acme.com//")).toContain('Write "https://idp.acme.com", unless');
  expect(issuerWarning("https://idp.acme.com")).toBeUndefined();
});

test.each([
  ["https://login.microsoftonline.com/common", "common"],
  ["https://login.microsoftonline.us/common/v2.0", "common"],
  ["HTTPS://LOGIN.microsoftonline.com/Organizations/v2.0", "Organizations"],
])("%s is that of several tenants", (issuer, tenants) => {
  expect(entraWarning(issuer)).toContain(`Entra ID for several tenants (${tenants})`);
});

test.each([
  "https://login.microsoftonline.com/commonly/v2.0",
  "https://login.microsoftonline.com/acme/common",
  "https://login.microsoftonline.com.acme.com/common",
  "https://idp.acme.com/https://login.microsoftonline.com/common",
  "https://loginxmicrosoftonline.com/common",
])("%s is that of one tenant", (issuer) => {
  expect(entraWarning(issuer)).toBeUndefined();
});

test("the name of an identity provider changes with its issuer or entity ID, whichever a config has", () => {
  const a = { issuer: "https://a.acme.com" };
  expect(issuerChange(a, a)).toBeUndefined();
  expect(issuerChange(a, {})).toBeUndefined();
  expect(issuerChange({ metadataUrl: "https://a.acme.com" }, a)).toBeUndefined();
  expect(issuerChange({ metadata: "nonsense" }, a)).toBeUndefined();
  expect(issuerChange(a, { issuer: "https://b.acme.com" })).toMatchObject({
    path: "config.issuer",
    message: expect.stringMatching(
      /^the issuer changes from "https:\/\/a\.acme\.com" to "https:\/\/b\.acme\.com"\./,
    ) as string,
  });
  expect(issuerChange({ entityId: "urn:a" }, { entityId: "urn:b" })).toMatchObject({
    path: "config.entityId",
    message: expect.stringMatching(/^the entity ID changes from "urn:a" to "urn:b"\./) as string,
  });
  const secret = issuerChange({ issuer: "https://u:canary@acme.com" }, a);
  expect(secret?.message).not.toContain("canary");
});
