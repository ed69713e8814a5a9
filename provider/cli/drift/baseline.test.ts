import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogtoError } from "../../logto/errors";
import type { ConnectorProbe } from "../probe/probe";
import { assertComparable, type Baseline, compareWithBaseline, readBaseline } from "./baseline";
import type { ReportedFinding } from "./finding";
import { findingClasses, type FindingClass } from "../health/findingClasses";
import type { CheckedTenant } from "./connectorFindings";

const tenant = "https://acme.logto.app";

function findingOf(name: FindingClass, id = "id1", more: Partial<ReportedFinding> = {}): ReportedFinding {
  const { severity, remedy } = findingClasses[name];
  const connector = { name: "Acme", id, urn: "urn:acme" };
  return { class: name, severity, remedy, message: "", connector, tenant, ...more };
}

const [firstSeen, lastCheck, thisCheck] = [20, 24, 25].map((day) => `2026-11-${day}T12:00:00.000Z`) as [
  string,
  string,
  string,
];
const baselineOf = (...findings: ReportedFinding[]): Baseline => ({
  file: "last.json",
  checkedAt: lastCheck,
  stack: { project: "sso", name: "production" },
  tenants: [tenant],
  findings: findings.map((finding) => ({ ...finding, firstSeen })),
});

type Compared = Parameters<typeof compareWithBaseline>;
const compare = (
  ...[baseline, findings, all, checked]: Compared extends [...infer First, string] ? First : never
) => compareWithBaseline(baseline, findings, all, checked, thisCheck);

interface Circumstances {
  readonly unread?: string[];
  readonly unreadable?: number;
  readonly keys?: Map<string, LogtoError>;
  readonly probes?: Map<string, ConnectorProbe>;
}

/** A check that could read everything but what the circumstances say. */
function checkedWith({
  unread = [],
  unreadable = 0,
  keys = new Map(),
  probes,
}: Circumstances = {}): CheckedTenant {
  return {
    tenant: { endpoint: tenant, connectors: [{ id: "id1" }], unread: new Set(unread), unreadable },
    resources: { keys },
    probes,
  } as unknown as CheckedTenant;
}

const failed = new LogtoError({ method: "GET", path: "/" }, { code: "timeout", message: "timeout" });
const unknown = {
  credentials: { meaning: "unknown" },
  redirectUri: { meaning: "unknown" },
  signIn: { meaning: "unknown" },
} as unknown as ConnectorProbe;
const accepted = {
  credentials: { meaning: "accepted" },
  redirectUri: { meaning: "accepted" },
  signIn: { meaning: "accepted" },
} as unknown as ConnectorProbe;
const goneCases: [FindingClass, "resolved" | "unconfirmed", Circumstances, FindingClass | undefined][] = [
  ["changed", "resolved", {}, undefined],
  ["changed", "unconfirmed", { unread: ["id1"], unreadable: 1 }, "idp-unreachable"],
  ["changed", "resolved", { unread: ["other"], unreadable: 1 }, undefined],
  ["changed", "unconfirmed", {}, "unchecked"],
  ["certificate-expiring", "resolved", {}, undefined],
  ["certificate-expiring", "unconfirmed", {}, "idp-unreachable"],
  ["certificate-invalid", "unconfirmed", {}, "idp-unreachable"],
  ["signing-key-expiring", "resolved", {}, undefined],
  ["signing-key-expiring", "unconfirmed", { keys: new Map([["id1", failed]]) }, undefined],
  ["signing-key-unmanaged", "unconfirmed", { keys: new Map([["id1", failed]]) }, undefined],
  ["unmanaged", "resolved", {}, undefined],
  ["unmanaged", "unconfirmed", { unreadable: 1 }, undefined],
  ["domain-conflict", "unconfirmed", { unreadable: 1 }, undefined],
  ["credentials-rejected", "unconfirmed", {}, undefined],
  ["credentials-rejected", "resolved", { probes: new Map([["id1", accepted]]) }, undefined],
  ["credentials-rejected", "unconfirmed", { probes: new Map([["id1", unknown]]) }, undefined],
  ["redirect-not-registered", "unconfirmed", {}, undefined],
  ["redirect-not-registered", "resolved", { probes: new Map() }, undefined],
  ["sign-in-refused", "unconfirmed", {}, undefined],
  ["sign-in-refused", "resolved", { probes: new Map([["id1", accepted]]) }, undefined],
];

describe("a comparison", () => {
  test("tells new findings, those that are still there, and those that are resolved", () => {
    const [kept, gone, fresh] = [
      findingOf("missing", "a"),
      findingOf("missing", "b"),
      findingOf("missing", "c"),
    ];
    const { findings, baseline } = compare(
      baselineOf(kept, gone),
      [kept, fresh],
      [kept, fresh],
      [checkedWith()],
    );
    expect(findings.map((finding) => [finding.isNew, finding.firstSeen])).toEqual([
      [false, firstSeen],
      [true, thisCheck],
    ]);
    const resolved = [{ ...gone, firstSeen }];
    expect(baseline).toEqual({ checkedAt: lastCheck, resolved, unconfirmed: [] });
  });

  test("takes another value of a field for the same finding, but not another field, domain, resource or class", () => {
    const before = findingOf("changed", "a", { path: "scope", live: 1, message: "scope is 1" });
    const others = [
      { ...before, path: "issuer" },
      { ...before, connector: { ...before.connector, urn: "urn:key" } },
      findingOf("missing", "a"),
      findingOf("domain-conflict", "a", { domain: "b.com" }),
    ];
    const now = [{ ...before, live: 2, message: "scope is 2" }, ...others];
    const baseline = baselineOf(before, findingOf("domain-conflict", "a", { domain: "a.com" }));
    const compared = compare(baseline, now, now, [checkedWith()]);
    expect(compared.findings.map(({ isNew }) => isNew)).toEqual([false, true, true, true, true]);
    expect(compared.baseline.resolved.map(({ domain }) => domain)).toEqual(["a.com"]);
  });

  test("needs no probe to tell that a connector, and so what was wrong with it, is gone", () => {
    const finding = findingOf("credentials-rejected", "deleted");
    expect(compare(baselineOf(finding), [], [], [checkedWith()]).baseline.resolved).toEqual([
      { ...finding, firstSeen },
    ]);
  });

  test("takes what was found in a tenant that the stack has left for resolved", () => {
    const finding = findingOf("changed", "id1", { tenant: "https://left.logto.app" });
    expect(compare(baselineOf(finding), [], [], [checkedWith()]).baseline.resolved).toEqual([
      { ...finding, firstSeen },
    ]);
  });

  test("does not take a finding for resolved that is ignored now", () => {
    const finding = findingOf("missing");
    expect(compare(baselineOf(finding), [], [finding], [checkedWith()]).baseline.resolved).toEqual([]);
  });

  test.each(goneCases)("%s, gone, is %s: %j and %s", (name, list, circumstances, other) => {
    const now = other === undefined ? [] : [findingOf(other)];
    const { baseline } = compare(baselineOf(findingOf(name)), now, now, [checkedWith(circumstances)]);
    expect({ resolved: baseline.resolved.length, unconfirmed: baseline.unconfirmed.length }).toEqual({
      resolved: 0,
      unconfirmed: 0,
      [list]: 1,
    });
  });
});

describe("a baseline", () => {
  const folder = mkdtempSync(join(tmpdir(), "logto-sso-baseline-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "last.json");
  const report = {
    version: 1,
    checkedAt: "2026-11-24T12:00:00.000Z",
    stack: null,
    tenants: [{ endpoint: tenant }],
    findings: [{ ...findingOf("missing"), isNew: true }],
  };
  const read = (content: unknown) => {
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return readBaseline(file);
  };

  test("holds the findings of its own check, and those that could not be confirmed then", () => {
    const baseline = { unconfirmed: [findingOf("unmanaged")] };
    const old = { ...findingOf("changed"), firstSeen };
    const { findings } = read({ ...report, findings: [...report.findings, old], baseline });
    expect(findings).toEqual([
      { ...findingOf("missing"), firstSeen: report.checkedAt },
      old,
      { ...findingOf("unmanaged"), firstSeen: report.checkedAt },
    ]);
    expect(read(`\ufeff${JSON.stringify(report)}`)).toMatchObject({ stack: null, tenants: [tenant] });
  });

  test.each([
    ["it is not valid JSON", "no"],
    ["it is not valid JSON", ""],
    ["it is no report of a check for drift", []],
    ["it is no report of a check for drift", { $schema: "sarif", runs: [] }],
    ["its version is 2, but this version of logto-sso reads 1", { ...report, version: 2 }],
    ["it does not say when the check was made", { ...report, checkedAt: "yesterday" }],
    ["it does not say of which stack it is", { ...report, stack: "production" }],
    ["it has no list of tenants", { ...report, tenants: [{}] }],
    ["it has no list of findings", { ...report, findings: undefined }],
    ["does not know", { ...report, findings: [{ ...findingOf("missing"), class: "later" }] }],
    ["does not know", { ...report, findings: [{ ...findingOf("missing"), path: {} }] }],
    ["does not know", { ...report, findings: [{ ...findingOf("missing"), connector: {} }] }],
  ])("is refused: %s", (problem, content) => {
    expect(() => read(content)).toThrow(problem);
    expect(() => read(content)).toThrow("Make one with `logto-sso drift --format json --output FILE`.");
  });

  test("that is missing says what to do in the first run", () => {
    expect(() => readBaseline(join(folder, "none.json"))).toThrow(
      /^Could not read the baseline from .*ENOENT.* If there is no earlier report yet, leave out --baseline\.$/,
    );
  });

  test("is of the same stack and tenant", () => {
    const stack = { project: "sso", name: "production" };
    const compare = (name: string, ...endpoints: string[]) => {
      assertComparable(baselineOf(), { ...stack, name }, endpoints);
    };
    compare("production", "https://eu.logto.app", tenant);
    assertComparable(baselineOf(), undefined, [tenant]);
    assertComparable({ ...baselineOf(), stack: null }, stack, [tenant]);
    expect(() => {
      compare("dev", tenant);
    }).toThrow(
      'The baseline last.json is of the stack "sso/production", and this check is of "sso/dev". Choose',
    );
    expect(() => {
      assertComparable(baselineOf(), { ...stack, project: "other" }, [tenant]);
    }).toThrow('this check is of "other/production"');
    expect(() => {
      compare("production", "https://eu.logto.app");
    }).toThrow(
      "is of the tenant https://acme.logto.app, and this check is of https://eu.logto.app. Choose the baseline",
    );
  });
});
