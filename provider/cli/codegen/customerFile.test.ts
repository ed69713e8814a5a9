/** The file that an import writes for a customer: read as YAML, it is what the connector has, and its source shows everything. */
import * as fc from "fast-check";
import { parse, parseDocument } from "yaml";
import { anyText } from "../../../test/anyText";
import { connectorOf } from "../../connector/apiConnector";
import { customerFile, declareCustomer, refusalOf } from "./customerFile";
import { UniqueNames, variableNames } from "./identifiers";

const schema = "../node_modules/pulumi-logto-sso/docs/customer.schema.json";
const taken = (resources: string[] = [], secrets: [string, unknown][] = []) => ({
  resources: new UniqueNames(resources),
  variables: variableNames(),
  secrets: new Map(secrets),
});

const config = { clientId: "client", clientSecret: "canary", issuer: "https://acme.okta.com" };
const acme = { providerName: "Okta", connectorName: "Acme, Inc.", domains: ["acme.com"], config };

test("a customer's file", () => {
  const { resourceName, secrets, source } = declareCustomer(connectorOf(acme), taken(), schema);
  expect([resourceName, [...secrets]]).toEqual(["acme-inc", [["acme-inc", "canary"]]]);
  expect(source).toBe(`# yaml-language-server: $schema=${schema}
connectorName: Acme, Inc.
providerName: Okta
domains:
  - acme.com
config:
  clientId: client
  issuer: https://acme.okta.com
`);
});

test("the secret of another customer under a name is kept, an equal one is used", () => {
  const nameWith = (secret: string) =>
    declareCustomer(connectorOf(acme), taken(["acme-inc2"], [["acme-inc", secret]]), schema).resourceName;
  expect([nameWith("canary"), nameWith("canary-of-another")]).toEqual(["acme-inc", "acme-inc3"]);
});

test("a key that the schema does not know is a reason to refuse a connector", () => {
  expect(refusalOf(connectorOf(acme))).toBeUndefined();
  expect(refusalOf(connectorOf({ ...acme, config: { ...config, pkce: true } }))).toMatch(/^config\.pkce: /);
});

test.each([
  "\u001b[31mred \u202eevil\u2066 \u2028\u2029 \u200b\ud800 \u{e0041}",
  "first\nsecond\n",
  "\ttab\r\nbreak\u0085",
  "# no comment",
  "key: value",
  "- item",
  "*alias &anchor !tag %directive @ `",
  "no",
  "0x1F",
  "1e3",
  "~",
  "",
  " spaces ",
  "--- \n...",
  "\"'\\",
  "##vso[task]::error::",
])("%j is unchanged when read, and escaped in the source", (text) => {
  expectFaithful(text);
});

test("any text is unchanged when read", () => {
  fc.assert(fc.property(anyText, expectFaithful));
});

function expectFaithful(text: string): void {
  const values = { connectorName: text, domains: [text], config: { metadata: text } };
  const source = customerFile(values, schema);
  expect(parseDocument(source).errors).toEqual([]);
  expect(parse(source)).toEqual(values);
  expect(source.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
}
