import { printable, quote } from "../../../untrustedText";
import { json } from "../../output";
import { findingClasses, findingClassNames } from "../findings";
import type { Report } from "../report";

/** Where the project of a report lies. */
export interface Project {
  /** The path to it from the root of its repository, which code scanning takes paths from. */
  readonly path: string;
  /** Its own file, such as `Pulumi.yaml`. */
  readonly file: string;
}

/** SARIF 2.1.0, as code scanning takes it. */
export function asSarif(report: Report, version: string, project: Project): string {
  const results = report.findings.map((finding) => {
    const { connector, source, class: kind, path = "" } = finding;
    return {
      ruleId: kind,
      ruleIndex: findingClassNames.indexOf(kind),
      level: finding.severity,
      message: {
        text: plain(
          `SSO connector ${quote(connector.name)} (${connector.id}): ${finding.message} ${finding.remedy}`,
        ),
      },
      locations: [
        {
          // Code scanning shows nothing that is in no file.
          physicalLocation: {
            artifactLocation: { uri: uriOf(project.path, source?.file ?? project.file) },
            region: { startLine: source?.line ?? 1 },
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
      // The same finding of the next night is the same alert.
      partialFingerprints: { "finding/v1": printable([kind, connector.id, path].join(":")) },
    };
  });
  const rules = findingClassNames.map((id) => ({
    id,
    shortDescription: { text: findingClasses[id].title },
    help: { text: findingClasses[id].remedy },
    defaultConfiguration: { level: findingClasses[id].severity },
  }));
  return json({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "logto-sso", version, rules } }, results }],
  });
}

/** A message can hold links, `[text](target)`, unless its brackets are escaped (SARIF 2.1.0, 3.11.6). */
function plain(text: string): string {
  return printable(text).replace(/[\\[\]]/g, "\\$&");
}

function uriOf(...paths: readonly string[]): string {
  const segments = paths.flatMap((path) => path.split("/")).filter((segment) => segment !== "");
  return segments.map(encodeURIComponent).join("/");
}
