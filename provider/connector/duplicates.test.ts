import { Claims, type Declaration } from "./duplicates";
import { type Resource, resourceKeys, resources } from "./resources";

const declared = (name: string): Declaration => ({ identity: name, label: `"${name}"` });
const newClaims = () => new Claims((value) => (typeof value === "string" ? value : undefined));
/** The inputs of a resource, each with a value of its own. */
const inputsOf = ({ inputs }: Resource) =>
  Object.fromEntries(Object.keys(inputs).map((input) => [input, input]));

test("two resources are named in one order, whichever of them is checked first", () => {
  for (const [first, second] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    const claims = newClaims();
    expect(claims.claim("singleSignOn", {}, declared(first))).toBeUndefined();
    expect(claims.claim("singleSignOn", {}, declared(second))).toMatchObject({
      path: "enabled",
      message: expect.stringMatching(/^The SingleSignOn "a" and "b" declare the same switch/) as string,
    });
  }
});

test("all that a program could declare twice says what is wrong with that", () => {
  const refused = resourceKeys.filter((key) => {
    const claims = newClaims();
    claims.claim(key, inputsOf(resources[key]), declared("a"));
    return claims.claim(key, inputsOf(resources[key]), declared("b")) !== undefined;
  });
  expect(refused).toEqual(resourceKeys.filter((key) => (resources[key] as Resource).duplicate !== undefined));
  expect(resourceKeys.filter((key) => !refused.includes(key))).toEqual(["samlSigningKey", "organization"]);
});

test("another object, and one that is not known yet, is no duplicate", () => {
  const claims = newClaims();
  const link = { organizationId: "o", connectorId: "c" };
  for (const [name, inputs] of Object.entries({
    first: link,
    "first, checked again": link,
    second: { ...link, connectorId: "c2" },
    third: { ...link, organizationId: "o2" },
    fourth: { ...link, connectorId: undefined },
    fifth: { ...link, connectorId: undefined },
  })) {
    const identity = name.replace(", checked again", "");
    expect(claims.claim("organizationSsoConnector", inputs, declared(identity))).toBeUndefined();
  }
});

test("a connector that declares its config has no other one", () => {
  const claims = newClaims();
  claims.claimConfig("c", declared("acme"));
  expect(claims.claim("ssoConnectorConfig", { connectorId: "c" }, declared("acme config"))).toEqual({
    path: "connectorId",
    message:
      'The SsoConnectorConfig "acme config" and the SsoConnector "acme" declare the config of the same connector. Remove one of the two.',
  });
});
