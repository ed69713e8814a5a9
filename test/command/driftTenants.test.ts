/** `logto-sso drift`: which tenant a connector is in, and what is a state. */
import {
  connectorInState,
  defaultProvider,
  explicitProvider,
  exportOf,
  ofPlugin,
  placeFor,
  stateIn,
} from "../exportedState";
import { identityOf } from "../../provider/cli/drift/finding";
import { type Logto, type LogtoOptions, type Row, startLogto } from "../logto";
import { logtoSso } from "../runCli";
import { brief, checkState } from "./checkState";

jest.setTimeout(120_000);
const started: Logto[] = [];
afterEach(() => Promise.all(started.splice(0).map((server) => server.close())));
async function start(options: LogtoOptions = {}): Promise<Logto> {
  const logto = await startLogto({ retryDelayMs: 5, ...options });
  started.push(logto);
  logto.signInExperience.singleSignOnEnabled = true;
  return logto;
}

/** Inserts a usable connector. */
const insert = (logto: Logto, connectorName: string, more: object = {}) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    domains: [`${connectorName.replaceAll(" ", "-")}.com`],
    ...more,
  });
const several = (logto: Logto, count: number) =>
  Array.from({ length: count }, (_, index) => insert(logto, `customer-${index}`));

async function check(resources: readonly object[], logto?: Logto) {
  const { findings, ...rest } = await checkState(exportOf(resources), logto);
  return { ...rest, findings: findings.map(brief).sort() };
}

test("resources of a program in another language are compared, in the tenants of its providers", async () => {
  const [ours, theirs] = [await start(), await start()];
  const [own, other] = [defaultProvider(), explicitProvider("eu", theirs.url)];
  const changed = connectorInState(insert(ours, "a"), own);
  const resources = [own, other, changed, connectorInState(insert(theirs, "b"), other)];
  ours.named("a").domains = ["by-hand.com"];
  const { findings, tenants } = await checkState(ofPlugin(exportOf(resources)), ours);
  expect(findings.map(brief)).toEqual([expect.stringContaining("a")]);
  expect(tenants).toMatchObject([
    { endpoint: ours.url, connectors: 1 },
    { endpoint: theirs.url, connectors: 1 },
  ]);
});

describe("a tenant is identified by its endpoint", () => {
  test.each(["default", "default_2", "eu"])("a logto.Provider can be called %s", async (name) => {
    const [ours, theirs] = [await start(), await start()];
    const provider = explicitProvider(name, theirs.url);
    const there = connectorInState(insert(theirs, "there"), provider);
    // Without settings of the stack itself, and with those of another tenant.
    for (const logto of [undefined, ours]) {
      expect(await check([provider, there], logto)).toMatchObject({
        failed: false,
        findings: [],
        tenants: [{ endpoint: theirs.url, connectors: 1 }],
      });
    }
  });

  test("a logto.Provider in a state of version 0.1.0 has no mark", async () => {
    const [ours, theirs] = [await start(), await start()];
    const provider = explicitProvider("eu", theirs.url, { "logto:explicitProvider": undefined });
    const there = connectorInState(insert(theirs, "there"), provider);
    expect(await check([provider, there], ours)).toMatchObject({
      failed: false,
      tenants: [{ endpoint: theirs.url, connectors: 1 }],
    });
  });

  test("the engine's default provider is the stack's tenant, whatever its version", async () => {
    const [ours, theirs] = [await start(), await start()];
    const [own, other] = [defaultProvider(), explicitProvider("eu", theirs.url)];
    const versioned = { ...own, urn: `${own.urn}_3_270_0`, id: "v" };
    const resources = [
      ...[own, other, versioned],
      connectorInState(insert(ours, "a"), own),
      connectorInState(insert(ours, "b"), versioned),
      connectorInState(insert(theirs, "c"), other),
    ];
    expect(await check(resources, ours)).toMatchObject({
      failed: false,
      findings: [],
      tenants: [
        { endpoint: ours.url, connectors: 2 },
        { endpoint: theirs.url, connectors: 1 },
      ],
    });
  });

  test.each([
    ["a trailing slash", (url: string) => `${url}/`],
    ["another case", (url: string) => url.replace("http", "HTTP")],
    ["the same", (url: string) => url],
  ])("two providers of one tenant are read once: %s", async (_what, written) => {
    const logto = await start();
    const [eu, us] = [explicitProvider("eu", logto.url), explicitProvider("us", written(logto.url))];
    const resources = [
      ...[eu, us],
      connectorInState(insert(logto, "a"), eu),
      connectorInState(insert(logto, "b"), us),
      connectorInState(insert(logto, "c")),
    ];
    insert(logto, "by hand");
    logto.takeLog();
    expect(await check(resources, logto)).toMatchObject({
      findings: ["unmanaged by hand"],
      tenants: [{ connectors: 3, requests: 3 }],
    });
    expect(logto.takeLog()).toEqual(["POST /oidc/token", "GET /api/sso-connectors", "GET /api/sign-in-exp"]);
  });

  test("two endpoints of one tenant are merged by their connectors", async () => {
    const logto = await start();
    const a = explicitProvider("a", logto.url);
    const b = explicitProvider("b", logto.url.replace("127.0.0.1", "localhost"));
    const shared = { domains: ["acme.com"] };
    const resources = [
      ...[a, b],
      connectorInState(insert(logto, "a", shared), a),
      connectorInState(insert(logto, "b"), b),
    ];
    insert(logto, "by hand", shared);
    expect(await check(resources)).toMatchObject({
      findings: ["domain-conflict a", "unmanaged by hand"],
      tenants: [{ endpoint: logto.url, connectors: 2 }],
    });
  });
});

describe("a copy that was restored from a backup has the same IDs, and is compared by itself", () => {
  /** Starts a tenant with two connectors and a copy of it, and returns a state that manages both. */
  async function startCopy() {
    const [production, staging] = [await start(), await start()];
    const rows = several(production, 2);
    for (const row of rows) staging.connectors.insert(structuredClone(row));
    const providers = { production, staging };
    const resources = Object.entries(providers).flatMap(([name, { url }]) => {
      const provider = explicitProvider(name, url);
      // Each stack names them differently: names of resources are unique in a stack.
      const connectors = rows.map((row) => {
        const resource = connectorInState(row, provider);
        return { ...resource, urn: `${resource.urn}-${name}` };
      });
      return [provider, ...connectors];
    });
    return { production, staging, resources };
  }

  test("while it equals the original, there is nothing to find", async () => {
    const { resources, production } = await startCopy();
    expect(await check(resources)).toMatchObject({
      failed: false,
      findings: [],
      tenants: [{ connectors: 2 }],
    });
    expect(production.takeLog()).toContain("GET /api/sso-connectors");
  });

  test.each([
    ["a field", () => ({ domains: ["by-hand.com"] }), "changed customer-0 domains"],
    [
      "a secret",
      ({ config }: Row) => ({ config: { ...config, clientSecret: "canary-2" } }),
      "changed customer-0 config.clientSecret",
    ],
  ])("%s that was changed by hand is found in the one where it was changed", async (_what, edit, finding) => {
    for (const name of ["production", "staging"] as const) {
      const { resources, ...tenants } = await startCopy();
      const row = tenants[name].named("customer-0");
      Object.assign(row, edit(row));
      const { findings, tenants: reported } = await checkState(exportOf(resources), undefined);
      expect(findings.map(brief)).toEqual([finding]);
      expect(findings[0]).toMatchObject({ tenant: tenants[name].url });
      expect(reported).toHaveLength(2);
    }
  });

  test("a connector that was deleted by hand is missing in the one where it was deleted", async () => {
    for (const name of ["production", "staging"] as const) {
      const { resources, ...tenants } = await startCopy();
      const { connectors, url } = tenants[name];
      connectors.rows.delete(tenants[name].named("customer-1").id);
      const { findings } = await checkState(exportOf(resources), undefined);
      expect(findings.map(brief)).toEqual(["missing customer-1"]);
      expect(findings[0]).toMatchObject({ tenant: url });
    }
  });

  test("a connector that was added by hand is in the one where it was added", async () => {
    const { resources, staging } = await startCopy();
    insert(staging, "by hand");
    expect(await check(resources)).toMatchObject({ findings: ["unmanaged by hand"] });
  });

  test("enterprise SSO that was disabled by hand is found in the one where it was disabled", async () => {
    for (const name of ["production", "staging"] as const) {
      const { resources, ...tenants } = await startCopy();
      tenants[name].signInExperience.singleSignOnEnabled = false;
      const { findings } = await checkState(exportOf(resources), undefined);
      expect(findings).toMatchObject([{ class: "sso-disabled", connector: { id: tenants[name].url } }]);
    }
  });

  test("findings of two connectors with one ID are told apart, also in a baseline", async () => {
    const { resources, production, staging } = await startCopy();
    insert(production, "by hand");
    const { id } = production.named("by hand");
    staging.connectors.insert({ ...structuredClone(production.named("by hand")), domains: ["other.com"] });
    expect(staging.named("by hand").id).toBe(id);
    const { findings } = await checkState(exportOf(resources), undefined);
    expect(findings.map(brief)).toEqual(["unmanaged by hand", "unmanaged by hand"]);
    // `import` reads the tenant of the stack's own settings only.
    for (const { remedy } of findings) {
      expect(remedy).toContain("declare it as it is in Logto, with `adopt: true` and the option `provider`");
      expect(remedy).not.toContain("import");
    }
    expect(new Set(findings.map((finding) => identityOf(finding))).size).toBe(2);
  });
});

describe("a wrong tenant is detected", () => {
  test.each([
    ["all of 200", 200, 0],
    ["both of two", 2, 0],
    ["19 of 20", 20, 1],
  ])("by %s missing", async (_what, count, left) => {
    const [ours, theirs] = [await start(), await start()];
    const rows = several(ours, count);
    for (const row of rows.slice(0, left)) theirs.connectors.insert(row);
    const { error } = await check(
      rows.map((row) => connectorInState(row)),
      theirs,
    );
    expect(error).toContain("looks like another tenant");
    expect(error).toContain(
      `${count - left} of the stack's ${count} connectors are not in Logto at ${theirs.url}.`,
    );
    expect(error).not.toContain("\n");
  });

  test("by a single connector, if the state records another endpoint", async () => {
    const [ours, theirs] = [await start(), await start()];
    const row = insert(ours, "a");
    const recorded = connectorInState(row, defaultProvider(), { outputs: { endpoint: ours.url } });
    // The stack's settings of that time.
    const provider = defaultProvider({
      "logto:endpoint": `${ours.url}/`,
      "logto:clientId": "m2m",
      "logto:clientSecret": "canary-m2m",
    });
    for (const resources of [[recorded], [provider, connectorInState(row, provider)]]) {
      const { error } = await check(resources, theirs);
      expect(error).toContain("looks like another tenant");
      expect(error).toContain(`Last seen at ${ours.url}`);
    }
  });

  test("by a single connector, if the state records another tenant ID", async () => {
    const [ours, theirs] = [await start(), await start()];
    const gone = insert(ours, "a", { tenantId: "ours" });
    insert(theirs, "b");
    const resources = [connectorInState(gone, defaultProvider(), { outputs: { tenantId: "ours" } })];
    const { error } = await check(resources, theirs);
    expect(error).toContain("looks like another tenant");
    expect(error).toContain("The tenant is default, and ours according to the state.");
  });

  test("but deleted connectors are missing, one of one and some of many", async () => {
    const logto = await start();
    const [first, second, ...others] = several(logto, 20);
    logto.connectors.rows.delete(first?.id ?? "");
    const seen = { outputs: { endpoint: logto.url } };
    const resources = [first, second, ...others].flatMap((row) =>
      row === undefined ? [] : [connectorInState(row, defaultProvider(), seen)],
    );
    expect(await check(resources, logto)).toMatchObject({ failed: true, findings: ["missing customer-0"] });
    for (const { id } of others.slice(0, 14)) logto.connectors.rows.delete(id);
    expect((await check(resources, logto)).findings).toHaveLength(15);
    logto.connectors.rows.clear();
    expect(await check(resources.slice(0, 1), logto)).toMatchObject({
      failed: true,
      findings: ["missing customer-0"],
    });
  });

  test("but another endpoint of the same tenant is accepted", async () => {
    const logto = await start();
    const seen = { outputs: { endpoint: "https://old.acme.com" } };
    const resources = several(logto, 3).map((row) => connectorInState(row, defaultProvider(), seen));
    expect(await check(resources, logto)).toMatchObject({ failed: false, findings: [] });
  });
});

describe("an error of one of several tenants names the tenant", () => {
  test.each([
    ["that cannot be read", "list", "Could not check the tenant TENANT: GET /api/sso-connectors"],
    ["that rejects the credentials", "token", "Could not check the tenant TENANT: "],
  ] as const)("%s", async (_what, route, message) => {
    const [ours, theirs] = [await start(), await start()];
    const provider = explicitProvider("eu", theirs.url);
    const resources = [
      provider,
      connectorInState(insert(ours, "a")),
      connectorInState(insert(theirs, "b"), provider),
    ];
    theirs.faults.arm("500", route, Infinity);
    const place = placeFor(ours);
    // In a process of its own, since the check ends while the other tenant may still be read.
    const { code, stdout, stderr } = await logtoSso(
      place,
      ["drift", ...stateIn(place, exportOf(resources))],
      { mayFail: true },
    );
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`error: ${message.replace("TENANT", theirs.url)}`);
    expect(stderr).not.toContain(ours.url);
  });

  test("whose logto.Provider has invalid settings", async () => {
    const provider = explicitProvider("eu", "http://user:canary@logto.acme.com");
    const ours = await start();
    const resources = [
      provider,
      connectorInState(insert(ours, "a")),
      connectorInState(insert(ours, "b"), provider),
    ];
    const { error } = await check(resources, ours);
    expect(error).toMatch(
      /^endpoint of the provider "eu" \(in the state, where `pulumi up` records it\) must not contain a user name or password/,
    );
  });
});

describe("a file that is not a state is an error", () => {
  test.each([
    ["empty", "", "it is empty"],
    ["invalid JSON", "version: 3", "it is not valid JSON"],
    ["a list", "[]", "it is not a JSON object"],
    ["no version", '{"deployment":{"resources":[]}}', "it has no version"],
    ["a future version", exportOf([], 99), "its version is 99"],
    ["an old version", exportOf([], 1), "its version is 1"],
    ["a version as a string", exportOf([], "3"), 'its version is "3"'],
    ["no deployment", '{"version":3}', "it has no deployment"],
    ["an empty deployment", '{"version":3,"deployment":{}}', "its deployment has no list of resources"],
    [
      "a checkpoint of a backend",
      '{"version":3,"checkpoint":{"stack":"a","latest":{}}}',
      "it has no deployment",
    ],
    ["resources of another format", exportOf([{ name: "a" }]), "one of its resources has no URN or type"],
    [
      "a resource whose inputs are no object",
      exportOf([{ urn: "urn:pulumi:a::b::c::d", type: "c", inputs: null }]),
      "the inputs or the outputs of urn:pulumi:a::b::c::d are no object",
    ],
    ...["id", "parent", "provider", "sourcePosition"].map((key): [string, string, string] => [
      `a resource whose ${key} is no string`,
      exportOf([{ ...connectorInState({ id: "abc", connectorName: "Acme" }), [key]: null }]),
      "the ID, the parent, the provider or the source position of urn:pulumi:test::test::",
    ]),
    [
      "a resource with an input that is nested too deeply",
      exportOf([
        {
          urn: "urn:pulumi:a::b::c::d",
          type: "c",
          inputs: { a: JSON.parse("[".repeat(3000) + "]".repeat(3000)) as unknown },
        },
      ]),
      "the inputs or the outputs of urn:pulumi:a::b::c::d are no object, or nested too deeply",
    ],
  ])("%s", async (_what, text, reason) => {
    const { error } = await checkState(text, await start());
    expect(error).toContain(`state.json is not a state: ${reason}`);
    expect(error).toContain("pulumi stack export --show-secrets");
    expect(error).not.toContain("\n");
  });

  test.each([
    [
      "an empty stack, as `pulumi stack export` writes it",
      '{"version":3,"deployment":{"manifest":{},"metadata":{}}}',
    ],
    ["a stack that uses newer features", exportOf([], 4)],
    ["a state with a byte order mark", `\ufeff${exportOf([])}`],
  ])("but %s is accepted", async (_what, text) => {
    expect(await checkState(text, await start())).toMatchObject({ failed: false, findings: [] });
  });
});
