import { printable, printableLines } from "../../../untrustedText";
import type { ReportedFinding } from "../finding";
import { byConnector, classAndAge, failsCheck, type DriftReport } from "../driftReport";

/** Returns JUnit XML: one test case for each connector with findings. It fails if any of them fails the check. */
export function asJunit(report: DriftReport, seconds: number): string {
  const fails = (finding: ReportedFinding) => failsCheck(report, finding);
  const groups = byConnector(report);
  const cases = groups.map((findings) => {
    const { connector } = findings[0];
    const name = printable(`${connector.name} (${connector.id})`);
    const describe = (some: readonly ReportedFinding[]) =>
      some
        .map((one, index) => {
          // Once for several fields that have changed.
          const isLast = some[index + 1]?.remedy !== one.remedy;
          return printable(`${classAndAge(one)}: ${one.message}${isLast ? ` ${one.remedy}` : ""}`);
        })
        .join("\n");
    const failing = findings.filter(fails);
    const [first] = failing;
    const others = findings.filter((finding) => !fails(finding));
    return [
      `    <testcase classname="logto-sso.drift" name="${escaped(name)}" time="0">`,
      ...(first === undefined
        ? []
        : [
            `      <failure type="${first.class}" message="${escaped(printable(first.message))}">${escaped(describe(failing))}</failure>`,
          ]),
      ...(others.length > 0 ? [`      <system-out>${escaped(describe(others))}</system-out>`] : []),
      "    </testcase>",
    ].join("\n");
  });
  if (cases.length === 0) {
    cases.push('    <testcase classname="logto-sso.drift" name="no findings" time="0"/>');
  }
  const failures = groups.filter((findings) => findings.some(fails)).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="logto-sso drift" tests="${cases.length}" failures="${failures}" errors="0" skipped="0" time="${seconds.toFixed(3)}" timestamp="${report.checkedAt.slice(0, 19)}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** Escapes text for XML, and replaces the characters that XML does not allow. */
function escaped(text: string): string {
  return printableLines(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"'\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
