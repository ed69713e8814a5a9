import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Environment,
  missingSettings,
  misspeltSettings,
  previewWarning,
  providerSettings,
  readSettings,
  SettingsError,
  signInAddress,
  stackSettings,
  usableAddress,
} from "./settings";
import { type SettingName, settingNames, settingOf } from "./settingTable";

const complete = {
  "logto:endpoint": "https://acme.logto.app/",
  "logto:clientId": "m2m",
  "logto:clientSecret": "canary-s3cr3t",
};
const read = (config: Record<string, string>, env: Environment = {}) =>
  readSettings(stackSettings((key) => config[key], env));

test("the stack config wins over the environment", () => {
  const env = { LOGTO_CLIENT_ID: "other", LOGTO_RESOURCE: "https://api.acme.com" };
  const settings = read(complete, env);
  expect(settings).toMatchObject({
    endpoint: "https://acme.logto.app",
    clientId: "m2m",
    resource: "https://api.acme.com",
    timeoutSeconds: 30,
  });
  expect(settings.origin("clientId")).toBe("logto:clientId");
  expect(settings.origin("resource")).toBe("LOGTO_RESOURCE");
});

test.each([
  ["https://acme.logto.app", "https://acme.logto.app/api"],
  ["https://auth.acme.com", "https://default.logto.app/api"],
  ["https://a.b.logto.app", "https://default.logto.app/api"],
  ["http://127.0.0.1:3001", "https://default.logto.app/api"],
])("the resource of %s is %s", (endpoint, resource) => {
  expect(read({ ...complete, "logto:endpoint": endpoint }).resource).toBe(resource);
});

test("every missing setting is reported at once, with how to set it", () => {
  expect(() => read({ "logto:clientId": "m2m", "logto:clientSecret": "" })).toThrow(SettingsError);
  const env = { LOGTO_ENDPOINT: "https://acme.logto.app" };
  expect(missingSettings(stackSettings(() => undefined, env)).map(({ message }) => message)).toEqual([
    "logto:clientId is not set. Run `pulumi config set logto:clientId …` or set LOGTO_CLIENT_ID.",
    "logto:clientSecret is not set. Run `pulumi config set --secret logto:clientSecret` or set LOGTO_CLIENT_SECRET.",
  ]);
});

test("a key like a setting's is reported, and one of the program's own is not", () => {
  expect(
    misspeltSettings(["logto:endpont", "logto:clientid", "logto:timeoutSecond", "logto:adopts"]),
  ).toEqual([
    "logto:endpont is not a setting of pulumi-logto-sso, so it has no effect. Did you mean logto:endpoint?",
    expect.stringContaining("logto:clientid is not a setting"),
    expect.stringContaining("Did you mean logto:timeoutSeconds?"),
    expect.stringContaining("Did you mean logto:adopt?"),
  ]);
  const own = [
    "logto:oktaIssuer",
    "logto:domains",
    "logto:",
    "aws:endpont",
    "logto:customers",
    "logto:version",
  ];
  expect(misspeltSettings([...settingNames.map((name) => `logto:${name}`), ...own])).toEqual([]);
});

test.each([
  ["acme.logto.app", "is not a URL"],
  ["acme.logto.app:443", "is not a URL"],
  ["http://logto.acme.com", "must start with https://"],
  ["ftp://logto.acme.com", "must start with https://"],
  ["https://user:pw@logto.acme.com", "must not contain a user name or password"],
  ["https://logto.acme.com/api", "Remove /api."],
])("the endpoint %s is rejected", (endpoint, message) => {
  expect(() => read({ ...complete, "logto:endpoint": endpoint })).toThrow(message);
});

test.each(["http://localhost:3001", "http://127.0.0.1:3001", "http://127.1.2.3", "http://[::1]:3001"])(
  "http is allowed for the loopback address %s",
  (endpoint) => {
    expect(read({ ...complete, "logto:endpoint": endpoint }).endpoint).toBe(endpoint);
  },
);

test("http elsewhere requires LOGTO_ALLOW_HTTP=1", () => {
  const config = { ...complete, "logto:endpoint": "http://logto:3001" };
  expect(read(config, { LOGTO_ALLOW_HTTP: "1" }).endpoint).toBe("http://logto:3001");
});

/** Returns the error for settings that can't be used. */
function rejection(config: Record<string, string>, env: Environment = {}): string {
  try {
    read({ ...complete, ...config }, env);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    expect((error as Error).message).not.toContain("canary");
    return (error as Error).message;
  }
  throw new Error("The settings were accepted.");
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
    const config: Record<string, string> = { ...complete, [`logto:${name}`]: text };
    expect(signInAddress(stackSettings((key) => config[key], {}))).toBe(canonical);
    if (name === "endpoint") expect(read(config).endpoint).toBe(canonical);
    else expect(read(config).endpoint).toBe("https://acme.logto.app");
  }
});

test.each(addresses)("logto:%s must be a base address", (name) => {
  for (const [text, message] of [
    [
      "login.acme.com",
      'is not a URL (got "login.acme.com"): it does not start with a scheme. Set it to https://login.acme.com.',
    ],
    ["login.acme.com:443", "Set it to https://login.acme.com:443."],
    ["localhost:3001", "Set it to http://localhost:3001."],
    ["127.0.0.1:3001/logto", "Set it to http://127.0.0.1:3001/logto."],
    ["login.acme.com/logto", "Set it to https://login.acme.com/logto."],
    ["https//user:canary@acme.com", 'is not a URL (got "…acme.com")'],
    ["https//user:canary@acme.com?token=canary", 'is not a URL (got "…acme.com")'],
    ["canary", `logto:${name} is not a URL: it must start with https://.`],
    ["user:canary@acme.com", "start with https://"],
    ["https://user:canary@acme.com", "must not contain a user name or password"],
    ["https://canary@acme.com", "must not contain a user name or password"],
    ["https://acme.com?key=canary", "must not contain a query or a fragment"],
    ["https://acme.com/#canary", "must not contain a query or a fragment"],
    ["https://acme.com/?", "must not contain a query or a fragment"],
    ["https://acme.com/api/", "Remove /api."],
    ["https://acme.com/logto/oidc", "Remove /oidc."],
    ["http://acme.com", "must start with https://"],
    ["https://ac\nme.com", "must not contain white space"],
    ["https://acme .com", "must not contain white space"],
    ["https://acme\u200b.com", "or invisible characters"],
    ["javascript:canary", "must start with https://"],
  ] as const) {
    expect(rejection({ [`logto:${name}`]: text })).toContain(message);
    const address = () =>
      signInAddress(stackSettings((key) => (key === `logto:${name}` ? text : undefined), {}));
    expect(address).toThrow(SettingsError);
  }
});

test("an address is usable although another setting is wrong, and not where it is wrong itself", () => {
  const source = (more: Record<string, string>) =>
    stackSettings((key) => ({ ...complete, ...more })[key as keyof typeof complete], {});
  const endpoint = usableAddress("endpoint", source({}));
  expect(endpoint).toMatch(/^https:/);
  expect(usableAddress("endpoint", source({ "logto:timeoutSeconds": "soon" }))).toBe(endpoint);
  expect(usableAddress("endpoint", source({ "logto:endpoint": "acme" }))).toBeUndefined();
});

test("a preview without settings says which ones `pulumi up` needs", () => {
  const warning = previewWarning(missingSettings(stackSettings(() => undefined, {})));
  expect(warning).toMatch(/^`pulumi up` will need access to Logto; .*\nlogto:endpoint is not set/);
  expect(warning).toContain("\nlogto:clientSecret is not set");
});

test("users sign in at signInEndpoint, else at the endpoint; undefined if neither is set", () => {
  const address = (config: Record<string, string>, env: Environment = {}) =>
    signInAddress(stackSettings((key) => config[key], env));
  const signIn = { "logto:signInEndpoint": "https://Login.acme.com/" };
  expect(address({ ...complete, ...signIn })).toBe("https://login.acme.com");
  expect(address({}, { LOGTO_ENDPOINT: "https://acme.logto.app/" })).toBe("https://acme.logto.app");
  expect(address({ "logto:endpoint": " " })).toBeUndefined();
  expect(address({ "logto:endpoint": "http://logto:3001" }, { LOGTO_ALLOW_HTTP: "1" })).toBe(
    "http://logto:3001",
  );
  expect(() => address({ ...complete, "logto:signInEndpoint": "login.acme.com" })).toThrow(SettingsError);
  expect(address({ ...complete, ...signIn, "logto:timeoutSeconds": "soon" })).toBe("https://login.acme.com");
});

test.each(["clientId", "clientSecret", "resource"] as const)(
  "logto:%s accepts only what can be sent, and the error says what is wrong and where",
  (name) => {
    for (const [text, message] of [
      ["canary\n", "ends with a line break"],
      ["canary\r\n", "ends with a line break"],
      ["canary\t", "ends with a tab"],
      ["canary ", "ends with a space"],
      ["canary\u00a0", "ends with a space"],
      [" canary", "starts with a space"],
      ["\ufeffcanary", "starts with a byte order mark"],
      ["\u200bcanary", "starts with an invisible character"],
      ["canary\0x", "contains an invisible character"],
      ["canary\nx", "contains a line break"],
      ["canary\u2028x", "contains a line break"],
      ["canaryéx", "contains a non-ASCII character"],
      ["canary😀", "ends with a non-ASCII character"],
      [" ", "ends with a space"],
    ] as const) {
      expect(rejection({ [`logto:${name}`]: text })).toBe(
        `logto:${name} ${message}: only printable ASCII characters are allowed. Set it again without it.`,
      );
    }
    const printable = "! \"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    expect(read({ ...complete, [`logto:${name}`]: printable })[name]).toBe(printable);
  },
);

test("an error names the environment variable of a setting that comes from there", () => {
  const env = { LOGTO_CLIENT_SECRET: "canary\n" };
  expect(rejection({ "logto:clientSecret": "" }, env)).toMatch(/^LOGTO_CLIENT_SECRET ends with a line break/);
});

test("every problem is reported at once", () => {
  const wrong = { "logto:endpoint": "acme.com", "logto:clientId": "m2m ", "logto:timeoutSeconds": "0" };
  expect(rejection(wrong).split("\n")).toHaveLength(3);
});

test.each(["timeoutSeconds", "maxRequestsPerSecond"] as const)("logto:%s is a decimal number", (name) => {
  for (const [text, value] of [
    ["30", 30],
    [" 30 ", 30],
    ["2.5", 2.5],
    ["12.25", 12.25],
    ["x30", undefined],
    ["1.", undefined],
    ["1e", undefined],
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
      expect(rejection({ [`logto:${name}`]: text })).toContain(`logto:${name} must be a number from 1 to`);
    } else expect(read({ ...complete, [`logto:${name}`]: text })[name]).toBe(value);
  }
});

test("logto:adopt takes nothing but identical", () => {
  expect(read({ ...complete, "logto:adopt": "identical" }).adopt).toBe("identical");
  expect(rejection({ "logto:adopt": "any" })).toContain('logto:adopt must be "identical" (got "any")');
});

test("docs/installation-configuration.md lists the settings, their variables and their fixed defaults", () => {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "installation-configuration.md"), "utf8");
  const rows = page.split("\n").flatMap((line) => {
    const [, name, variable, description] = /^\| `logto:(\w+)` *\| (?:`(\w+)`)? *\| (.*)\|$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, variable, description }];
  });
  expect(rows.map(({ name, variable }) => [name, variable])).toEqual(
    settingNames.map((name) => [name, settingOf(name).variable]),
  );
  const documented = (name: string) => rows.find((row) => row.name === name)?.description;
  expect(documented("timeoutSeconds")).toContain(`${read(complete).timeoutSeconds} (`);
  expect(documented("maxRequestsPerSecond")).toContain(`${read(complete).maxRequestsPerSecond ?? 0} (`);
});

const own: Record<SettingName, string> = {
  endpoint: "https://own.acme.com",
  clientId: "own-client",
  clientSecret: "own-secret",
  resource: "own-resource",
  signInEndpoint: "https://own-login.acme.com",
  timeoutSeconds: "7",
  maxRequestsPerSecond: "8",
  adopt: "identical",
};
const environment = Object.fromEntries(
  settingNames.flatMap((name) => {
    const { variable } = settingOf(name);
    return variable === undefined
      ? []
      : [[variable, name === "endpoint" ? "https://env.acme.com" : `env-${name}`]];
  }),
);
const required = settingNames.filter((name) => settingOf(name).required);
const optional = settingNames.filter((name) => !settingOf(name).required);
/** Reads the settings, one of which is given as a text or, with `undefined`, not at all. */
const readWith = (
  kind: "default" | "explicit",
  name: SettingName,
  text: string | undefined,
  env: Environment,
) => {
  const given = (key: string) => (key === name ? text : own[key as SettingName]);
  return readSettings(
    kind === "default"
      ? stackSettings((key) => given(key.replace("logto:", "")), env)
      : providerSettings(given, "eu", env),
  );
};

describe("who reads what: of a provider's own settings, the environment and nothing", () => {
  test.each(settingNames)("%s that is given is used, whatever the environment has", (name) => {
    for (const kind of ["default", "explicit"] as const) {
      const { origin, ...values } = readWith(kind, name, own[name], environment);
      expect(String(values[name])).toBe(own[name]);
      expect(origin(name)).toBe(kind === "default" ? `logto:${name}` : `${name} of the provider "eu"`);
    }
  });

  test.each(settingNames)(
    "%s that is not given, or empty, comes from the environment in the default provider",
    (name) => {
      const { variable, default: defaultOf } = settingOf(name);
      for (const text of [undefined, ""]) {
        const read = () => readWith("default", name, text, environment);
        expect(read()[name]).toBe(
          variable === undefined ? defaultOf?.("https://own.acme.com") : environment[variable],
        );
        expect(read().origin(name)).toBe(variable ?? `logto:${name}`);
        const empty = variable === undefined ? {} : { [variable]: "" };
        const without = () => readWith("default", name, text, empty);
        if (required.includes(name)) {
          expect(without).toThrow(
            `logto:${name} is not set, and ${variable ?? ""} is empty. Run \`pulumi config set `,
          );
        } else expect(without()[name]).toBe(defaultOf?.("https://own.acme.com"));
      }
    },
  );

  test.each(required)("%s that is not given, or empty, is an error in an explicit provider", (name) => {
    for (const text of [undefined, "", ...(name === "endpoint" ? [" "] : [])]) {
      expect(() => readWith("explicit", name, text, environment)).toThrow(
        text === undefined
          ? `${name} of the provider "eu" is missing.`
          : `${name} of the provider "eu" is empty. Give it a value.`,
      );
    }
  });

  test.each(optional)(
    "%s that is not given has its default in an explicit provider, and an empty one is an error",
    (name) => {
      const expected = settingOf(name).default?.("https://own.acme.com");
      expect(readWith("explicit", name, undefined, environment)[name]).toBe(expected);
      expect(() => readWith("explicit", name, "", environment)).toThrow(
        `${name} of the provider "eu" is empty. Give it a value, or leave it out.`,
      );
    },
  );

  test("only whether http is allowed comes from the environment for an explicit provider", () => {
    const url = "http://logto:3001";
    expect(() => readWith("explicit", "endpoint", url, {})).toThrow(
      'endpoint of the provider "eu" must start with',
    );
    expect(readWith("explicit", "endpoint", url, { LOGTO_ALLOW_HTTP: "1" }).endpoint).toBe(url);
  });
});

test("a malformed setting is blamed on where it came from", () => {
  const env = { LOGTO_ENDPOINT: "acme.com", LOGTO_CLIENT_ID: "m2m ", LOGTO_RESOURCE: "\u00e9" };
  expect(rejection({ "logto:endpoint": "", "logto:clientId": "" }, env).split("\n")).toEqual([
    expect.stringMatching(/^LOGTO_ENDPOINT is not a URL/),
    expect.stringMatching(/^LOGTO_CLIENT_ID ends with a space/),
    expect.stringMatching(/^LOGTO_RESOURCE ends with a non-ASCII character/),
  ]);
});
