/** `logto-sso drift --watch`: one check after the other, and what they found as Prometheus metrics. */
import { setTimeout as sleep } from "node:timers/promises";
import { describeError } from "../errors";
import { print, printError } from "../output";
import { type ListenAddress, serveMetrics, type WatchRecord } from "./metrics";
import { type Report, summaryOf } from "./report";

/** Node.js counts the milliseconds of a timer with 31 bits: one that is longer fires at once. */
export const maxSeconds = Math.floor((2 ** 31 - 1) / 1000);

export interface WatchOptions {
  readonly everySeconds: number;
  /** `undefined` for none. */
  readonly metrics: ListenAddress | undefined;
}

/** Goes on until the process is told to end. A check that fails is told and counted, and does not end it. */
export async function watch(check: () => Promise<Report>, options: WatchOptions): Promise<never> {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.removeAllListeners(signal);
    // At once: nothing is written here, and a check can wait for a tenant that hangs.
    process.once(signal, () => process.exit(0));
  }
  const record: WatchRecord = {
    begun: Date.now(),
    lastSuccess: undefined,
    seconds: 0,
    checks: 0,
    failures: 0,
    requests: 0,
  };
  if (options.metrics !== undefined) {
    print(`Metrics on ${await serveMetrics(options.metrics, record, options.everySeconds)}/metrics`);
  }
  for (;;) {
    await checkOnce(check, record);
    await sleep(options.everySeconds * 1000);
  }
}

async function checkOnce(check: () => Promise<Report>, record: WatchRecord): Promise<void> {
  const begun = Date.now();
  record.checks++;
  try {
    const report = await check();
    record.report = report;
    record.lastSuccess = Date.now();
    record.requests += report.tenants.reduce((sum, { requests }) => sum + requests, 0);
    print(`${report.checkedAt} ${summaryOf(report)}`);
  } catch (error) {
    record.failures++;
    printError(`${new Date().toISOString()} error: ${describeError(error)}`);
  }
  record.seconds = (Date.now() - begun) / 1000;
}
