/** `logto-sso drift --watch`: repeats the check, and counts what it finds for Prometheus. */
import { setTimeout as sleep } from "node:timers/promises";
import { describeError } from "../io/commandError";
import { print, printError } from "../io/output";
import { type ListenAddress, serveMetrics, type WatchStats } from "./metrics";
import { type DriftReport, summaryOf } from "./driftReport";

/** Node.js keeps the milliseconds of a timer in 31 bits: a longer timer fires at once. */
export const maxSeconds = Math.floor((2 ** 31 - 1) / 1000);

/** Runs until a signal. A check that fails is printed and counted. */
export async function watch(
  check: () => Promise<DriftReport>,
  everySeconds: number,
  metrics: ListenAddress | undefined,
): Promise<never> {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.removeAllListeners(signal);
    // At once: a check only reads, and may wait for a tenant that hangs.
    process.once(signal, () => process.exit(0));
  }
  const stats: WatchStats = { startedAt: Date.now(), seconds: 0, checks: 0, failures: 0, requests: 0 };
  if (metrics !== undefined) {
    print(`Serving metrics on ${await serveMetrics(metrics, stats, everySeconds)}/metrics`);
  }
  for (;;) {
    await checkOnce(check, stats);
    await sleep(everySeconds * 1000);
  }
}

async function checkOnce(check: () => Promise<DriftReport>, stats: WatchStats): Promise<void> {
  const startedAt = Date.now();
  stats.checks++;
  try {
    const report = await check();
    stats.report = report;
    stats.lastSuccess = Date.now();
    stats.requests += report.tenants.reduce((sum, { requests }) => sum + requests, 0);
    print(`${report.checkedAt} ${summaryOf(report)}`);
  } catch (error) {
    stats.failures++;
    printError(`${new Date().toISOString()} error: ${describeError(error)}`);
  }
  stats.seconds = (Date.now() - startedAt) / 1000;
}
