/** `logto-sso drift`: every finding is reported once, and nothing else. With states from files, without the Pulumi CLI. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
import { type Logto, type Row, samlMetadata, startLogto } from "../logto";
import { logtoSso, type Place } from "../runCli";
import { brief, checkState } from "./checkState";

jest.setTimeout(60_000);
let logto: Logto;
let place: Place;
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
  logto.signInExperience.singleSignOnEnabled = true;
  place = placeFor(logto);
});
afterEach(() => logto.close());

const insert = (connectorName: string, more: Partial<Row> = {}) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    domains: [`${connectorName.replaceAll(" ", "-")}.com`],
    ...more,
  });

/** The state of a stack with these connectors as they are now. */
const stateOf = (...rows: Row[]) => exportOf(rows.map((row) => connectorInState(row)));

/** A SAML connector whose identity provider's certificate expires in a number of days. */
async function insertExpiring(connectorName: string, days: number): Promise<Row> {
  const day = 86_400_000;
  const { cert } = await generate([{ name: "commonName", value: "idp.acme.com" }], {
    keySize: 2048,
    notBeforeDate: new Date(Date.now() - 100 * day),
    notAfterDate: new Date(Date.now() + days * day),
  });
  const config = { metadata: samlMetadata("urn:idp", "https://idp.acme.com/sso", cert) };
  return insert(connectorName, { providerName: "SAML", config });
}

test("a tenant of 200 connectors: every finding is reported once, and no other", async () => {
  const rows = Array.from({ length: 200 }, (_, index) => {
    const name = `customer-${String(index).padStart(3, "0")}`;
    const domains = [`${name}.com`, `a-${name}.com`];
    return insert(name, index === 9 ? { providerName: "Okta", config: {}, domains } : { domains });
  });
  const state = stateOf(
    ...rows,
    await insertExpiring("expiring", 10),
    await insertExpiring("expired", -1),
    await insertExpiring("fresh", 60),
  );
  const row = (index: number) => logto.named(`customer-${String(index).padStart(3, "0")}`);
  row(1).config.clientSecret = "canary-by-hand";
  row(1).domains.push("by-hand.com");
  row(2).branding = { displayName: "by hand" };
  row(3).syncProfile = true;
  row(4).connectorName = "renamed by hand";
  logto.connectors.rows.delete(row(5).id);
  row(6).config.issuer = `${logto.idp}/fails/acme`;
  const unmanaged = insert("by hand", { providerName: "Okta", domains: ["CUSTOMER-007.com"] });

  const args = ["drift", "--format", "json", ...stateIn(place, state)];
  const { code, stdout } = await logtoSso(place, args, { mayFail: true });
  const { findings, failed, stack, tenants } = JSON.parse(stdout) as DriftReport;
  expect(findings.map(brief).sort()).toEqual([
    "certificate-expiring expiring",
    "certificate-invalid expired",
    "changed customer-001 config.clientSecret",
    "changed customer-001 domains",
    "changed customer-002 branding.displayName",
    "changed customer-003 syncProfile",
    "changed customer-004 connectorName",
    "changed customer-006 config.issuer",
    "domain-conflict customer-007",
    "idp-unreachable customer-006",
    "missing customer-005",
    "unmanaged by hand",
    "unusable customer-009",
  ]);
  expect([code, failed]).toEqual([2, true]);
  expect(stack).toEqual({ project: "test", name: "test" });
  expect(new Set(findings.map(({ tenant }) => tenant))).toEqual(new Set([logto.url]));
  expect(tenants).toEqual([
    { endpoint: logto.url, connectors: 203, otherResources: 0, unreadable: 0, requests: 3 },
  ]);
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "GET /api/sso-connectors", "GET /api/sign-in-exp"]);
  const find = (text: string) => findings.find((finding) => brief(finding) === text);
  expect(find("changed customer-001 config.clientSecret")).not.toHaveProperty("live");
  expect(find("changed customer-003 syncProfile")).toMatchObject({
    declared: false,
    live: true,
    source: { file: "index.ts", line: 3 },
    connector: { urn: expect.stringMatching(/::customer-003$/) as string },
  });
  expect(find("domain-conflict customer-007")).toMatchObject({ domain: "customer-007.com" });
  expect(find("unmanaged by hand")?.remedy).toContain(`npx logto-sso import --id ${unmanaged.id}`);
});

test("equivalent values are no finding", async () => {
  const [a, b] = [insert("a", { domains: ["z.com", "a.com"] }), insert("b")];
  b.config.trustUnverifiedEmail = false;
  const state = stateOf(a, b, insert("c", { providerName: "Okta" }));
  a.domains = ["Z.com", "a.com"];
  a.config = Object.fromEntries(Object.entries(a.config).reverse());
  delete b.config.trustUnverifiedEmail;
  b.config.scope = "";
  b.config.pkce = true;
  const { code, stdout } = await logtoSso(place, ["drift", ...stateIn(place, state)]);
  expect([code, stdout]).toEqual([0, "Nothing found in 3 connectors of the stack.\n"]);
});

test("an identity provider that cannot be reached does not fail the check", async () => {
  const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/fails/acme` };
  const { findings, failed } = await checkState(stateOf(insert("a", { config })), logto);
  expect([findings.map(brief), failed]).toEqual([["idp-unreachable a"], false]);
});

test("a connector that the stack only reads is not managed by it", async () => {
  const state = exportOf([{ ...connectorInState(insert("a")), external: true }]);
  expect((await checkState(state, logto)).findings.map(brief)).toEqual(["unmanaged a"]);
});

test("a tenant that cannot be read is an error, not a success", async () => {
  const args = stateIn(place, stateOf(insert("a")));
  logto.faults.arm("500", "list", Infinity);
  const failed = await logtoSso(place, ["drift", ...args], { mayFail: true });
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toMatch(/^error: GET \/api\/sso-connectors failed: 500/);
});

test("ignore rules remove the findings that they match, and are reported if unused", async () => {
  const [a, b] = [insert("a"), insert("b")];
  const args = stateIn(place, stateOf(a, b));
  a.syncProfile = b.syncProfile = true;
  const file = join(place.folder, "ignore.json");
  const rules = [
    { reason: "their own team does it", class: "changed", connector: "a", path: "sync*" },
    { reason: "long gone", connector: "nobody" },
  ];
  writeFileSync(file, JSON.stringify({ rules }));
  const flags = ["--format", "json", "--ignore", file];
  const { code, stdout } = await logtoSso(place, ["drift", ...args, ...flags], { mayFail: true });
  const { findings, ignored, unusedRules } = JSON.parse(stdout) as DriftReport;
  expect([code, findings.map(brief)]).toEqual([2, ["changed b syncProfile"]]);
  expect(ignored.map(({ finding, reason }) => [brief(finding), reason])).toEqual([
    ["changed a syncProfile", "their own team does it"],
  ]);
  expect(unusedRules).toEqual([{ reason: "long gone", connector: "nobody" }]);
});

test("several formats are requested at once, and the classes that fail the check are chosen", async () => {
  const args = ["drift", ...stateIn(place, stateOf(insert("a"), await insertExpiring("b", 60)))];
  insert("by hand");
  const [summary, sarif] = [join(place.folder, "summary.md"), join(place.folder, "drift.sarif")];
  const formats = [
    ...["--format", "text"],
    ...["--format", "markdown", "--output", summary],
    ...["--format", "sarif", "--output", sarif],
  ];
  const { stdout } = await logtoSso(place, [...args, ...formats]);
  expect(stdout).toMatch(
    /^warning: unmanaged: "by hand" \(\w+\): It is in Logto, but not in the stack \(OIDC\)\.$/m,
  );
  expect(stdout).not.toContain("\u001b[");
  expect(readFileSync(summary, "utf8")).toContain("\n| `by hand`<br>`");
  expect(JSON.parse(readFileSync(sarif, "utf8"))).toHaveProperty("version", "2.1.0");

  const strict = ["--fail-on", "certificate-expiring,missing", "--expiry-days", "90"];
  expect(await logtoSso(place, [...args, ...strict], { mayFail: true })).toMatchObject({
    code: 2,
    stdout: expect.stringContaining("; 1 fails the check.") as string,
  });
});

test("a connector that was replaced, and is still to be deleted, is not to be imported", async () => {
  const state = exportOf([
    { ...connectorInState(insert("old")), delete: true },
    connectorInState(insert("new")),
  ]);
  const { stdout } = await logtoSso(place, ["drift", ...stateIn(place, state)]);
  expect(stdout).toMatch(/: "old" \(\w+\): The stack has replaced it, and it was not deleted yet\.$/m);
  expect(stdout).toContain("help: unmanaged: Run `pulumi up`, which deletes it.");
  expect(stdout).not.toContain("import --id");
});
