import { updatedConfig } from "./configUpdate";

const known = { clientId: "a", clientSecret: "canary-1", issuer: "https://idp", scope: "email" };

test.each([
  ["nothing", known, known],
  ["a changed key", { ...known, clientId: "b" }, { clientId: "b" }],
  ["an added key", { ...known, trustUnverifiedEmail: true }, { trustUnverifiedEmail: true }],
])("%s leaves what was changed by hand and what is not known", (_what, declared, sent) => {
  const live = { ...known, clientSecret: "canary-rotated", responseMode: "query" };
  expect(updatedConfig(live, known, declared)).toEqual({ ...live, ...(sent === known ? {} : sent) });
});

test("a key that the program took out goes", () => {
  const { scope, ...declared } = known;
  const live = { ...known, responseMode: "query" };
  expect(updatedConfig(live, known, declared)).toEqual({ ...declared, responseMode: "query" });
});

test("a key of which Logto has another value than known is left alone unless the program changes it", () => {
  const live = { ...known, scope: "by hand" };
  expect(updatedConfig(live, known, { ...known, clientId: "b" }).scope).toBe("by hand");
  expect(updatedConfig(live, known, { ...known, scope: "phone" }).scope).toBe("phone");
});

test("a SAML identity provider is described in one way", () => {
  const manual = { entityId: "e", signInEndpoint: "https://s", x509Certificate: "c" };
  const byUrl = { metadataUrl: "https://m", attributeMapping: { id: "uid" } };
  expect(updatedConfig(byUrl, byUrl, { ...manual, attributeMapping: { id: "uid" } })).toEqual({
    ...manual,
    attributeMapping: { id: "uid" },
  });
  // Described otherwise by hand: what is declared is whole all the same.
  expect(updatedConfig(byUrl, manual, { ...manual, entityId: "new" })).toEqual({
    ...manual,
    entityId: "new",
    attributeMapping: { id: "uid" },
  });
  // And left alone where the program changes something else.
  expect(updatedConfig(byUrl, manual, { ...manual, signAuthnRequest: true })).toEqual({
    ...byUrl,
    signAuthnRequest: true,
  });
});
