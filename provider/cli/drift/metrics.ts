/** What the checks of a watch found, for Prometheus, and whether they go on, for whoever restarts it. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { CommandError, systemReason } from "../errors";
import { findingClassNames } from "./findings";
import type { Report } from "./report";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What the checks so far were. */
export interface WatchRecord {
  /** When the watch began: milliseconds since the epoch, as all times here. */
  readonly begun: number;
  report?: Report;
  /** `undefined` for never. */
  lastSuccess: number | undefined;
  seconds: number;
  checks: number;
  failures: number;
  requests: number;
}

/** `undefined` where the text is neither `PORT` nor `HOST:PORT`, an IPv6 address in brackets. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, ipv6, name, digits = ""] = /^(?:(?:\[([\da-f:.]+)\]|([^\s:[\]/]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = digits === "" ? NaN : Number(digits);
  return port <= 65_535 ? { host: ipv6 ?? name ?? "127.0.0.1", port } : undefined;
}

/**
 * @returns the address at which it listens
 * @throws CommandError where it can't
 */
export async function serveMetrics(
  { host, port }: ListenAddress,
  record: WatchRecord,
  everySeconds: number,
): Promise<string> {
  const server = http.createServer((request, response) => {
    if (request.url === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
      response.end(metricsOf(record));
    } else if (request.url === "/healthz") {
      const trouble = troubleOf(record, everySeconds, Date.now());
      response.statusCode = trouble === undefined ? 200 : 503;
      response.end(`${trouble ?? "ok"}\n`);
    } else {
      response.statusCode = 404;
      response.end("There are /metrics and /healthz.\n");
    }
  });
  const shown = host.includes(":") ? `[${host}]` : host;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
  } catch (error) {
    throw new CommandError(
      `Could not serve metrics on ${shown}:${port}: ${systemReason(error)}. Choose another --metrics.`,
    );
  }
  return `http://${shown}:${(server.address() as AddressInfo).port}`;
}

/** However often it checks: a check of a large tenant with retries can take minutes. */
const patienceMs = 300_000;

/** What is the matter with the watch itself, whatever it finds: checks fail, or one of them hangs. */
export function troubleOf(
  { begun, lastSuccess, failures }: WatchRecord,
  everySeconds: number,
  now: number,
): string | undefined {
  const age = now - (lastSuccess ?? begun);
  const isLate = age >= Math.max(3 * everySeconds * 1000, patienceMs);
  const seconds = `${Math.round(age / 1000)} s`;
  if (lastSuccess !== undefined) {
    return isLate ? `the last check that succeeded was ${seconds} ago` : undefined;
  }
  if (failures > 0) return "no check has succeeded yet; see the log";
  return isLate ? `the first check has not ended for ${seconds}` : undefined;
}

function metricsOf(record: WatchRecord): string {
  const { report } = record;
  const metric = (name: string, kind: "gauge" | "counter", help: string, lines: readonly string[]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${kind}`,
    ...lines.map((line) => `${name}${line}`),
  ];
  const found = (kind: string) => report?.findings.filter((finding) => finding.class === kind).length ?? 0;
  return [
    ...metric(
      "logto_sso_drift_findings",
      "gauge",
      "Findings of the last check that succeeded, by class.",
      report === undefined ? [] : findingClassNames.map((kind) => `{class="${kind}"} ${found(kind)}`),
    ),
    ...metric(
      "logto_sso_drift_failed",
      "gauge",
      "Whether that check has findings that fail.",
      report === undefined ? [] : [` ${Number(report.failed)}`],
    ),
    ...metric(
      "logto_sso_drift_last_success_timestamp_seconds",
      "gauge",
      "When a check last succeeded; 0 for never.",
      [` ${(record.lastSuccess ?? 0) / 1000}`],
    ),
    ...metric("logto_sso_drift_duration_seconds", "gauge", "How long the last check took.", [
      ` ${record.seconds}`,
    ]),
    ...metric("logto_sso_drift_checks_total", "counter", "Checks so far.", [` ${record.checks}`]),
    ...metric("logto_sso_drift_check_failures_total", "counter", "Checks that could not be made.", [
      ` ${record.failures}`,
    ]),
    ...metric("logto_sso_drift_requests_total", "counter", "Requests to Logto.", [` ${record.requests}`]),
    "",
  ].join("\n");
}
