import { functionTokenOf, isDefaultProviderName, pluginTypeOf } from "./pluginTokens";

test.each([
  "default",
  "default_0_1_0",
  "default_10_22_333",
  "default_1_2_3_alpha_1",
  "default_0_1_0_https_//example.com/plugins",
  "default_http_//example.com",
  "default_https_//example.com",
  "default_github_//api.github.com/acme",
  "default_gitlab_//gitlab.com/1",
])("%s is a name that the engine gives its default provider", (name) => {
  expect(isDefaultProviderName(name)).toBe(true);
});

test.each([
  "defaults",
  "my-default",
  "a default",
  "default_",
  "default_1",
  "default_1_2",
  "default_1_2_x",
  "default_x_2_3",
  "default_1_x_3",
  "default_1_2_3x",
  "default_other_//example.com",
  "default_https",
  "logto",
])("%s may be a provider of the program", (name) => {
  expect(isDefaultProviderName(name)).toBe(false);
});

test("types and functions are named as in users' states and programs", () => {
  expect(pluginTypeOf("ssoConnector")).toBe("logto:index:SsoConnector");
  expect(functionTokenOf("getSsoConnector")).toBe("logto:index:getSsoConnector");
});
