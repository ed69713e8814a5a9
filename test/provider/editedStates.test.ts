/** States that somebody has edited by hand: no value of a property is a fault of the package. */
import { Organization, SsoConnector } from "pulumi-logto-sso";
import { resourceKeys, resources } from "../../provider/connector/resources";
import { loader, type Properties, startProvider } from "../engine/engineDouble";
import { type Logto, startLogto } from "../logto";
import { catchOutput, messageOf, settingsFor } from "./inProcess";

jest.setTimeout(60_000);
let logto: Logto;
beforeAll(async () => {
  logto = await startLogto();
});
afterAll(() => logto.close());
// Of warnings.
catchOutput();

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
const odd: readonly unknown[] = [5, 1e300, [null], { a: 1 }, nested(101)];

const placed = {
  connectorId: "abc",
  endpoint: "",
  tenantId: "default",
  createdAt: "2020-01-01T00:00:00.000Z",
};
const connector = {
  ...placed,
  providerName: "SAML",
  connectorName: "Acme",
  config: { metadataUrl: "https://idp.acme.com/metadata", attributeMapping: { email: "mail" } },
  domains: ["acme.com"],
  branding: { displayName: "Acme" },
  syncProfile: false,
  enableTokenStorage: false,
};
const good: Readonly<Record<string, Properties>> = {
  ssoConnector: connector,
  ssoConnectorConfig: connector,
  samlSigningKey: {
    ...placed,
    active: true,
    certificate: "x",
    fingerprint: "x",
    expiresAt: placed.createdAt,
  },
  organizationSsoConnector: { ...placed, organizationId: "org" },
  ssoConnectorIdpInitiatedAuth: {
    ...placed,
    autoSendAuthorizationRequest: true,
    defaultApplicationId: "app",
  },
  singleSignOn: { ...placed, enabled: true },
  organization: {
    ...placed,
    name: "Acme",
    customData: {},
    isMfaRequired: false,
    branding: {},
    color: {},
  },
  organizationJitRoles: { ...placed, organizationId: "org", roles: ["member"] },
  organizationJitEmailDomains: { ...placed, organizationId: "org", emailDomains: ["acme.com"] },
};

test.each(resourceKeys)("%s: every odd value of every property", async (key) => {
  const provider = (await startProvider(settingsFor(logto)))[key];
  const fields = { ...resources[key].inputs, ...resources[key].outputs, endpoint: {} };
  const whole: Properties = { ...good[key], endpoint: logto.url };
  const paths = Object.keys(fields).flatMap((name) =>
    name === "config"
      ? [name, ...["metadata", "x509Certificate", "attributeMapping"].map((inner) => `config.${inner}`)]
      : [name],
  );
  const id = resources[key].idFormat.includes("/") ? "abc/def" : "abc";
  for (const path of paths) {
    for (const value of odd) {
      const [name = "", inner] = path.split(".");
      const edited = {
        ...whole,
        [name]: inner === undefined ? value : { ...(whole[name] as object), [inner]: value },
      };
      const inputs = Object.fromEntries(
        Object.entries(whole).filter(([one]) => one in resources[key].inputs),
      );
      const errors = await Promise.all([
        messageOf(provider.check({ ...edited, ...loader }, { ...inputs, ...loader })),
        messageOf(provider.check({}, { ...inputs, [name]: edited[name], ...loader })),
        messageOf(provider.diff(id, { ...edited, ...loader }, { ...inputs, ...loader })),
        // They ask Logto, so that all of them would take long.
        ...(value === odd[1]
          ? [
              messageOf(provider.read(id, { ...edited, ...loader })),
              messageOf(provider.update(id, { ...edited, ...loader }, { ...inputs, ...loader })),
            ]
          : []),
      ]);
      for (const error of errors)
        expect([path, value, error]).not.toEqual([path, value, expect.stringContaining("should not happen")]);
    }
  }
});

test("the state of a resource of another type, to which an alias refers, is not taken over", async () => {
  const providers = await startProvider(settingsFor(logto));
  for (const key of resourceKeys.filter((one) => one !== "ssoConnector")) {
    const message = await messageOf(
      providers[key].diff(
        "abc",
        { ...connector, connectorId: undefined, ...loader },
        { ...good[key], ...loader },
      ),
    );
    expect(message).toMatch(/^The state of .*"abc" is not that of a resource \w+\. .*remove that alias/);
  }
});

test("a look-up by an empty ID is not a declaration", () => {
  expect(() => SsoConnector.get("acme", "")).toThrow('SsoConnector.get("acme", …): the ID is empty.');
});

test("a key for which Pulumi's SDK fails is named", () => {
  const customData = { list: [{ toString: "x" }] };
  expect(() => new Organization("acme", { customData })).toThrow(
    'The Organization "acme": customData has a key `toString`',
  );
});

test("a property that is nested too deeply is named, with what to do", async () => {
  // Pulumi's SDK would fail before the provider sees it.
  const declare = () => new SsoConnector("a", { providerName: "Okta", extraConfig: { a: nested(5000) } });
  expect(declare).toThrow(
    'The SsoConnector "a": extraConfig is nested more than 100 levels deep, as no config is.',
  );
  const { ssoConnector } = await startProvider(settingsFor(logto));
  const inputs = { ...connector, extraConfig: { a: nested(100) } };
  expect((await ssoConnector.check({}, { ...inputs, ...loader })).failures).toEqual([
    { property: '["extraConfig"]', reason: "is nested more than 100 levels deep, as no config is." },
  ]);
  // The engine finds no property of this name, whose value it would print.
  expect(
    (await ssoConnector.check({}, { ...connector, domains: nested(101), ...loader })).failures,
  ).toMatchObject([{ property: '["domains"]' }]);
  expect(await messageOf(ssoConnector.read("abc", { ...connector, domains: nested(1000), ...loader }))).toBe(
    "In the state of the resource, domains is nested more than 100 levels deep, as no config is. Correct it: " +
      "`pulumi stack export --file state.json`, edit the file, `pulumi stack import --file state.json`.",
  );
});
