/** Secrets that somebody has entered into fields of Logto that are not secret: no command prints them. */
import { formats } from "../../provider/cli/drift/command";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
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
  return exportOf(declared);
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
  expect(findings).toContainEqual(
    expect.objectContaining({
      class: "domain-conflict",
      domain: "https://[secret]@a.com",
      message: expect.stringContaining('and "https://[secret]@a.com"') as unknown,
    }),
  );
});
