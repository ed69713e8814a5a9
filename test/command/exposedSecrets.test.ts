/** No command prints a secret that somebody has entered into a field of Logto that is not secret, or that a program declares as one. */
import { formats } from "../../provider/cli/drift/command";
import { connectorInState, exportOf, placeFor, resourceInState, secret, stateIn } from "../exportedState";
import { type Logto, startLogto } from "../logto";
import { logtoSso } from "../runCli";

jest.setTimeout(60_000);

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto();
});
afterEach(() => logto.close());

const url = "https://admin:canary-hunter2@a.com";
const key = "---- BEGIN SSH2 PRIVATE KEY ----\\ncanary";

/** Two connectors of the stack, and one that is in Logto only. Returns the state. */
function fillTenant(): string {
  const issuer = `${logto.idp}/acme`;
  const config = { clientId: "c", clientSecret: "canary-secret", issuer };
  const declared = ["first", "second"].map((connectorName) => {
    const row = logto.connectors.insert({ connectorName, providerName: "OIDC", config, domains: ["a.com"] });
    return connectorInState(row);
  });
  logto.connectors.insert({ connectorName: `Acme ${url}`, providerName: "OIDC", config, domains: [url] });
  Object.assign(logto.named("first"), { domains: [url], branding: { displayName: key, logo: [url] } });
  Object.assign(logto.named("second"), {
    connectorName: url,
    config: { ...config, issuer: url, scope: { of: [url] }, [url]: 1 },
    domains: ["a.com", url],
  });
  return exportOf([...declared, ...declaredAsSecrets()]);
}

/** Two resources that differ from Logto in values that the program declares as secrets, with `pulumi.secret`. */
function declaredAsSecrets(): object[] {
  const third = logto.connectors.insert({
    connectorName: "third",
    providerName: "OIDC",
    domains: ["live.com"],
  });
  logto.named("third").branding = { displayName: "live.com" };
  const branding = { displayName: secret("canary-hunter2") };
  const domains = ["b.com", secret("canary-hunter2.com")];
  const connector = connectorInState(third);
  const customData = { plan: "pro", keys: { api: secret("canary-hunter2"), all: secret({ hunter2: 1 }) } };
  const id = logto.organizations.make("Acme");
  Object.assign(logto.organizations.rows[0] ?? {}, {
    customData: { plan: "free", keys: { api: "live.com", all: { hunter2: 2 } } },
  });
  return [
    { ...connector, inputs: { ...connector.inputs, branding, domains } },
    resourceInState("Organization", "acme", id, {
      name: "Acme",
      customData,
      color: secret({ primaryColor: "#abc" }),
    }),
  ];
}

test.each(
  [
    ...formats.map((format) => ["drift", "--format", format]),
    ["doctor"],
    ["doctor", "--json"],
    ["doctor", "--email", "user@a.com"],
    ["doctor", "--name", "second one"],
  ].map((args) => [args.join(" "), args] as const),
)("%s", async (_what, args) => {
  const place = placeFor(logto);
  const state = stateIn(place, fillTenant());
  const { stdout } = await logtoSso(place, [...args, ...state], { mayFail: true });
  expect(stdout.length).toBeGreaterThan(100);
  expect(stdout).not.toContain("hunter2");
});

test.each([[], ["--json"]])("list %s", async (...options) => {
  fillTenant();
  const { stdout } = await logtoSso(placeFor(logto), ["list", ...options]);
  expect(stdout).toContain("https://[secret]@a.com");
});

test("drift names what differs, and which domain two connectors share", async () => {
  const place = placeFor(logto);
  const args = ["drift", "--format", "json", ...stateIn(place, fillTenant())];
  const { stdout } = await logtoSso(place, args, { mayFail: true });
  const { findings } = JSON.parse(stdout) as { findings: Record<string, unknown>[] };
  expect(findings).toContainEqual(expect.objectContaining({ path: "domains", message: "domains differs." }));
  for (const path of ["branding.displayName", "customData.keys.api", "customData.keys.all", "color"]) {
    expect(findings).toContainEqual(expect.objectContaining({ path, message: `${path} differs.` }));
  }
  expect(findings).toContainEqual(
    expect.objectContaining({ path: "customData.plan", message: 'customData.plan is "free", not "pro".' }),
  );
  expect(findings).toContainEqual(
    expect.objectContaining({
      class: "domain-conflict",
      domain: "https://[secret]@a.com",
      message: expect.stringContaining('and "https://[secret]@a.com"') as unknown,
    }),
  );
});
