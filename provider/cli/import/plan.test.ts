import type { ApiConnector } from "../../connector/apiConnector";
import { typeTokenOf } from "../../dynamic/tokens";
import type { StateResource } from "../stateResource";
import { createPlan } from "./plan";

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
const plan = (...resources: StateResource[]) => createPlan([live], resources, new Map(), new Map());

test("a connector that the stack manages is not declared again", () => {
  expect(plan(inState({}))).toMatchObject({ declarations: [], managed: [live] });
});

test.each([
  ["only reads", { external: true }],
  ["has replaced", { delete: true }],
])("a connector that the stack %s is declared under another name", (_what, more) => {
  expect(plan(inState(more))).toMatchObject({ declarations: [{ resourceName: "acme2" }], managed: [] });
});
