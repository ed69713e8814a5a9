/** `logto-sso drift --baseline`. With states from files, without the Pulumi CLI. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../provider/cli/drift/command";
import { readBaseline } from "../../provider/cli/drift/baseline";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
import type { Logto } from "../logto";
import { startOidcProvider } from "../oidcProvider";
import { eachWithLogto } from "../provider/inProcess";
import { logtoSso, type Place } from "../runCli";
import { expectValid, schemaOf, validator } from "../schemas";
import { brief, checkState } from "./checkState";

let logto: Logto;
let place: Place;
eachWithLogto(
  (started) => {
    logto = started;
    logto.signInExperience.singleSignOnEnabled = true;
    place = placeFor(logto);
  },
  { retryDelayMs: 5 },
);

const insert = (connectorName: string, config: object = {}) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme`, ...config },
    domains: [`${connectorName}.com`],
  });

const file = (name: string) => join(place.folder, name);
const briefly = ({ findings, baseline }: DriftReport) => ({
  findings: findings.map((one) => `${one.isNew === true ? "new: " : ""}${brief(one)}`).sort(),
  resolved: baseline?.resolved.map(brief),
});

test("from run to run, the report says what is new, still there and resolved, and the exit code what is new", async () => {
  const rows = [insert("acme"), insert("globex"), insert("initech")];
  const state = stateIn(place, exportOf(rows.map((row) => connectorInState(row))));
  /** A run of a pipeline: its report is the baseline of the next one. */
  const run = async (...args: string[]) => {
    const output = ["--format", "json", "--output", file("drift.json"), "--format", "text"];
    const { code, stdout } = await logtoSso(place, ["drift", ...state, ...args, ...output], {
      mayFail: true,
    });
    const report = JSON.parse(readFileSync(file("drift.json"), "utf8")) as DriftReport;
    expectValid(validator(schemaOf("docs/drift-report.schema.json")), report);
    expect(report.failed).toBe(code === 2);
    return { code, stdout, report };
  };
  const next = ["--baseline", file("drift.json"), "--fail-on-new"];

  logto.named("acme").config.clientSecret = "canary-by-hand";
  logto.named("globex").syncProfile = true;
  const first = await run();
  expect([first.code, first.report.baseline]).toEqual([2, undefined]);
  expect(first.report.findings.some((finding) => "isNew" in finding)).toBe(false);

  logto.named("globex").syncProfile = false;
  logto.named("initech").domains.push("by-hand.com");
  const second = await run(...next);
  expect(briefly(second.report)).toEqual({
    findings: ["changed acme config.clientSecret", "new: changed initech domains"],
    resolved: ["changed globex syncProfile"],
  });
  expect(second.code).toBe(2);
  for (const text of [
    `changed (since ${first.report.checkedAt.slice(0, 10)}): "acme" (`,
    'changed (new): "initech" (',
    'Resolved: changed of "globex" at syncProfile',
    "; 1 fails the check.",
    "UTC: 1 new, 1 still there, 1 resolved.",
  ]) {
    expect(second.stdout).toContain(text);
  }

  const third = await run(...next);
  expect([third.code, third.report.findings.length, third.report.baseline?.resolved]).toEqual([0, 2, []]);
  const ages = third.report.findings.map(({ firstSeen }) => firstSeen);
  expect(ages).toEqual([first, second].map(({ report }) => report.checkedAt));
  const strict = await run("--baseline", file("drift.json"));
  expect(strict.code).toBe(2);
});

test("every format shows the comparison", async () => {
  const [old, now] = [insert("old"), insert("now")];
  const state = stateIn(place, exportOf([old, now].map((row) => connectorInState(row))));
  old.syncProfile = true;
  const json = ["--format", "json", "--output", file("last.json")];
  await logtoSso(place, ["drift", ...state, ...json], { mayFail: true });
  Object.assign(old, { syncProfile: false });
  now.syncProfile = true;
  const outputs = formats.flatMap((format) => ["--format", format, "--output", file(format)]);
  await logtoSso(place, ["drift", ...state, "--baseline", file("last.json"), ...outputs], { mayFail: true });
  const output = (format: (typeof formats)[number]) => readFileSync(file(format), "utf8");
  expect(output("markdown")).toContain("\n| new | `now`<br>");
  expect(output("markdown")).toContain("### Resolved\n\n- changed of `old` at `syncProfile`\n");
  expect(output("html")).toContain('data-history="new"');
  expect(output("html")).toMatch(/<caption>Resolved<\/caption>[^]*old <code>/);
  expect(output("sarif").match(/"baselineState": "\w+"|"firstDetectionTimeUtc": "20/g)).toEqual([
    '"baselineState": "new"',
    '"firstDetectionTimeUtc": "20',
  ]);
  expect(output("junit")).toContain("changed (new): ");
});

test("what could not be told this time is neither resolved nor, once it can be told again, new", async () => {
  const idp = await startOidcProvider([
    { client_id: "client", client_secret: "canary-secret", redirect_uris: [`${logto.url}/callback/acme`] },
  ]);
  try {
    const row = insert("acme", { issuer: idp.issuer, clientSecret: "canary-of-yesterday" });
    const state = exportOf([connectorInState(row)]);
    const check = async (probe: boolean, before?: Partial<DriftReport>) => {
      const [, path = ""] = before === undefined ? [] : stateIn(place, JSON.stringify(before));
      const baseline = before === undefined ? undefined : readBaseline(path);
      return checkState(state, logto, { probe, baseline });
    };
    const probed = await check(true);
    expect(probed.findings.map(brief)).toEqual(["credentials-rejected acme"]);
    const unprobed = await check(false, probed);
    expect(unprobed.findings).toEqual([]);
    expect(unprobed.baseline).toMatchObject({
      resolved: [],
      unconfirmed: [{ class: "credentials-rejected" }],
    });
    const again = await check(true, unprobed);
    expect(again.findings.map(({ isNew }) => isNew)).toEqual([false]);
  } finally {
    await idp.close();
  }
});

test.each([
  [
    ["--baseline", "none.json"],
    "Could not read the baseline from none.json: no such file or directory (ENOENT). If",
  ],
  [["--baseline", "state.json"], "state.json is not a baseline: its version is 3, but"],
  [["--fail-on-new"], "--fail-on-new requires --baseline."],
  [
    ["--baseline", "state.json", "--watch", "5"],
    "option '--watch <SECONDS>' cannot be used with option '--baseline <FILE>'",
  ],
])("%p is an error before any request", async (args, message) => {
  const state = stateIn(place, exportOf([connectorInState(insert("acme"))]));
  const { code, stderr } = await logtoSso(place, ["drift", ...state, ...args], { mayFail: true });
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(logto.log).toEqual([]);
});

test("the baseline of another stack is an error before any request", async () => {
  const state = exportOf([connectorInState(insert("acme"))]);
  const report = await checkState(state, logto);
  logto.takeLog();
  const [, path = ""] = stateIn(place, JSON.stringify(report));
  const other = state.replaceAll("urn:pulumi:test::", "urn:pulumi:other::");
  const { error } = await checkState(other, logto, { baseline: readBaseline(path) });
  expect(error).toContain('is of the stack "test/test", and this check is of "test/other"');
  expect(logto.log).toEqual([]);
});
