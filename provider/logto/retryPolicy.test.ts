import { type Budget, type Failure, planRetry } from "./retryPolicy";

const fresh: Budget = {
  retries: 0,
  rateLimited: 0,
  rateLimitedMs: 0,
  remainingMs: 30_000,
  timeoutMs: 30_000,
};
const failure = (more: Partial<Failure>): Failure => ({
  status: undefined,
  outcome: "unknown",
  retryable: true,
  retryAfterMs: undefined,
  ...more,
});
const retry = (more: Partial<Failure>, idempotent = true) => planRetry(failure(more), idempotent, fresh, 0);

test("a permanent failure is not retried", () => {
  expect(retry({ retryable: false, status: 400, outcome: "not applied" })).toBeUndefined();
});

test.each([
  [true, "unknown", true],
  [true, "not applied", true],
  [false, "not applied", true],
  [false, "unknown", false],
  [false, "applied", false],
] as const)("idempotent %s, outcome %s: retried %s", (idempotent, outcome, isRetried) => {
  expect(retry({ status: 503, outcome }, idempotent) !== undefined).toBe(isRetried);
});

test("each wait is twice as long as the last, with jitter, and there are at most four", () => {
  const waits = (random: number) =>
    [0, 1, 2, 3, 4].map((retries) => planRetry(failure({}), true, { ...fresh, retries }, random)?.afterMs);
  expect(waits(0)).toEqual([200, 400, 800, 1600, undefined]);
  expect(waits(1)).toEqual([400, 800, 1600, 3200, undefined]);
});

test("a server may ask for a longer wait, but none that goes beyond the deadline", () => {
  expect(retry({ status: 503, retryAfterMs: 5000 })).toEqual({ afterMs: 5000, pausesAll: false });
  expect(retry({ status: 503, retryAfterMs: 0 })).toEqual({ afterMs: 200, pausesAll: false });
  expect(
    planRetry(failure({ retryAfterMs: 5000 }), true, { ...fresh, remainingMs: 4999 }, 0),
  ).toBeUndefined();
});

test("a 429 pauses all requests, counts neither as a retry nor towards the deadline, and ends after ten deadlines", () => {
  const rateLimited = failure({ status: 429, outcome: "not applied" });
  const after = (budget: Partial<Budget>, more: Partial<Failure> = {}) =>
    planRetry({ ...rateLimited, ...more }, false, { ...fresh, ...budget }, 0);
  expect(after({ retries: 4, remainingMs: 0 })).toEqual({ afterMs: 1000, pausesAll: true });
  expect(after({ rateLimited: 2 })?.afterMs).toBe(4000);
  expect(after({ rateLimited: 2000 })?.afterMs).toBe(10_000);
  expect(after({}, { retryAfterMs: 0 })?.afterMs).toBe(200);
  expect(after({}, { retryAfterMs: -5 })?.afterMs).toBe(200);
  expect(after({ rateLimitedMs: 290_000 }, { retryAfterMs: 10_000 })?.afterMs).toBe(10_000);
  expect(after({ rateLimitedMs: 290_000 }, { retryAfterMs: 10_001 })).toBeUndefined();
});
