import { printable, quote } from "../../../untrustedText";
import { json } from "../../io/layout";
import { identityOf } from "../finding";
import { documentationOf, findingClasses, findingClassNames } from "../../health/findingClasses";
import { encodedPath, lineOf, type ProjectLocation } from "../projectLocation";
import { classRemedy, type DriftReport } from "../driftReport";

/** Returns SARIF 2.1.0, as code scanning accepts it. */
export function asSarif(report: DriftReport, version: string, project: ProjectLocation): string {
  const results = report.findings.map((finding) => {
    const { connector, class: name } = finding;
    const { file, line } = lineOf(project, finding);
    return {
      ruleId: name,
      ruleIndex: findingClassNames.indexOf(name),
      level: finding.severity,
      message: {
        text: escapeLinks(`${quote(connector.name)} (${connector.id}): ${finding.message} ${finding.remedy}`),
      },
      locations: [
        {
          // Code scanning shows only results in a file.
          physicalLocation: {
            artifactLocation: { uri: encodedPath(project, file) },
            region: { startLine: line },
          },
          logicalLocations: [
            {
              name: printable(connector.name),
              fullyQualifiedName: printable(connector.urn ?? connector.id),
              kind: "resource",
            },
          ],
        },
      ],
      // Without those that are resolved: code scanning ignores the state, and would open an alert for each.
      ...(finding.isNew === undefined ? {} : { baselineState: finding.isNew ? "new" : "unchanged" }),
      ...(finding.firstSeen === undefined
        ? {}
        : { provenance: { firstDetectionTimeUtc: finding.firstSeen } }),
      // A finding that persists keeps its alert.
      partialFingerprints: { "finding/v1": printable(identityOf(finding)) },
    };
  });
  const rules = findingClassNames.map((id) => ({
    id,
    shortDescription: { text: findingClasses[id].title },
    help: { text: classRemedy(report, id) },
    helpUri: documentationOf(id),
    defaultConfiguration: { level: findingClasses[id].severity },
  }));
  return json({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "logto-sso", version, rules } }, results }],
  });
}

/** Escapes brackets, as `[text](target)` is a link in a message (SARIF 2.1.0, 3.11.6). */
function escapeLinks(text: string): string {
  return printable(text).replace(/[\\[\]]/g, "\\$&");
}
