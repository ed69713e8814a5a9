/** `logto-sso drift --watch`: one check after the other, and what they found as Prometheus metrics. */
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { print } from "../output";
import { findingClassNames } from "./findings";
import { type Report, summaryOf } from "./report";

export interface WatchOptions {
  readonly everySeconds: number;
  /** `PORT` or `HOST:PORT`; `undefined` for none. */
  readonly metrics: string | undefined;
}

/** What the last checks were. */
interface Record {
  report?: Report;
  lastSuccess: number;
  lastError?: string;
  seconds: number;
  checks: number;
  failures: number;
  requests: number;
}

/** Settles when the process is told to end. A check that fails is told and counted, and does not end it. */
export async function watch(check: () => Promise<Report>, options: WatchOptions): Promise<void> {
  const ended = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => {
      ended.abort();
    });
  }
  const record: Record = { lastSuccess: 0, seconds: 0, checks: 0, failures: 0, requests: 0 };
  const server =
    options.metrics === undefined ? undefined : await serve(options.metrics, record, options.everySeconds);
  for (const goesOn = () => !ended.signal.aborted; goesOn();) {
    await Promise.race([checkOnce(check, record), endOf(ended.signal)]);
    if (goesOn())
      await sleep(options.everySeconds * 1000, undefined, { signal: ended.signal }).catch(() => undefined);
  }
  server?.close();
  server?.closeAllConnections();
}

function endOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
}

async function checkOnce(check: () => Promise<Report>, record: Record): Promise<void> {
  const begun = Date.now();
  record.checks++;
  try {
    const report = await check();
    record.report = report;
    record.lastSuccess = Date.now();
    delete record.lastError;
    record.requests += report.tenants.reduce((sum, { requests }) => sum + requests, 0);
    print(`${report.checkedAt} ${summaryOf(report)}`);
  } catch (error) {
    record.failures++;
    record.lastError = (error as Error).message;
    process.stderr.write(`${new Date().toISOString()} error: ${record.lastError}\n`);
  }
  record.seconds = (Date.now() - begun) / 1000;
}

async function serve(address: string, record: Record, everySeconds: number): Promise<http.Server> {
  const [, host = "127.0.0.1", port] = /^(?:(.+):)?(\d+)$/.exec(address) ?? [];
  const server = http.createServer((request, response) => {
    if (request.url === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
      response.end(metricsOf(record));
    } else if (request.url === "/healthz") {
      // Well as long as checks end, whatever they find: one that is stuck is not.
      const age = Date.now() - record.lastSuccess;
      const well = record.checks <= 1 || age < Math.max(3 * everySeconds * 1000, 300_000);
      response.statusCode = well ? 200 : 503;
      response.end(well ? "ok\n" : `the last check that succeeded is ${Math.round(age / 1000)} s ago\n`);
    } else {
      response.statusCode = 404;
      response.end("There are /metrics and /healthz.\n");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(Number(port), host, resolve);
  });
  const at = server.address();
  const bound = typeof at === "object" && at !== null ? at.port : port;
  print(`Metrics on http://${host}:${String(bound)}/metrics`);
  return server;
}

function metricsOf(record: Record): string {
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
      [` ${record.lastSuccess / 1000}`],
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
