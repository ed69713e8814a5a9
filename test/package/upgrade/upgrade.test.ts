/** Upgrades: states of older versions are refreshed, updated and destroyed without changes that the program did not make. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../../package.json";
import * as loaded from "../../../provider/provider";
import { type ResourceKey, resources } from "../../../provider/connector/resources";
import { loaderOf, typeTokenOf } from "../../../provider/dynamic/tokens";
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
  const file = join(stack.folder, "state.json");
  // Pulumi imports secrets in plain text only if the state names the provider that encrypts them.
  const [, salt] = /^encryptionsalt: (.*)$/m.exec(
    readFileSync(join(stack.folder, `Pulumi.${stack.name}.yaml`), "utf8"),
  ) ?? [undefined];
  const secrets_providers = { type: "passphrase", state: { salt } };
  const state = { ...fixture.state, deployment: { ...fixture.state.deployment, secrets_providers } };
  writeFileSync(file, JSON.stringify(state).replaceAll("canary", "c\\u0061nary"));
  await stack.pulumi(["stack", "import", "--file", file]);

  await stack.pulumi(["refresh", "--preview-only", "--expect-no-changes"]);
  await stack.preview(["--expect-no-changes"]);
  await stack.up(["--refresh", "--expect-no-changes"]);
  expect(patchesOf(logto)).toEqual([]);

  await stack.writeProgram(program(logto, id, "enableTokenStorage: true,"));
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
    ssoConnectorIdpInitiatedAuth: {
      type: "pulumi-nodejs:dynamic/logto:SsoConnectorIdpInitiatedAuth",
      loader: load("ssoConnectorIdpInitiatedAuth"),
    },
    singleSignOn: { type: "pulumi-nodejs:dynamic/logto:SingleSignOn", loader: load("singleSignOn") },
  });
  expect(Object.keys(loaded).sort()).toEqual(Object.keys(resources).sort());
});
