/** Reports of `logto-sso drift`, made by hand, for the tests of its formats. */
import type { ReportedFinding } from "../../provider/cli/drift/finding";
import {
  type FindingClass,
  findingClasses,
  findingClassNames,
} from "../../provider/cli/health/findingClasses";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { hostileNames } from "../hostile";

/** Names with special characters of every format. */
export const names = [
  "Acme",
  '<script>alert("x")</script>',
  "a | b\n| c",
  "[x](javascript:alert(1)) `code` **bold** @everyone #1",
  "&amp; ]]> \u0000\u0007\u001b[31m 🎉 \ud800",
  "",
  ...hostileNames,
];

export const project = { path: "infra/sso", file: "Pulumi.yaml" };
const tenant = "https://acme.logto.app";

export function reportOf(findings: readonly ReportedFinding[], more: Partial<DriftReport> = {}): DriftReport {
  return {
    version: 1,
    checkedAt: "2026-11-24T12:00:00.000Z",
    stack: { project: "sso", name: "production" },
    language: "typescript",
    tenants: [
      {
        endpoint: tenant,
        connectors: 3,
        otherResources: 2,
        unreadable: 1,
        probed: 3,
        undetermined: 1,
        requests: 2,
      },
    ],
    failed: findings.length > 0,
    failOn: ["changed", "missing", "unusable"],
    findings,
    ignored: findings.slice(0, 1).map((finding) => ({ finding, reason: "known | *accepted*" })),
    unusedRules: [{ reason: "gone", class: "changed", connector: "x", path: "y" }],
    ...more,
  };
}

/** @param index makes the connector's ID */
export function findingOf(
  name: FindingClass,
  connectorName: string,
  index: number,
  more: Partial<ReportedFinding> = {},
): ReportedFinding {
  const { severity, remedy } = findingClasses[name];
  const type = "pulumi-nodejs:dynamic/logto:SsoConnector";
  return {
    class: name,
    severity,
    message: `It is ${connectorName}.`,
    remedy,
    connector: {
      name: connectorName,
      id: `id${index}`,
      urn: index === 0 ? null : `urn:pulumi:production::sso::${type}::${connectorName}`,
    },
    tenant,
    ...(name === "changed"
      ? { path: "config.scope", declared: connectorName, live: [{ [connectorName]: 1 }] }
      : {}),
    ...(index === 1 ? { source: { file: "index.ts", line: 7 } } : {}),
    ...more,
  };
}

/** A finding of every class about every name. */
export const everything = reportOf(
  findingClassNames.flatMap((kind) => names.map((name, index) => findingOf(kind, name, index))),
);

/** The same, compared with an earlier report. */
export const compared = reportOf(
  everything.findings.map((finding, index) => ({ ...finding, isNew: index % 3 === 0 })),
  {
    baseline: {
      checkedAt: "2026-11-23T12:00:00.000Z",
      failOnNew: false,
      resolved: everything.findings,
      unconfirmed: everything.findings.slice(0, 30),
    },
  },
);
