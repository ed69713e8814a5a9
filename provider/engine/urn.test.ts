import { qualifiedTypeOf, resourceNameOf, typeOf } from "./urn";

test.each([
  ["urn:pulumi:dev::app::logto:index:SsoConnector::acme", "logto:index:SsoConnector", "", "acme"],
  [
    "urn:pulumi:dev::app::acme:Tenant$logto:index:SsoConnector::a::b",
    "logto:index:SsoConnector",
    "acme:Tenant$",
    "a::b",
  ],
  ["", "", "", ""],
])("the parts of %p", (urn, type, parents, name) => {
  expect([typeOf(urn), qualifiedTypeOf(urn), resourceNameOf(urn)]).toEqual([type, parents + type, name]);
});
