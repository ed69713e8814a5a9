import type { ApiConnector } from "../../connector/apiConnector";
import { typeTokenOf } from "../../dynamic/tokens";
import type { StateResource } from "../stack/stateResource";
import { declareInCode } from "../codegen/connectorSource";
import { createPlan } from "./plan";

const destination = {
  secrets: { values: new Map(), add: () => Promise.reject(new Error("A plan changes nothing.")) },
  namesInUse: () => [],
  refusalOf: () => undefined,
  declare: (...args: [Parameters<typeof declareInCode>[0], Parameters<typeof declareInCode>[1]]) =>
    declareInCode(...args, "TypeScript"),
};

const live: ApiConnector = {
  id: "id1",
  tenantId: "default",
  createdAt: 1,
  providerName: "Okta",
  connectorName: "Acme",
  config: {},
  domains: [],
  branding: {},
  syncProfile: false,
  enableTokenStorage: false,
};
const type = typeTokenOf("ssoConnector");
const inState = (more: Partial<StateResource>): StateResource => ({
  urn: `urn:pulumi:test::test::${type}::acme`,
  type,
  id: "id1",
  ...more,
});
const plan = (...resources: StateResource[]) => createPlan([live], resources, destination, new Map());

test("a connector that the stack manages is not declared again", () => {
  expect(plan(inState({}))).toMatchObject({ declarations: [], managed: [live] });
});

test("a connector that the stack only reads is declared under another name", () => {
  const declarations = [{ resourceName: "acme2" }];
  expect(plan(inState({ external: true }))).toMatchObject({ declarations, managed: [] });
});

test("a connector that the next deployment deletes, since it was replaced, is not imported", () => {
  const reason = "the stack has replaced it, and the next `pulumi up` deletes it";
  expect(plan(inState({ delete: true }))).toMatchObject({ declarations: [], refused: [{ reason }] });
});

test("a connector that the state has without its ID is left to a refresh, which finds it", () => {
  expect(plan(inState({ id: "pending:Acme" }))).toMatchObject({
    declarations: [],
    refused: [
      { connector: live, reason: expect.stringMatching(/::acme, .* `pulumi up --refresh`/) as string },
    ],
  });
});

test("a customer's file has no name of a resource that the stack has for another organization", () => {
  const organization = {
    ...inState({ type: typeTokenOf("organization"), id: "other" }),
    urn: `urn:pulumi:test::test::${typeTokenOf("organization")}::acme`,
  };
  const named = (organizations?: Map<string, []>) =>
    createPlan([live], [organization], destination, new Map(), () => true, organizations).declarations.map(
      ({ resourceName }) => resourceName,
    );
  expect([named(), named(new Map())]).toEqual([["acme"], ["acme2"]]);
});

const row = (values: Partial<ApiConnector>): ApiConnector => ({
  id: "id-of-acme",
  tenantId: "default",
  createdAt: 0,
  providerName: "OIDC",
  connectorName: "Acme",
  domains: [],
  branding: {},
  syncProfile: false,
  enableTokenStorage: false,
  ...values,
});
const config = { clientId: "client", clientSecret: "canary\n", issuer: "https://acme.eu.auth0.com/" };
const planFor = (values: Partial<ApiConnector>) => createPlan([row(values)], [], destination, new Map());

test("a connector is imported although something about it is warned of", () => {
  const { declarations, refused } = planFor({ config, domains: ["bücher.example"], branding: { logo: "x" } });
  expect(refused).toEqual([]);
  expect(declarations.map(({ connector }) => connector.id)).toEqual(["id-of-acme"]);
});

test("a connector that could not be declared is refused, with the property", () => {
  const { declarations, refused } = planFor({ config, domains: ["*.acme.com"] });
  expect(declarations).toEqual([]);
  expect(refused.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^domains\[0\]: "\*\.acme\.com" must not contain a wildcard/),
  ]);
});
