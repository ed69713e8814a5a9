/** What counts as a response of Logto: at each endpoint, all that is used of it. */
import { clientOf, failure } from "../../test/scriptedClient";
import { IdpInitiatedAuth } from "./idpInitiatedAuth";

const key = {
  id: "k1",
  active: true,
  certificate: "PEM",
  expiresAt: 7,
  fingerprints: { sha256: { formatted: "AB:CD" } },
};
const shown = { id: "k1", active: true, certificate: "PEM", expiresAt: 7, fingerprint: "AB:CD" };

test("signing keys are read", async () => {
  const { client, calledPaths } = await clientOf([{ body: [key, { ...key, id: "k2", active: undefined }] }]);
  expect(await client.signingKeys.list("a/b")).toEqual([shown, { ...shown, id: "k2", active: false }]);
  expect(calledPaths().at(-1)).toBe("GET /api/sso-connectors/a%2Fb/signing-keys");
});

test.each<[string, unknown]>([
  ["an ID", { ...key, id: 1 }],
  ["a certificate", { ...key, certificate: undefined }],
  ["a fingerprint", { ...key, fingerprints: { sha256: { formatted: null } } }],
  ["fingerprints", { ...key, fingerprints: undefined }],
  ["a SHA-256", { ...key, fingerprints: {} }],
  ["anything", null],
])("a signing key without %s is not one of Logto's", async (_what, body) => {
  const { client } = await clientOf([{ body: [key, body] }]);
  expect(await failure(client.signingKeys.list("id1"))).toMatchObject({ code: "not-logto" });
});

test("a key is changed and deleted at its own path", async () => {
  const { client, requests } = await clientOf([{ body: key }]);
  await client.signingKeys.setActive("c/1", "k/1", false);
  await client.signingKeys.create("c1", true);
  expect(
    requests.slice(1).map(({ method, path, body }) => [method, path, JSON.parse(body) as unknown]),
  ).toEqual([
    ["PATCH", "/api/sso-connectors/c%2F1/signing-keys/k%2F1", { active: false }],
    ["POST", "/api/sso-connectors/c1/signing-keys", { active: true }],
  ]);
});

test("the connectors of an organization are known by their IDs", async () => {
  const { client, calledPaths } = await clientOf([{ body: [{ id: "a", connectorName: "A" }, { id: "b" }] }]);
  expect(await client.organizations.linkedConnectors("o/1")).toEqual(["a", "b"]);
  expect(calledPaths().at(-1)).toBe("GET /api/organizations/o%2F1/jit/sso-connectors");
  for (const wrong of [{}, null, { id: 1 }]) {
    const other = await clientOf([{ body: [wrong] }]);
    expect(await failure(other.client.organizations.linkedConnectors("o1"))).toMatchObject({
      code: "not-logto",
    });
  }
});

test("an IdP-initiated sign-in has an application", async () => {
  const get = async (body: unknown) => {
    const { client } = await clientOf([{ body }]);
    return new IdpInitiatedAuth(client.call).get("c1");
  };
  expect(await get({ defaultApplicationId: "a", more: 1 })).toEqual({ defaultApplicationId: "a", more: 1 });
  for (const wrong of [{}, [], { defaultApplicationId: 1 }])
    expect(await failure(get(wrong))).toMatchObject({ code: "not-logto" });
});
