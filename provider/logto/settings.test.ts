import {
  canonicalAddress,
  type Environment,
  missingSettings,
  readSettings,
  SettingsError,
  signInAddress,
} from "./settings";

const complete = {
  "logto:endpoint": "https://acme.logto.app/",
  "logto:clientId": "m2m",
  "logto:clientSecret": "canary-s3cr3t",
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

/** What a user is told of settings that can't be used. */
function refusal(config: Record<string, string>, env: Environment = {}): string {
  try {
    read({ ...complete, ...config }, env);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    expect((error as Error).message).not.toContain("canary");
    return (error as Error).message;
  }
  throw new Error("The settings were taken.");
}

const addresses = ["endpoint", "signInEndpoint"] as const;

test.each(addresses)("logto:%s is canonical", (name) => {
  for (const [text, canonical] of [
    ["https://Acme.LOGTO.app", "https://acme.logto.app"],
    [" https://acme.logto.app \n", "https://acme.logto.app"],
    ["\ufeffhttps://acme.logto.app///", "https://acme.logto.app"],
    ["https://acme.logto.app:443/", "https://acme.logto.app"],
    ["https://acme.logto.app:8443", "https://acme.logto.app:8443"],
    ["HTTPS://acme.com/Logto/", "https://acme.com/Logto"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
    ["https://[2001:DB8::1]:3001/", "https://[2001:db8::1]:3001"],
    ["http://LocalHost:3001/", "http://localhost:3001"],
  ] as const) {
    expect(canonicalAddress(name, text)).toBe(canonical);
    const config = { ...complete, [`logto:${name}`]: text };
    expect(signInAddress((key) => config[key as keyof typeof config], {})).toBe(canonical);
    if (name === "endpoint") expect(read(config).endpoint).toBe(canonical);
    else expect(read(config).endpoint).toBe("https://acme.logto.app");
  }
});

test.each(addresses)("logto:%s is refused where it is no base address", (name) => {
  for (const [text, message] of [
    [
      "login.acme.com",
      'is no URL (got "login.acme.com"): it must begin with https://. Write https://login.acme.com.',
    ],
    ["login.acme.com:443", "Write https://login.acme.com:443."],
    ["localhost:3001", "Write https://localhost:3001."],
    ["login.acme.com/logto", "Write https://login.acme.com/logto."],
    ["https//user:canary@acme.com", 'is no URL (got "…acme.com")'],
    ["https//user:canary@acme.com?token=canary", 'is no URL (got "…acme.com")'],
    ["canary", `logto:${name} is no URL: it must begin with https://.`],
    ["user:canary@acme.com", "begin with https://"],
    ["https://user:canary@acme.com", "must hold no user name or password"],
    ["https://canary@acme.com", "must hold no user name or password"],
    ["https://acme.com?key=canary", "must hold no query and no fragment"],
    ["https://acme.com/#canary", "must hold no query and no fragment"],
    ["https://acme.com/?", "must hold no query and no fragment"],
    ["https://acme.com/api/", "leave /api out"],
    ["https://acme.com/logto/oidc", "leave /oidc out"],
    ["http://acme.com", "must begin with https://"],
    ["https://ac\nme.com", "must hold no white space"],
    ["https://acme .com", "must hold no white space"],
    ["https://acme\u200b.com", "no invisible characters"],
    ["javascript:canary", "must begin with https://"],
  ] as const) {
    expect(refusal({ [`logto:${name}`]: text })).toContain(message);
    expect(() => canonicalAddress(name, text)).toThrow(SettingsError);
  }
});

test("users sign in at signInEndpoint, else at the endpoint; where neither is set, that is not known", () => {
  const address = (config: Record<string, string>, env: Environment = {}) =>
    signInAddress((name) => config[name], env);
  const signIn = { "logto:signInEndpoint": "https://Login.acme.com/" };
  expect(address({ ...complete, ...signIn })).toBe("https://login.acme.com");
  expect(address({}, { LOGTO_ENDPOINT: "https://acme.logto.app/" })).toBe("https://acme.logto.app");
  expect(address({ "logto:endpoint": " " })).toBeUndefined();
  expect(address({ "logto:endpoint": "http://logto:3001" }, { LOGTO_ALLOW_HTTP: "1" })).toBe(
    "http://logto:3001",
  );
  expect(() => address({ ...complete, "logto:signInEndpoint": "login.acme.com" })).toThrow(SettingsError);
});

test.each(["clientId", "clientSecret", "resource"] as const)(
  "logto:%s takes what can be sent only, and a refusal says what is wrong at which end",
  (name) => {
    for (const [text, message] of [
      ["canary\n", "ends with a line break"],
      ["canary\r\n", "ends with a line break"],
      ["canary\t", "ends with a tab"],
      ["canary ", "ends with a space"],
      ["canary\u00a0", "ends with a space"],
      [" canary", "begins with a space"],
      ["\ufeffcanary", "begins with a byte order mark"],
      ["\u200bcanary", "begins with an invisible character"],
      ["canary\0x", "contains an invisible character"],
      ["canary\nx", "contains a line break"],
      ["canary\u2028x", "contains a line break"],
      ["canaryéx", "contains a character outside ASCII"],
      ["canary😀", "ends with a character outside ASCII"],
      [" ", "ends with a space"],
    ] as const) {
      expect(refusal({ [`logto:${name}`]: text })).toBe(
        `logto:${name} in the config ${message}: it takes printable ASCII characters only. Set it again without.`,
      );
    }
    const printable = "! \"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    expect(read({ ...complete, [`logto:${name}`]: printable })[name]).toBe(printable);
  },
);

test("a refusal names the variable of the environment that holds what is refused", () => {
  const env = { LOGTO_CLIENT_SECRET: "canary\n" };
  expect(refusal({ "logto:clientSecret": "" }, env)).toMatch(/^LOGTO_CLIENT_SECRET ends with a line break/);
});

test("all that is wrong is told at once", () => {
  const wrong = { "logto:endpoint": "acme.com", "logto:clientId": "m2m ", "logto:timeoutSeconds": "0" };
  expect(refusal(wrong).split("\n")).toHaveLength(3);
});

test.each(["timeoutSeconds", "maxRequestsPerSecond"] as const)("logto:%s is a decimal number", (name) => {
  for (const [text, value] of [
    ["30", 30],
    [" 30 ", 30],
    ["2.5", 2.5],
    ["1e2", 100],
    ["1E+02", undefined],
    ["0x10", undefined],
    ["0", undefined],
    ["0.5", undefined],
    ["-1", undefined],
    ["3601", undefined],
    ["1e9", undefined],
    ["30 s", undefined],
    ["30,5", undefined],
    ["soon", undefined],
    ["Infinity", undefined],
    ["NaN", undefined],
    [" ", undefined],
  ] as const) {
    if (value === undefined) {
      expect(refusal({ [`logto:${name}`]: text })).toContain(`logto:${name} must be a number from 1 to`);
    } else expect(read({ ...complete, [`logto:${name}`]: text })[name]).toBe(value);
  }
});
