/** What look-ups and URLs do under mocks, case by case. */
import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

let calls: pulumi.runtime.MockCallArgs[];
const answerWith = (call: pulumi.runtime.Mocks["call"]) =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `id-of-${name}`, state: inputs as object }),
    call: (args) => {
      calls.push(args);
      return call(args);
    },
  });
const echo = ({ inputs }: pulumi.runtime.MockCallArgs) => inputs as Record<string, unknown>;
const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

beforeEach(() => {
  calls = [];
  pulumi.runtime.setAllConfig({});
});

test("the mocks are asked with the token, the inputs and the tenant's provider", async () => {
  await answerWith(echo);
  const provider = new logto.Provider("staging", {
    endpoint: "https://staging.example.com",
    clientId: "m2m",
    clientSecret: "canary-m2m",
  });
  const parent = new pulumi.ComponentResource("test:Team", "team", {}, { providers: [provider] });
  const name = pulumi.output("Acme");
  expect(await logto.getSsoConnector({ id: "acme" })).toEqual({ id: "acme" });
  const found = logto.getSsoConnectorOutput({ connectorName: name }, { parent, dependsOn: [provider] });
  expect(await valueOf(found)).toEqual({ connectorName: "Acme" });
  const [first, second] = calls;
  expect(first).toMatchObject({ token: "logto:index:getSsoConnector", inputs: { id: "acme" } });
  expect(first?.provider).toBe("");
  expect(second?.provider).toMatch(/::pulumi:providers:pulumi-nodejs::staging::id-of-staging$/);
});

test("a secret input makes a secret result", async () => {
  await answerWith(echo);
  const found = logto.getSsoConnectorOutput({ id: pulumi.secret("acme") });
  expect(await pulumi.isSecret(found.id)).toBe(true);
});

test.each([
  ["getSsoConnectors", () => logto.getSsoConnectors(), "{ connectors: [ … ] }"],
  ["getSsoConnectorProviders", () => logto.getSsoConnectorProviders(), "{ providers: [ … ] }"],
  ["getSsoConnector", () => logto.getSsoConnector({ id: "acme" }), "the connector"],
])("%s says which answer is missing", async (name, lookUp, answer) => {
  const message = `did not answer the token "logto:index:${name}": return ${answer} for it.`;
  await answerWith(() => {
    throw new Error("not mocked");
  });
  await expect(lookUp()).rejects.toThrow(message);
  if (name === "getSsoConnector") return;
  await answerWith(echo);
  await expect(lookUp()).rejects.toThrow(message);
});

test("a URL begins with the endpoint of the config, or of an explicit provider, and else throws at once", async () => {
  await answerWith(echo);
  const connector = new logto.SsoConnector("acme", { providerName: "Okta" });
  expect(() => connector.redirectUri).toThrow(pulumi.RunError);
  expect(() => connector.redirectUri).toThrow("pulumi.runtime.setAllConfig");
  pulumi.runtime.setAllConfig({ "logto:endpoint": "https://logto.example.com/" });
  expect(await valueOf(connector.redirectUri)).toBe("https://logto.example.com/callback/id-of-acme");
  pulumi.runtime.setAllConfig({});
  const endpoint = "https://staging.example.com";
  const provider = new logto.Provider("staging", { endpoint, clientId: "m2m", clientSecret: "canary-m2m" });
  const staged = new logto.SsoConnector("staged", { providerName: "SAML" }, { provider });
  expect(await valueOf(staged.spEntityId)).toBe(`${endpoint}/enterprise-sso/id-of-staged`);
});

test("without Pulumi and without mocks a look-up says what to do", async () => {
  pulumi.runtime.resetOptions("", "", -1, "", "", false, "");
  await expect(logto.getSsoConnectors()).rejects.toThrow(
    "getSsoConnectors works in a Pulumi program only. Run it with the Pulumi CLI, or in a unit test after",
  );
});

test.each([1, "1970-01-01T00:00:00.001Z"])(
  "a timestamp that a state of version 0.1.0 or of this version has (%s) is RFC 3339 in the program",
  async (createdAt) => {
    await pulumi.runtime.setMocks({
      newResource: ({ inputs }) => ({ id: "acme", state: { ...(inputs as object), createdAt } }),
      call: echo,
    });
    const connector = new logto.SsoConnector("acme", { providerName: "Okta" });
    expect(await valueOf(connector.createdAt)).toBe("1970-01-01T00:00:00.001Z");
  },
);
