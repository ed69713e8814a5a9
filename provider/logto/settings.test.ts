import { type Environment, missingSettings, readSettings, SettingsError } from "./settings";

const complete = {
  "logto:endpoint": "https://acme.logto.app/",
  "logto:clientId": "m2m",
  "logto:clientSecret": "s3cr3t",
};
const read = (config: Record<string, string>, env: Environment = {}) =>
  readSettings((name) => config[name], env);

test("the stack's config wins over the environment, which stands in", () => {
  const env = { LOGTO_CLIENT_ID: "other", LOGTO_RESOURCE: "https://api.acme.com" };
  const settings = read(complete, env);
  expect(settings).toMatchObject({
    endpoint: "https://acme.logto.app",
    clientId: "m2m",
    resource: "https://api.acme.com",
    timeoutSeconds: 30,
  });
  expect(settings.origin("clientId")).toBe("logto:clientId in the config");
  expect(settings.origin("resource")).toBe("LOGTO_RESOURCE");
});

test.each([
  ["https://acme.logto.app", "https://acme.logto.app/api"],
  ["https://auth.acme.com", "https://default.logto.app/api"],
  ["https://a.b.logto.app", "https://default.logto.app/api"],
  ["http://127.0.0.1:3001", "https://default.logto.app/api"],
])("%s has the resource %s", (endpoint, resource) => {
  expect(read({ ...complete, "logto:endpoint": endpoint }).resource).toBe(resource);
});

test("all that is missing is told at once, with how to set it", () => {
  expect(() => read({ "logto:clientId": "m2m", "logto:clientSecret": "" })).toThrow(SettingsError);
  expect(missingSettings(() => undefined, { LOGTO_ENDPOINT: "https://acme.logto.app" })).toEqual([
    "logto:clientId is not set: run `pulumi config set logto:clientId …`, or set LOGTO_CLIENT_ID.",
    "logto:clientSecret is not set: run `pulumi config set --secret logto:clientSecret …`, or set LOGTO_CLIENT_SECRET.",
  ]);
});

test.each([
  ["acme.logto.app", "is no URL"],
  ["acme.logto.app:443", "must begin with https://"],
  ["http://logto.acme.com", "must begin with https://"],
  ["ftp://logto.acme.com", "must begin with https://"],
  ["https://user:pw@logto.acme.com", "no user name or password"],
  ["https://logto.acme.com/api", "leave /api out"],
])("the endpoint %s is refused", (endpoint, message) => {
  expect(() => read({ ...complete, "logto:endpoint": endpoint })).toThrow(message);
});

test.each(["http://localhost:3001", "http://127.0.0.1:3001", "http://127.1.2.3", "http://[::1]:3001"])(
  "plain http is taken for the loopback address %s",
  (endpoint) => {
    expect(read({ ...complete, "logto:endpoint": endpoint }).endpoint).toBe(endpoint);
  },
);

test("plain http elsewhere needs LOGTO_ALLOW_HTTP=1", () => {
  const config = { ...complete, "logto:endpoint": "http://logto:3001" };
  expect(read(config, { LOGTO_ALLOW_HTTP: "1" }).endpoint).toBe("http://logto:3001");
});

test.each(["0", "-1", "soon", "3601"])("timeoutSeconds %s is refused", (timeout) => {
  expect(() => read({ ...complete, "logto:timeoutSeconds": timeout })).toThrow("logto:timeoutSeconds");
});
