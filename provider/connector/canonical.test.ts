import { toState } from "./apiConnector";
import { canonical, type Connector, withDefaults } from "./canonical";
import { unknown, type Values } from "../values";
import { changedProperties, unmetPaths } from "./compare";
import { connectorInputs, resources } from "./resources";

const config = { clientId: "client", clientSecret: "s3cr3t", issuer: "https://idp.acme.com" };
const minimal = { providerName: "OIDC", connectorName: "Acme" };
const normalise = (values: Values) => canonical(connectorInputs, values) as Connector;
const changedFields = (before: Partial<Connector>, after: Partial<Connector>) =>
  changedProperties(connectorInputs, before, after);
const apiConnector = { ...minimal, id: "id1", tenantId: "default", createdAt: 1 };

test("the canonical form has defaults, and lower-cased, sorted domains", () => {
  expect(normalise({ ...minimal, domains: ["b.com", "A.com"], config })).toEqual({
    ...minimal,
    config: { ...config, trustUnverifiedEmail: false },
    domains: ["a.com", "b.com"],
    branding: {},
    syncProfile: false,
    enableTokenStorage: false,
  });
});

test("values that mean the same to Logto have the same canonical form", () => {
  const plain = normalise({ ...minimal, config });
  const equivalent = { ...config, scope: "", trustUnverifiedEmail: null, offlineAccess: undefined };
  expect(
    normalise({ ...minimal, config: equivalent, branding: { displayName: "" }, domains: undefined }),
  ).toEqual(plain);
  const saml = { providerName: "SAML", connectorName: "s" };
  const url = { metadataUrl: "https://idp.acme.com/metadata" };
  expect(normalise({ ...saml, config: { ...url, signAuthnRequest: false, attributeMapping: {} } })).toEqual(
    normalise({ ...saml, config: url }),
  );
});

test("normalising is idempotent, and the state of a connector in canonical form equals its declaration", () => {
  const connector = normalise({ ...minimal, config, domains: ["b.com", "a.com"], branding: { logo: "l" } });
  expect(normalise({ ...connector })).toEqual(connector);
  expect(toState({ ...apiConnector, ...connector }, connector.config)).toEqual({
    ...connector,
    tenantId: "default",
    createdAt: "1970-01-01T00:00:00.001Z",
  });
});

test("extraConfig is merged into config, and an unknown extraConfig makes config unknown", () => {
  expect(normalise({ ...minimal, config, extraConfig: { pkce: true } }).config).toMatchObject({ pkce: true });
  expect(normalise({ ...minimal, config, extraConfig: unknown }).config).toBe(unknown);
  expect(normalise({ ...minimal, config: unknown }).config).toBe(unknown);
  expect(normalise({ ...minimal, domains: [unknown, "B.com"] }).domains).toEqual(["b.com", unknown]);
});

test("only fields that differ are changed, and a config that is not declared is never changed", () => {
  const before = normalise({ ...minimal, config, domains: ["a.com"] });
  expect(changedFields(before, normalise({ ...minimal, config, domains: ["A.com"] }))).toEqual([]);
  expect(changedFields(before, normalise({ ...minimal, domains: ["b.com"], syncProfile: true }))).toEqual([
    "domains",
    "syncProfile",
  ]);
  expect(changedFields(before, normalise({ ...minimal, config: unknown, domains: ["a.com"] }))).toEqual([
    "config",
  ]);
});

test("keys that a newer Logto adds to a config are no change", () => {
  const declared = normalise({ ...minimal, config }) as Connector & { config: object };
  const newer = { ...apiConnector, ...declared, config: { ...declared.config, pkce: false } };
  const state = toState(newer, declared.config);
  expect(changedFields(state, declared)).toEqual([]);
  expect(state.config).toEqual(declared.config);
  expect(toState(newer, { ...declared.config, pkce: true }).config).toHaveProperty("pkce", false);
});

test("a config that is not managed is not in the state, and a look-up returns all of it", () => {
  const connectorInLogto = { ...apiConnector, config: { ...config, pkce: true } };
  expect(toState(connectorInLogto, undefined)).not.toHaveProperty("config");
  expect(toState(connectorInLogto, "all").config).toHaveProperty("pkce", true);
  expect(toState({ ...apiConnector, config: {} }, "all")).not.toHaveProperty("config");
});

test("a response that does not contain what was sent yields the paths of the differences", () => {
  const request = normalise({
    ...minimal,
    config: { ...config, scope: "a" },
    domains: ["a.com"],
    branding: { logo: "x" },
  });
  const response = {
    ...request,
    config: { ...request.config, scope: "b", more: 1 },
    domains: [],
    branding: {},
  };
  expect(unmetPaths(request, response)).toEqual(["domains", "branding.logo", "config.scope"]);
  expect(unmetPaths({ syncProfile: false }, response)).toEqual([]);
});

test("a connector without a name has that of its resource", () => {
  expect(withDefaults(connectorInputs, { providerName: "OIDC" }, "acme")).toEqual({
    providerName: "OIDC",
    connectorName: "acme",
  });
  expect(withDefaults(connectorInputs, { connectorName: "Acme" }, "acme")).toEqual({ connectorName: "Acme" });
});

test("a value of the wrong type, which Logto may hold, is left as it is", () => {
  const odd = {
    providerName: "SAML",
    config: { x509Certificate: { pem: 5 }, metadata: null },
    domains: "acme.com",
    branding: 1,
  };
  expect(canonical(connectorInputs, odd)).toMatchObject({
    config: { x509Certificate: { pem: 5 } },
    domains: "acme.com",
    branding: 1,
  });
});

test("custom data is as JSON has it: without nulls, and without negative zero", () => {
  const customData = { a: null, b: [-0, { c: -0 }], d: 0.5 };
  expect(canonical(resources.organization.inputs, { customData }).customData).toEqual({
    b: [0, { c: 0 }],
    d: 0.5,
  });
});
