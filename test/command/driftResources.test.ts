/** `logto-sso drift`: resources other than connectors, and what stops people from signing in. Without the Pulumi CLI. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../provider/cli/drift/command";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import {
  connectorInState,
  defaultProvider,
  explicitProvider,
  exportOf,
  placeFor,
  resourceInState,
  stateIn,
} from "../exportedState";
import { type Logto, type Row, samlMetadata, startLogto } from "../logto";
import { logtoSso, startLogtoSso } from "../runCli";
import { expectValid, schemaOf, validator } from "../schemas";
import { eachWithLogto } from "../provider/inProcess";
import { brief, checkState } from "./checkState";

const day = 86_400_000;
let logto: Logto;
eachWithLogto(
  (started) => {
    logto = started;
    logto.signInExperience.singleSignOnEnabled = true;
  },
  { retryDelayMs: 5 },
);

const insert = (more: Partial<Row> = {}) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "Acme",
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    domains: ["acme.com"],
    ...more,
  });
const insertSaml = (more: Partial<Row> = {}) => {
  const metadata = samlMetadata("urn:idp", "https://idp.acme.com/sso");
  return insert({ providerName: "SAML", config: { metadata, signAuthnRequest: true }, ...more });
};
const sso = (enabled: boolean) => resourceInState("SingleSignOn", "sso", "single-sign-on", { enabled });

/** A key, and its resource. */
async function keyOf(row: Row, active: boolean, name = "key") {
  const { id } = await logto.signingKeys.make(row.id, active);
  const inputs = { connectorId: row.id, active };
  return { id, resource: resourceInState("SamlSigningKey", name, `${row.id}/${id}`, inputs) };
}

const linkOf = (row: Row, organizationId: string, name = "link") =>
  resourceInState("OrganizationSsoConnector", name, `${organizationId}/${row.id}`, {
    organizationId,
    connectorId: row.id,
  });

function authOf(row: Row, more: object = {}) {
  const values = { connectorId: row.id, defaultApplicationId: "app1", autoSendAuthorizationRequest: true };
  const inState = resourceInState("SsoConnectorIdpInitiatedAuth", "auth", row.id, { ...values, ...more });
  return { live: logto.idpInitiatedAuth.insert({ ...values, ...more }), resource: inState };
}

/** The findings of a check, such as `changed Acme enabled: …`, and the requests that it sent. */
async function found(...resources: object[]) {
  logto.takeLog();
  const { findings, error, failed } = await checkState(exportOf(resources), logto);
  expect(error).toBeUndefined();
  return {
    failed,
    findings: findings.map((one) => `${brief(one)}: ${one.message}`),
    requests: logto.takeLog().slice(2),
  };
}

describe("the switch", () => {
  test("is off though the stack declares connectors", async () => {
    logto.signInExperience.singleSignOnEnabled = false;
    expect(await found(connectorInState(insert()))).toEqual({
      failed: true,
      findings: [
        `sso-disabled enterprise SSO: Enterprise SSO is disabled in the tenant at ${logto.url}, so nobody is offered a connector.`,
      ],
      requests: ["GET /api/sign-in-exp"],
    });
  });

  test("is off, and what to do fits programs in every language and several tenants", async () => {
    logto.signInExperience.singleSignOnEnabled = false;
    const [finding] = (await checkState(exportOf([connectorInState(insert())]), logto)).findings;
    expect(finding?.remedy).toContain("with the option `provider`, if the connectors have it");
    expect(finding?.remedy).not.toContain("new logto.");
  });

  test("is not as declared, which is one finding, also in a stack without connectors", async () => {
    logto.signInExperience.singleSignOnEnabled = false;
    const change = "changed sso enabled: enabled is false, not true, so nobody is offered a connector.";
    expect(await found(sso(true))).toMatchObject({ failed: true, findings: [change] });
    expect((await found(sso(true), connectorInState(insert()))).findings).toEqual([change]);
    logto.signInExperience.singleSignOnEnabled = true;
    expect((await found(sso(false), connectorInState(logto.named("Acme")))).findings).toEqual([
      "changed sso enabled: enabled is true, not false.",
    ]);
  });

  test("is declared to be off, so that nobody is offered the connectors of the program", async () => {
    logto.signInExperience.singleSignOnEnabled = false;
    expect((await found(sso(false), connectorInState(insert()))).findings).toEqual([
      expect.stringMatching(/^sso-disabled sso: .*, as declared, so nobody/),
    ]);
    logto.connectors.rows.clear();
    expect((await found(sso(false))).findings).toEqual([]);
  });

  test("is that of each tenant", async () => {
    const other = await startLogto();
    const eu = explicitProvider("eu", other.url);
    const there = resourceInState("SingleSignOn", "there", "single-sign-on", { enabled: true }, eu);
    const { findings, tenants } = await checkState(exportOf([eu, sso(true), there]), logto);
    await other.close();
    expect(findings.map(brief)).toEqual(["changed there enabled"]);
    expect(findings[0]?.connector).toEqual({ name: "there", id: other.url, urn: there.urn });
    expect(tenants).toMatchObject([{ otherResources: 1 }, { otherResources: 1 }]);
  });
});

describe("who is served", () => {
  test("nobody, without domains", async () => {
    expect(await found(connectorInState(insert({ domains: [] })))).toMatchObject({
      failed: true,
      findings: ["not-served Acme: It has no domains, so nobody is offered it."],
    });
  });

  test("domains that somebody has removed are a change", async () => {
    const row = insert();
    const resource = connectorInState(row);
    row.domains = [];
    expect((await found(resource)).findings).toEqual([expect.stringMatching(/^changed Acme domains: /)]);
  });

  test("the domains of a connector of which the stack has only the config are not its concern", async () => {
    const row = insert({ domains: [] });
    const { connectorName, ...inputs } = connectorInState(row).inputs;
    const config = resourceInState("SsoConnectorConfig", "acme", row.id, { ...inputs, connectorId: row.id });
    expect((await found(config)).findings).toEqual([]);
  });
});

describe("signing keys", () => {
  test.each([
    [12.5, "expires in 12 days", "warning"],
    [-2.5, "expired 2 days ago", "error"],
  ])("one that expires in %p days", async (days, message, severity) => {
    const row = insertSaml();
    const { id, resource } = await keyOf(row, false);
    const [key] = logto.signingKeys.of(row.id);
    logto.signingKeys.removeAll(row.id);
    if (key !== undefined)
      logto.signingKeys.put({ ...key, id, active: true, expiresAt: Date.now() + days * day });
    const state = [connectorInState(row), { ...resource, inputs: { connectorId: row.id, active: true } }];
    const { findings, failed } = await checkState(exportOf(state), logto);
    expect(findings).toMatchObject([
      { class: "signing-key-expiring", severity, connector: { name: "Acme", id: row.id } },
    ]);
    expect(findings[0]?.message).toContain(message);
    expect(failed).toBe(true);
    expect((await checkState(exportOf(state), logto, { expiryDays: 3 })).findings).toHaveLength(
      days < 0 ? 1 : 0,
    );
  });

  test("one that no resource declares is read only if it expires soon according to the state", async () => {
    const row = insertSaml();
    const { certificate } = await logto.signingKeys.make(row.id, true);
    const inState = connectorInState(row, defaultProvider(), {
      outputs: { signingCertificate: certificate },
    });
    expect((await found(inState)).requests).toEqual(["GET /api/sign-in-exp"]);
    const { findings } = await checkState(exportOf([inState]), logto, { expiryDays: 3 * 366 });
    expect(findings.map(brief)).toEqual(["signing-key-expiring Acme"]);
    expect(logto.takeLog().at(-1)).toBe("GET /api/sso-connectors/:id/signing-keys");
  });

  test("one is deactivated by hand, another is deleted, and both are read at once", async () => {
    const row = insertSaml();
    const [old, next, last] = [
      await keyOf(row, true, "old"),
      await keyOf(row, false, "next"),
      await keyOf(row, false, "last"),
    ];
    logto.signingKeys.activate(row.id, next.id);
    logto.signingKeys.delete({ params: [row.id, last.id], path: "", query: new URLSearchParams(), body: {} });
    const resources = [old, next, last].map(({ resource }) => resource);
    const { findings, requests } = await found(connectorInState(row), ...resources);
    expect(findings).toEqual([
      `changed Acme active: Of its signing key ${old.id}, active is false, not true.`,
      `changed Acme active: Of its signing key ${next.id}, active is true, not false.`,
      `missing Acme: Logto at ${logto.url} no longer has its signing key ${last.id}.`,
    ]);
    expect(requests.sort()).toEqual(["GET /api/sign-in-exp", "GET /api/sso-connectors/:id/signing-keys"]);
  });
});

test("connectors whose create is not confirmed are not said to be gone, or not to be in the stack", async () => {
  const [made, lost] = [insert(), insert({ connectorName: "Globex", domains: ["globex.com"] })];
  logto.connectors.rows.delete(lost.id);
  const pending = [made, lost].map((row) => connectorInState({ ...row, id: `pending:${row.connectorName}` }));
  const { findings, error, failed } = await checkState(exportOf(pending), logto);
  expect([error, failed]).toEqual([undefined, false]);
  const answer = "The answer of Logto to its create was lost, so the state does not have its ID.";
  expect(findings.map((one) => `${brief(one)}: ${one.message}`)).toEqual([
    `unchecked Acme: ${answer} Logto at ${logto.url} has the connector ${made.id} of that name. It was not compared.`,
    `unchecked Globex: ${answer} Logto at ${logto.url} has no readable connector of that name.`,
  ]);
  for (const { remedy } of findings) expect(remedy).toContain("Run `pulumi up --refresh`");
});

describe("signing keys that are not in the stack", () => {
  const left = (ids: string[], what: string) =>
    `signing-key-unmanaged Acme: It has ${what} not in the stack, and with which Logto does not sign: ${ids.join(", ")}.`;

  test("are reported of a connector whose keys the stack declares, in one finding that does not fail the check", async () => {
    const row = insertSaml();
    const { resource } = await keyOf(row, true);
    const { id: first } = await logto.signingKeys.make(row.id, false);
    const one = await found(connectorInState(row), resource);
    expect(one).toMatchObject({
      failed: false,
      findings: [left([`${row.id}/${first}`], "a signing key in Logto, which is")],
    });
    expect(one.requests).toHaveLength(2);
    const { id: second } = await logto.signingKeys.make(row.id, false);
    expect((await found(resource)).findings).toEqual(
      [
        expect.stringMatching(/^unmanaged/),
        left([`${row.id}/${first}`, `${row.id}/${second}`], "signing keys in Logto, which are"),
      ].reverse(),
    );
  });

  test("are not reported while Logto signs with them, nor of other connectors", async () => {
    const row = insertSaml();
    await logto.signingKeys.make(row.id, true);
    const { resource } = await keyOf(row, false);
    const other = insertSaml({ connectorName: "Other", domains: ["other.com"] });
    await logto.signingKeys.make(other.id, false);
    expect((await found(connectorInState(row), connectorInState(other), resource)).findings).toEqual([]);
    row.config.signAuthnRequest = false;
    expect((await found(connectorInState(row), connectorInState(other), resource)).findings).toEqual([
      // Logto deletes no active key.
      expect.stringMatching(/^signing-key-unmanaged Acme: .* \(active\)\.$/),
    ]);
  });
});

test("the keys of many connectors are read one by one, but only a few at a time", async () => {
  const first = await logto.signingKeys.make(insertSaml().id, false);
  const state = Array.from({ length: 100 }, (_, index) => {
    const row = insertSaml({ connectorName: `customer-${index}`, domains: [`customer-${index}.com`] });
    row.config.signAuthnRequest = false;
    const id = `key${index}`;
    logto.signingKeys.put({ ...first, id, ssoConnectorId: row.id });
    const inputs = { connectorId: row.id, active: false };
    return [
      connectorInState(row),
      resourceInState("SamlSigningKey", `key-${index}`, `${row.id}/${id}`, inputs),
    ];
  });
  logto.connectors.rows.delete(logto.named("Acme").id);
  const { findings, requests } = await found(...state.flat());
  expect(findings).toEqual([]);
  expect(requests).toHaveLength(101);
  expect(logto.connections.peak).toBeLessThanOrEqual(12);
});

test("links with organizations are read once for each organization", async () => {
  const [acme, globex] = [insert(), insert({ connectorName: "Globex", domains: ["globex.com"] })];
  logto.organizations.put("org1", "Both", [acme.id]);
  const links = [linkOf(acme, "org1", "a"), linkOf(globex, "org1", "b"), linkOf(globex, "gone", "c")];
  const { findings, requests } = await found(...[acme, globex].map((row) => connectorInState(row)), ...links);
  expect(findings).toEqual(
    ["org1", "gone"].map(
      (id) =>
        `missing Globex: Logto at ${logto.url} no longer has its just-in-time link with the organization ${id}.`,
    ),
  );
  expect(requests.sort()).toEqual([
    "GET /api/organizations/gone/jit/sso-connectors",
    "GET /api/organizations/org1/jit/sso-connectors",
    "GET /api/sign-in-exp",
  ]);
});

test("IdP-initiated sign-in is compared in its canonical form", async () => {
  const row = insertSaml({ config: { metadata: samlMetadata("urn:idp", "https://idp.acme.com/sso") } });
  const { live, resource } = authOf(row, { authParameters: { scope: "a" } });
  const state = [connectorInState(row), resource];
  expect((await found(...state)).findings).toEqual([]);
  Object.assign(live, { redirectUri: "https://by.hand", authParameters: { scope: "b" } });
  expect(await found(...state)).toMatchObject({
    findings: [
      'changed Acme redirectUri: Of its IdP-initiated sign-in, redirectUri is "https://by.hand", not absent.',
      'changed Acme authParameters.scope: Of its IdP-initiated sign-in, authParameters.scope is "b", not "a".',
    ],
    requests: expect.arrayContaining(["GET /api/sso-connectors/:id/idp-initiated-auth-config"]) as string[],
  });
  logto.idpInitiatedAuth.rows.clear();
  expect((await found(...state)).findings).toEqual([
    `missing Acme: Logto at ${logto.url} no longer has its IdP-initiated sign-in.`,
  ]);
});

test("what belongs to a connector that is gone is neither read nor reported by itself", async () => {
  const row = insertSaml();
  const { resource } = await keyOf(row, true);
  logto.organizations.put("org1", "Acme", []);
  logto.connectors.rows.delete(row.id);
  const state = [connectorInState(row), resource, linkOf(row, "org1"), authOf(row).resource];
  const { findings, requests } = await found(...state);
  expect(findings).toEqual([`missing Acme: Logto at ${logto.url} no longer has it.`]);
  expect(requests).toEqual(["GET /api/sign-in-exp"]);
});

test.each(["403", "500"] as const)(
  "what cannot be read (%s) is not checked, and the rest is",
  async (fault) => {
    const row = insertSaml({ syncProfile: true });
    const { resource } = await keyOf(row, true);
    logto.organizations.put("org1", "Acme", [row.id]);
    const declared = connectorInState(row);
    for (const path of [/signing-keys/, /jit/, /idp-initiated/, /sign-in-exp/]) {
      logto.faults.arm(fault, { method: "GET", path }, Infinity);
    }
    const { findings, failed } = await found(
      declared,
      sso(true),
      resource,
      linkOf(row, "org1"),
      authOf(row).resource,
    );
    expect(failed).toBe(true);
    expect(findings).toEqual([
      "changed Acme syncProfile: syncProfile is true, not false.",
      expect.stringMatching(
        /^unchecked sso: Whether enterprise SSO is enabled was not checked: GET .*: (403|500)/,
      ),
      expect.stringMatching(/^unchecked Acme: Its signing key \w+ was not checked: GET /),
      expect.stringMatching(/^unchecked Acme: Its just-in-time link .* was not checked: GET /),
      expect.stringMatching(/^unchecked Acme: Its IdP-initiated sign-in was not checked: GET /),
    ]);
  },
);

/** A stack with a finding of each class that needs no probe, and what its reports must name. */
async function everything(): Promise<object[]> {
  logto.signInExperience.singleSignOnEnabled = false;
  const unserved = insert({ domains: [] });
  const signed = insertSaml({ connectorName: "Signed | <b>", domains: ["signed.com"] });
  const { certificate } = await logto.signingKeys.make(signed.id, true);
  const outputs = { signingCertificate: certificate };
  logto.faults.arm("403", { method: "GET", path: /jit/ }, Infinity);
  return [
    connectorInState(unserved),
    connectorInState(signed, defaultProvider(), { outputs }),
    linkOf(unserved, "org1"),
  ];
}
const classes = ["not-served", "signing-key-expiring", "sso-disabled", "unchecked"];

test("every format has the findings", async () => {
  const place = placeFor(logto);
  const state = stateIn(place, exportOf(await everything()));
  const outputs = formats.flatMap((format) => ["--format", format, "--output", format]);
  const args = ["drift", ...state, "--expiry-days", "2000", ...outputs];
  expect(await logtoSso(place, args, { mayFail: true })).toMatchObject({ code: 2, stdout: "", stderr: "" });
  const textOf = (format: string) => readFileSync(join(place.folder, format), "utf8");
  for (const format of formats) for (const name of classes) expect(textOf(format)).toContain(name);
  expect(textOf("markdown")).toContain("\n| `Signed \\| <b>`<br>`");
  const report = JSON.parse(textOf("json")) as DriftReport;
  expectValid(validator(schemaOf("docs/drift-report.schema.json")), report);
  expect(report.findings.map(({ class: kind }) => kind).sort()).toEqual(classes);
});

test("the metrics have the findings", async () => {
  const place = placeFor(logto);
  const state = stateIn(place, exportOf(await everything()));
  const args = ["drift", "--watch", "300", "--metrics", "0", "--expiry-days", "2000", ...state];
  const running = startLogtoSso(place, args);
  const url = await running.waitForStdout(/metrics on (\S+)/);
  await running.waitForStdout(/4 findings/);
  const metrics = await (await fetch(url)).text();
  running.process.kill("SIGTERM");
  await running.result;
  for (const name of classes) expect(metrics).toContain(`logto_sso_drift_findings{class="${name}"} 1\n`);
});

test("nothing is found if everything is as declared", async () => {
  const row = insertSaml();
  const { resource } = await keyOf(row, true);
  logto.organizations.put("org1", "Acme", [row.id]);
  const resources = [connectorInState(row), sso(true), resource, linkOf(row, "org1"), authOf(row).resource];
  const place = placeFor(logto);
  const result = await logtoSso(place, ["drift", ...stateIn(place, exportOf(resources))]);
  expect(result).toMatchObject({
    code: 0,
    stdout: "Nothing found in 1 connector and 4 other resources of the stack.\n",
    stderr: "",
  });
});
