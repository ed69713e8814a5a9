import { printable, quote } from "../../../untrustedText";
import { json } from "../../text";
import { findingClasses, findingClassNames } from "../finding";
import type { Report } from "../report";

/** The location of the project that was checked. */
export interface Project {
  /** Path from the root of its repository, as code scanning expects. */
  readonly path: string;
  /** Name of the project file, such as `Pulumi.yaml`. */
  readonly file: string;
}

/** SARIF 2.1.0, as code scanning accepts it. */
export function asSarif(report: Report, version: string, project: Project): string {
  const results = report.findings.map((finding) => {
    const { connector, source, class: name, path = "" } = finding;
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
      // A finding that persists keeps its alert. Several resources can belong to one connector.
      partialFingerprints: {
        "finding/v1": printable([name, connector.id, connector.urn ?? "", path].join(":")),
      },
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

/** Escapes brackets, as `[text](target)` is a link in a message (SARIF 2.1.0, 3.11.6). */
function escapeLinks(text: string): string {
  return printable(text).replace(/[\\[\]]/g, "\\$&");
}

function uriOf(...paths: readonly string[]): string {
  const segments = paths.flatMap((path) => path.split("/")).filter((segment) => segment !== "");
  return segments.map(encodeURIComponent).join("/");
}
