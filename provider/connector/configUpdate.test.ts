import { updatedConfig } from "./configUpdate";

const stateConfig = { clientId: "a", clientSecret: "canary-1", issuer: "https://idp", scope: "email" };

test.each([
  ["nothing", stateConfig, stateConfig],
  ["a changed key", { ...stateConfig, clientId: "b" }, { clientId: "b" }],
  ["an added key", { ...stateConfig, trustUnverifiedEmail: true }, { trustUnverifiedEmail: true }],
])("an update of %s keeps changes made in the console and unknown keys", (_what, declared, sent) => {
  const configInLogto = { ...stateConfig, clientSecret: "canary-rotated", responseMode: "query" };
  expect(updatedConfig(configInLogto, stateConfig, declared)).toEqual({
    ...configInLogto,
    ...(sent === stateConfig ? {} : sent),
  });
});

test("a key that is removed from the program is removed from the config", () => {
  const { scope, ...declared } = stateConfig;
  const configInLogto = { ...stateConfig, responseMode: "query" };
  expect(updatedConfig(configInLogto, stateConfig, declared)).toEqual({ ...declared, responseMode: "query" });
});

test("a key with another value in Logto than in the state is kept unless the program changes it", () => {
  const configInLogto = { ...stateConfig, scope: "console" };
  expect(updatedConfig(configInLogto, stateConfig, { ...stateConfig, clientId: "b" }).scope).toBe("console");
  expect(updatedConfig(configInLogto, stateConfig, { ...stateConfig, scope: "phone" }).scope).toBe("phone");
});

test("a key that the program gives up is not sent", () => {
  const updated = updatedConfig({ ...stateConfig, scope: "x" }, { ...stateConfig, scope: "x" }, stateConfig);
  expect(updated).toStrictEqual(stateConfig);
});

test("a SAML config describes the identity provider in one way only", () => {
  const manual = { entityId: "e", signInEndpoint: "https://s", x509Certificate: "c" };
  const byUrl = { metadataUrl: "https://m", attributeMapping: { id: "uid" } };
  expect(updatedConfig(byUrl, byUrl, { ...manual, attributeMapping: { id: "uid" } })).toEqual({
    ...manual,
    attributeMapping: { id: "uid" },
  });
  // The description was changed in the console: all keys of the declared one are sent.
  expect(updatedConfig(byUrl, manual, { ...manual, entityId: "new" })).toEqual({
    ...manual,
    entityId: "new",
    attributeMapping: { id: "uid" },
  });
  // It is kept if the program changes something else.
  expect(updatedConfig(byUrl, manual, { ...manual, signAuthnRequest: true })).toEqual({
    ...byUrl,
    signAuthnRequest: true,
  });
});
