import { secretsAmong, secretsOf } from "./configSecrets";

test("the secrets of a config are its secret keys and those that are not known, with every text inside", () => {
  const config = {
    clientId: "client",
    clientSecret: "canary",
    scope: "openid",
    pin: 4711,
    enabled: true,
    keys: [{ inner: "canary-inner", empty: [] }],
    nothing: {},
  };
  expect(secretsOf(config)).toEqual([
    "canary",
    "4711",
    JSON.stringify(config.keys),
    JSON.stringify(config.keys[0]),
    "canary-inner",
  ]);
  expect(secretsOf(undefined)).toEqual([]);
});

test("the secrets of a resource are those of its config and of extraConfig", () => {
  const inputs = {
    connectorName: "Acme",
    config: { clientSecret: "canary" },
    extraConfig: { x: ["canary-x"] },
  };
  expect(secretsAmong(inputs)).toEqual(["canary", '["canary-x"]', "canary-x"]);
  expect(secretsAmong({ config: "no object" })).toEqual([]);
});
