import { unknown } from "../values";
import { type Resource, resources } from "../connector/resources";
import { markSecrets } from "./secrets";

const mark = (value: unknown) => ({ marked: value });

test("secrets of a config are marked one by one, those that nobody knows included", () => {
  const config = { clientId: "client", clientSecret: "canary", newKey: "canary", issuer: "https://a" };
  expect(markSecrets(resources.ssoConnector, { connectorName: "Acme", config }, mark)).toEqual({
    connectorName: "Acme",
    config: { ...config, clientSecret: mark("canary"), newKey: mark("canary") },
  });
});

test("a config that is not known yet, or not given, stays as it is", () => {
  expect(markSecrets(resources.ssoConnector, { config: unknown, domains: [] }, mark)).toStrictEqual({
    config: unknown,
    domains: [],
  });
});

test("an output can be secret as well", () => {
  const resource: Resource = {
    ...resources.singleSignOn,
    outputs: { key: { type: "string", secret: true } },
  };
  expect(markSecrets(resource, { enabled: true, key: "canary" }, mark)).toEqual({
    enabled: true,
    key: mark("canary"),
  });
});
