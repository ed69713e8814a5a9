import { findingClasses, findingClassNames } from "../findings";
import type { Report } from "../report";

/** SARIF 2.1.0, as code scanning takes it. */
export function asSarif(report: Report, version: string): string {
  const results = report.findings.map((finding) => {
    const { connector, source, class: kind, path = "" } = finding;
    return {
      ruleId: kind,
      ruleIndex: findingClassNames.indexOf(kind),
      level: finding.severity,
      message: {
        text: `SSO connector ${JSON.stringify(connector.name)} (${connector.id}): ${finding.message} ${finding.remedy}`,
      },
      locations: [
        {
          // Code scanning shows nothing that is in no file.
          physicalLocation: {
            artifactLocation: { uri: source?.file ?? "Pulumi.yaml" },
            region: { startLine: source?.line ?? 1 },
          },
          logicalLocations: [
            { name: connector.name, fullyQualifiedName: connector.urn ?? connector.id, kind: "resource" },
          ],
        },
      ],
      // The same finding of the next night is the same alert.
      partialFingerprints: { "finding/v1": [kind, connector.id, path].join(":") },
    };
  });
  const rules = findingClassNames.map((id) => ({
    id,
    shortDescription: { text: findingClasses[id].title },
    help: { text: findingClasses[id].remedy },
    defaultConfiguration: { level: findingClasses[id].severity },
  }));
  return JSON.stringify(
    {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [{ tool: { driver: { name: "logto-sso", version, rules } }, results }],
    },
    undefined,
    2,
  );
}
