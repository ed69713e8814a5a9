/** A report as a check of two tenants makes it. */
import { defaultFailOn } from "../../provider/cli/drift/command";
import { differenceText } from "../../provider/cli/drift/differences";
import type { ReportedFinding } from "../../provider/cli/drift/finding";
import type { FindingClass } from "../../provider/cli/health/findingClasses";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { findingOf, reportOf } from "./reports";

const main = "https://acme.logto.app";
const eu = "https://acme-eu.logto.app";

function of(
  kind: FindingClass,
  name: string,
  index: number,
  line: number | undefined,
  more: Partial<ReportedFinding>,
) {
  const resource = name.toLowerCase().replaceAll(" ", "-");
  const type = "pulumi-nodejs:dynamic/logto:SsoConnector";
  return findingOf(kind, name, index, {
    connector: {
      name,
      id:
        ["x7k2mq0dv9ta", "p4hw81zcn6ub", "t0ye5rj3gs8l", "m9fa2xo7kd1w", "b6vq4nu8zi3p", "c3wd8ye1hr5j"][
          index
        ] ?? "",
      urn: line === undefined ? null : `urn:pulumi:production::sso::${type}::${resource}`,
    },
    ...(line === undefined ? {} : { source: { file: "index.ts", line } }),
    ...more,
  });
}
const change = (
  name: string,
  index: number,
  line: number,
  path: string,
  declared: unknown,
  live: unknown,
  more = {},
) =>
  of("changed", name, index, line, {
    path,
    declared,
    live,
    message: `${differenceText({ path, declared, live })}.`,
    ...more,
  });

export const sample: DriftReport = reportOf(
  [
    change("Acme Okta", 0, 14, "config.clientSecret", undefined, undefined),
    change(
      "Acme Okta",
      0,
      14,
      "domains",
      ["acme.com", "acme.example"],
      ["acme.com", "acme.example", "acme-labs.com"],
    ),
    change(
      "Globex",
      1,
      31,
      "config.issuer",
      "https://login.globex.com/oauth2/default",
      "https://login.globex.com/oauth2/aus1x9",
    ),
    change("Initech", 2, 47, "branding.displayName", "Initech", undefined, { tenant: eu }),
    change("Initech", 2, 47, "syncProfile", true, false, { tenant: eu }),
    of("missing", "Hooli", 3, 58, {
      message: "Logto at https://acme.logto.app no longer has it.",
    }),
    of("credentials-rejected", "Globex", 1, 31, {
      message:
        "The identity provider rejects the client secret: invalid_client (The client secret supplied for a confidential client is invalid.).",
      remedy:
        "Set config.clientSecret to the current secret of the client: this one was issued for another tenant of Okta.",
    }),
    of("unmanaged", "by hand", 5, undefined, {
      message: "It is in Logto, but not in the stack (EntraID).",
      remedy:
        "To manage it in this stack, adopt it with `npx logto-sso import --id c3wd8ye1hr5j`. If another stack or team owns it, leave it " +
        "as it is and add an ignore rule. Deleting it would lock out its users.",
    }),
    of("idp-unreachable", "Initech", 2, 47, {
      message: 'Logto cannot reach "https://sso.initech.com".',
      tenant: eu,
    }),
    of("certificate-expiring", "Umbrella", 4, 72, { message: "Its certificate expires on 2026-12-06." }),
    of("signing-key-expiring", "Umbrella", 4, 72, {
      message: "The key with which Logto signs its requests expired 3 days ago.",
      severity: "error",
    }),
    of("domain-conflict", "Acme Okta", 0, 14, {
      message: 'The domain acme.com is on "Acme Okta" and "by hand".',
      domain: "acme.com",
    }),
    of("unchecked", "Umbrella", 4, 72, {
      message:
        "Its IdP-initiated sign-in was not checked: GET /api/sso-connectors/b6vq4nu8zi3p/idp-initiated-auth-config: 501.",
    }),
  ],
  {
    tenants: [
      {
        endpoint: main,
        connectors: 187,
        otherResources: 12,
        unreadable: 1,
        probed: 140,
        undetermined: 2,
        requests: 9,
      },
      {
        endpoint: eu,
        connectors: 16,
        otherResources: 1,
        unreadable: 0,
        probed: 10,
        undetermined: 0,
        requests: 3,
      },
    ],
    failOn: defaultFailOn,
    ignored: [{ finding: of("unmanaged", "loadtest-1", 3, undefined, {}), reason: "load test until March" }],
    unusedRules: [
      { reason: "managed by Acme's own admins", class: "changed", connector: "Acme", path: "branding.*" },
    ],
  },
);

/** The same, compared with the report of the day before. */
export const comparedSample: DriftReport = {
  ...sample,
  findings: sample.findings.map((finding, index) => ({
    ...finding,
    isNew: [1, 6, 7].includes(index),
    firstSeen: [1, 6, 7].includes(index) ? sample.checkedAt : "2026-11-20T12:00:00.000Z",
  })),
  baseline: {
    checkedAt: "2026-11-23T12:00:00.000Z",
    failOnNew: true,
    resolved: [change("Hooli", 3, 58, "domains", ["hooli.com"], [])],
    unconfirmed: [
      of("certificate-expiring", "Initech", 2, 47, {
        message: "Its certificate expires on 2026-12-01.",
        tenant: eu,
      }),
    ],
  },
};
