/** `logto-sso drift --probe`, with real identity providers. Without the Pulumi CLI. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../provider/cli/drift/command";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { connectorInState, explicitProvider, exportOf, placeFor, stateIn } from "../exportedState";
import { type Logto, startLogto } from "../logto";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { logtoSso, startLogtoSso } from "../runCli";
import { type ScriptedServer, startScriptedServer } from "../scriptedServer";
import { brief, checkState } from "./checkState";

jest.setTimeout(120_000);
let logto: Logto;
let idp: OidcProvider;
let hanging: ScriptedServer;
const count = 199;
const idOf = (index: number) => `acme${index}`;
const redirectUri = (index: number) => `${logto.url}/callback/${idOf(index)}`;

beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
  logto.signInExperience.singleSignOnEnabled = true;
  idp = await startOidcProvider(
    Array.from({ length: count }, (_, index) => ({
      client_id: `client${index}`,
      client_secret: `canary-secret-${index}`,
      redirect_uris: [redirectUri(index)],
    })),
  );
  // It answers Logto, but not when a client signs in.
  hanging = await startScriptedServer(({ path }) => {
    if (!path.endsWith("/openid-configuration")) return { fault: "hang" };
    const { url } = hanging;
    const [authorization_endpoint, token_endpoint] = [`${url}/auth`, `${url}/token`];
    return { body: { issuer: url, authorization_endpoint, token_endpoint, jwks_uri: `${url}/jwks` } };
  });
});
afterEach(() => Promise.all([logto.close(), idp.close(), hanging.close()]));

/** Inserts the connector of a client. */
const insert = (index: number, issuer = idp.issuer, clientSecret = `canary-secret-${index}`) =>
  logto.connectors.insert({
    id: idOf(index),
    providerName: "OIDC",
    connectorName: `customer-${index}`,
    config: { clientId: `client${index}`, clientSecret, issuer },
    domains: [`customer-${index}.com`],
  });

test("of 200 connectors, those whose secret is rejected are found, although one identity provider hangs", async () => {
  const rejected = [3, 50, 51, 120, 198];
  const rows = [
    ...Array.from({ length: count }, (_, index) =>
      rejected.includes(index) ? insert(index, idp.issuer, "canary-of-yesterday") : insert(index),
    ),
    insert(count, hanging.url),
  ];
  const provider = explicitProvider("eu", logto.url, { "logto:timeoutSeconds": "12" });
  const place = placeFor(undefined);
  const state = exportOf([provider, ...rows.map((row) => connectorInState(row, provider))]);
  const args = ["drift", "--probe", ...stateIn(place, state)];
  const outputs = formats.flatMap((format) => ["--format", format, "--output", format]);
  // Without its deadline, the run would never end.
  const { code, stderr } = await logtoSso(place, [...args, ...outputs], { mayFail: true });
  expect([code, stderr]).toEqual([2, ""]);
  const written = formats.map((format) => readFileSync(join(place.folder, format), "utf8"));
  const { findings, tenants } = JSON.parse(written[formats.indexOf("json")] ?? "") as DriftReport;
  expect(findings.map(brief)).toEqual(rejected.map((index) => `credentials-rejected customer-${index}`));
  expect(tenants).toMatchObject([{ connectors: 200, probed: 200, undetermined: 1, requests: 3 }]);
  expect(hanging.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  expect(idp.requests.filter((request) => request === "POST /token")).toHaveLength(count);
  const basic = rejected.map((index) => Buffer.from(`client${index}:canary-of-yesterday`).toString("base64"));
  for (const text of written) {
    expect(text).toContain("credentials-rejected");
    expect(text).not.toContain("canary");
    for (const credentials of basic) expect(text).not.toContain(credentials);
  }
});

test("the metrics count what is rejected, and show no secret", async () => {
  const place = placeFor(logto);
  const state = stateIn(
    place,
    exportOf([insert(0), insert(1, idp.issuer, "canary")].map((row) => connectorInState(row))),
  );
  const running = startLogtoSso(place, ["drift", "--probe", "--watch", "300", "--metrics", "0", ...state]);
  const url = await running.waitForStdout(/metrics on (\S+)/);
  await running.waitForStdout(/; it fails the check/);
  const metrics = await (await fetch(url)).text();
  running.process.kill("SIGTERM");
  const { stdout, stderr } = await running.result;
  expect(metrics).toContain('logto_sso_drift_findings{class="credentials-rejected"} 1\n');
  expect(stdout + stderr + metrics).not.toContain("canary");
});

test("a redirect URI that is not registered is found, and what is not the stack's is not asked about", async () => {
  const registered = insert(0);
  const elsewhere = logto.connectors.insert({ ...insert(1), id: "moved" });
  logto.connectors.rows.delete(idOf(1));
  insert(2, idp.issuer, "canary-of-somebody-else");
  const unusable = logto.connectors.insert({
    providerName: "Okta",
    connectorName: "unusable",
    domains: ["acme.com"],
  });
  const state = exportOf([registered, elsewhere, unusable].map((row) => connectorInState(row)));
  const { findings, failed, tenants } = await checkState(state, logto, { probe: true });
  expect(findings.map(brief)).toEqual([
    "redirect-not-registered customer-1",
    "unusable unusable",
    "unmanaged customer-2",
  ]);
  expect(findings[0]).toMatchObject({
    message: `The redirect URI is not registered at the identity provider: ${logto.url}/callback/moved.`,
    connector: { id: "moved" },
  });
  expect(failed).toBe(true);
  expect(tenants).toMatchObject([{ probed: 2, undetermined: 0 }]);
  expect(idp.requests.filter((request) => request === "POST /token")).toHaveLength(2);
});

test("a sign-in that the identity provider refuses is found, and fails the check", async () => {
  const strict = await startOidcProvider([
    {
      client_id: "client0",
      client_secret: "canary-secret-0",
      redirect_uris: [redirectUri(0)],
      scope: "openid",
    },
  ]);
  const state = exportOf([insert(0, strict.issuer), insert(1)].map((row) => connectorInState(row)));
  const { findings, failed, tenants } = await checkState(state, logto, { probe: true });
  await strict.close();
  expect(findings.map(brief)).toEqual(["sign-in-refused customer-0"]);
  expect(findings[0]).toMatchObject({
    severity: "error",
    message: "The identity provider refuses the scopes that Logto asks for (it answered invalid_scope).",
    remedy: expect.stringContaining("config.scope") as string,
  });
  expect(failed).toBe(true);
  expect(tenants).toMatchObject([{ probed: 2, undetermined: 0 }]);
});

test("without --probe, no identity provider is asked", async () => {
  const { findings, tenants } = await checkState(
    exportOf([connectorInState(insert(0, idp.issuer, "canary-wrong"))]),
    logto,
  );
  expect([findings, idp.requests]).toEqual([[], ["GET /.well-known/openid-configuration"]]);
  expect(tenants[0]).not.toHaveProperty("probed");
});
