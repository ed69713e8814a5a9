/** The HTTP server of a watch: `/metrics` for Prometheus, and `/healthz`. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { CommandError, systemReason } from "../io/commandError";
import { findingClassNames } from "../health/findingClasses";
import { inSeconds } from "../../values";
import type { DriftReport } from "./driftReport";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Statistics of the checks so far. Times are milliseconds since the epoch. */
export interface WatchStats {
  readonly startedAt: number;
  /** The report of the last successful check. */
  report?: DriftReport;
  /** `undefined` if no check has succeeded yet. */
  lastSuccess?: number | undefined;
  /** How long the last check took. */
  seconds: number;
  checks: number;
  failures: number;
  requests: number;
}

/** Parses `PORT` or `HOST:PORT`, with an IPv6 address in brackets. `undefined` if it is neither. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, ipv6, name, digits = ""] = /^(?:(?:\[([\da-f:.]+)\]|([^\s:[\]/]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = digits === "" ? NaN : Number(digits);
  return port <= 65_535 ? { host: ipv6 ?? name ?? "127.0.0.1", port } : undefined;
}

/**
 * @returns the base URL of the server
 * @throws CommandError if the address cannot be used
 */
export async function serveMetrics(
  { host, port }: ListenAddress,
  stats: WatchStats,
  everySeconds: number,
): Promise<string> {
  const server = http.createServer((request, response) => {
    if (request.url === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
      response.end(metricsOf(stats));
    } else if (request.url === "/healthz") {
      const problem = healthProblem(stats, everySeconds, Date.now());
      response.statusCode = problem === undefined ? 200 : 503;
      response.end(`${problem ?? "ok"}\n`);
    } else {
      response.statusCode = 404;
      response.end("Not found. Available: /metrics, /healthz.\n");
    }
  });
  const shown = host.includes(":") ? `[${host}]` : host;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
  } catch (error) {
    throw new CommandError(
      `Could not serve metrics on ${shown}:${port}: ${systemReason(error)}. Choose another address with --metrics.`,
    );
  }
  return `http://${shown}:${(server.address() as AddressInfo).port}`;
}

/** The least age of the last success that counts as late: a check of a large tenant with retries can take minutes. */
const minLateMs = 300_000;

/** Returns what is wrong with the watch itself: its checks fail, or one of them hangs. */
export function healthProblem(
  { startedAt, lastSuccess, failures }: WatchStats,
  everySeconds: number,
  now: number,
): string | undefined {
  const age = now - (lastSuccess ?? startedAt);
  const isLate = age >= Math.max(3 * everySeconds * 1000, minLateMs);
  const duration = inSeconds(age);
  if (lastSuccess !== undefined) {
    return isLate ? `the last successful check was ${duration} ago` : undefined;
  }
  if (failures > 0) return "no check has succeeded yet; see the log";
  return isLate ? `the first check has been running for ${duration}` : undefined;
}

function metricsOf(stats: WatchStats): string {
  const { report } = stats;
  const metric = (name: string, help: string, lines: readonly string[]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${name.endsWith("_total") ? "counter" : "gauge"}`,
    ...lines.map((line) => `${name}${line}`),
  ];
  const count = (name: string) => report?.findings.filter((finding) => finding.class === name).length ?? 0;
  return [
    ...metric(
      "logto_sso_drift_findings",
      "Findings of the last successful check, by class.",
      report === undefined ? [] : findingClassNames.map((name) => `{class="${name}"} ${count(name)}`),
    ),
    ...metric(
      "logto_sso_drift_failed",
      "Whether any of these findings fails the check.",
      report === undefined ? [] : [` ${Number(report.failed)}`],
    ),
    ...metric(
      "logto_sso_drift_last_success_timestamp_seconds",
      "Time of the last successful check, 0 if there was none.",
      [` ${(stats.lastSuccess ?? 0) / 1000}`],
    ),
    ...metric("logto_sso_drift_duration_seconds", "Duration of the last check.", [` ${stats.seconds}`]),
    ...metric("logto_sso_drift_checks_total", "Checks made.", [` ${stats.checks}`]),
    ...metric("logto_sso_drift_check_failures_total", "Checks that could not be completed.", [
      ` ${stats.failures}`,
    ]),
    ...metric("logto_sso_drift_requests_total", "Requests sent to Logto.", [` ${stats.requests}`]),
    "",
  ].join("\n");
}
