/** Upgrades: states of older versions are refreshed, updated and destroyed without changes that the program did not make. */
import { readdirSync } from "node:fs";
import { version } from "../../../package.json";
import * as loaded from "../../../provider/provider";
import { type ResourceKey, resources } from "../../../provider/connector/resources";
import { loaderOf, typeTokenOf } from "../../../provider/dynamic/tokens";
import { importState } from "../../importState";
import type { Logto } from "../../logto";
import { eachWithLogto, patchesOf, stackOf } from "../../tenant";
import { program, readFixture, restore } from "./fixture";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const versions = readdirSync(__dirname).flatMap((name) => /^(\d.*)\.json$/.exec(name)?.[1] ?? []);

test("there is a state of this version", () => {
  expect(versions).toContain(version);
});

test.each(versions)("a state of %s needs no change, and can be updated and destroyed", async (of) => {
  const fixture = readFixture(of, logto);
  restore(logto, fixture);
  const { id } = fixture.organization;
  const stack = await stackOf(logto, program(logto, id));
  await importState(stack, fixture.state);

  await stack.up(["--refresh", "--expect-no-changes"]);
  expect(patchesOf(logto)).toEqual([]);

  await stack.writeProgram(program(logto, id, { enableTokenStorage: true }));
  await stack.up();
  expect(patchesOf(logto)).toEqual([{ enableTokenStorage: true }]);
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
  expect(logto.organizations.linked(id)).toEqual([]);
});

test("the types and loaders that are in states have not changed", () => {
  const load = (name: string) => `exports.handler = () => require("pulumi-logto-sso/provider").${name};`;
  const tokens = Object.keys(resources).map((key) => {
    const known = key as ResourceKey;
    return [key, { type: typeTokenOf(known), loader: loaderOf(known) }];
  });
  expect(Object.fromEntries(tokens)).toEqual({
    ssoConnector: { type: "pulumi-nodejs:dynamic/logto:SsoConnector", loader: load("ssoConnector") },
    ssoConnectorConfig: {
      type: "pulumi-nodejs:dynamic/logto:SsoConnectorConfig",
      loader: load("ssoConnectorConfig"),
    },
    samlSigningKey: { type: "pulumi-nodejs:dynamic/logto:SamlSigningKey", loader: load("samlSigningKey") },
    organizationSsoConnector: {
      type: "pulumi-nodejs:dynamic/logto:OrganizationSsoConnector",
      loader: load("organizationSsoConnector"),
    },
    organization: { type: "pulumi-nodejs:dynamic/logto:Organization", loader: load("organization") },
    organizationJitRoles: {
      type: "pulumi-nodejs:dynamic/logto:OrganizationJitRoles",
      loader: load("organizationJitRoles"),
    },
    organizationJitEmailDomains: {
      type: "pulumi-nodejs:dynamic/logto:OrganizationJitEmailDomains",
      loader: load("organizationJitEmailDomains"),
    },
    ssoConnectorIdpInitiatedAuth: {
      type: "pulumi-nodejs:dynamic/logto:SsoConnectorIdpInitiatedAuth",
      loader: load("ssoConnectorIdpInitiatedAuth"),
    },
    singleSignOn: { type: "pulumi-nodejs:dynamic/logto:SingleSignOn", loader: load("singleSignOn") },
  });
  expect(Object.keys(loaded).sort()).toEqual(Object.keys(resources).sort());
});
