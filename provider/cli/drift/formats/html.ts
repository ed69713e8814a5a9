/** One page that needs nothing else: a pipeline keeps it as an artifact, and a person opens it. */
import { createHash } from "node:crypto";
import { counted } from "../../io/layout";
import type { ProjectLocation } from "../projectLocation";
import type { DriftReport } from "../driftReport";
import { findingsSection } from "./html/findingList";
import { script } from "./html/script";
import { style } from "./html/style";
import { headerOf, ignoredSection, resolvedSection, summarySection } from "./html/summary";
import { Markup, markup } from "./html/template";

/** The template escapes text from elsewhere. If some of it were markup nevertheless, it could neither load nor run anything. */
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "img-src data:", // the icon
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export function asHtml(report: DriftReport, project: ProjectLocation, version: string): string {
  const { failed, stack, tenants } = report;
  const requests = tenants.reduce((sum, tenant) => sum + tenant.requests, 0);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${failed ? "Failed" : "Passed"}: drift of SSO connectors${stack === null ? "" : ` in ${stack.name}`}</title>
<link rel="icon" href="${icon(failed ? "b3261e" : "17693b")}">
<style>${new Markup(style)}</style>
</head>
<body>
${headerOf(report)}<main>
${findingsSection(report, project)}${summarySection(report)}${resolvedSection(report)}${ignoredSection(report)}</main>
<footer><p>logto-sso ${version}, ${counted(requests, "request")} to Logto</p></footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function icon(color: string): string {
  const circle = `<circle cx='8' cy='8' r='7' fill='%23${color}'/>`;
  return `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>${circle}</svg>`;
}
