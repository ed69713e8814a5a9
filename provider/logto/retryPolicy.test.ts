import {
  type Attempt,
  type Budget,
  type FailedAttempt,
  type Outcome,
  outcomeOf,
  outcomeOfAll,
  planRetry,
} from "./retryPolicy";

test.each<[string, Attempt, Outcome]>([
  ["no connection", { sent: false }, "not applied"],
  ["no response", { sent: true }, "unknown"],
  ["the object", { sent: true, status: 200, fromLogto: true }, "applied"],
  ["no content", { sent: true, status: 204, fromLogto: true }, "applied"],
  ["200 with something else", { sent: true, status: 200 }, "unknown"],
  ["a redirect", { sent: true, status: 302 }, "not applied"],
  ["a choice", { sent: true, status: 300, fromLogto: true }, "not applied"],
  ["Logto's 422", { sent: true, status: 422, fromLogto: true }, "not applied"],
  ["a proxy's 403", { sent: true, status: 403 }, "not applied"],
  ["429", { sent: true, status: 429 }, "not applied"],
  ["Logto's 500", { sent: true, status: 500, fromLogto: true }, "not applied"],
  ["a proxy's 500", { sent: true, status: 500 }, "unknown"],
  ["another 5xx", { sent: true, status: 520 }, "unknown"],
  ...[408, 499, 502, 503, 504].map((status): [string, Attempt, Outcome] => [
    `${status} with JSON`,
    { sent: true, status, fromLogto: true },
    "unknown",
  ]),
])("%s: %j is %s", (_what, attempt, outcome) => {
  expect(outcomeOf(attempt)).toBe(outcome);
});

test("one attempt with an unknown outcome makes the outcome of the request unknown", () => {
  expect(outcomeOfAll(["not applied", "not applied"])).toBe("not applied");
  expect(outcomeOfAll(["not applied", "applied"])).toBe("applied");
  expect(outcomeOfAll(["unknown", "not applied"])).toBe("unknown");
  expect(outcomeOfAll([])).toBe("not applied");
});

const fresh: Budget = {
  retries: 0,
  rateLimited: 0,
  rateLimitedMs: 0,
  remainingMs: 30_000,
  timeoutMs: 30_000,
};
const failure = (more: Partial<FailedAttempt>): FailedAttempt => ({
  status: undefined,
  outcome: "unknown",
  retryable: true,
  retryAfterMs: undefined,
  ...more,
});
const retry = (more: Partial<FailedAttempt>, idempotent = true) =>
  planRetry(failure(more), idempotent, fresh, 0);

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
  const before = (remainingMs: number) =>
    planRetry(failure({ retryAfterMs: 5000 }), true, { ...fresh, remainingMs }, 0)?.afterMs;
  expect([before(5000), before(4999)]).toEqual([5000, undefined]);
});

test("a 429 pauses all requests, counts neither as a retry nor towards the deadline, and ends after ten deadlines", () => {
  const rateLimited = failure({ status: 429, outcome: "not applied" });
  const after = (budget: Partial<Budget>, more: Partial<FailedAttempt> = {}) =>
    planRetry({ ...rateLimited, ...more }, false, { ...fresh, ...budget }, 0);
  expect(after({ retries: 4, remainingMs: 0 })).toEqual({ afterMs: 1000, pausesAll: true });
  expect(after({ rateLimited: 2 })?.afterMs).toBe(4000);
  expect(after({ rateLimited: 2000 })?.afterMs).toBe(10_000);
  expect(after({}, { retryAfterMs: 0 })?.afterMs).toBe(200);
  expect(after({}, { retryAfterMs: -5 })?.afterMs).toBe(200);
  expect(after({ rateLimitedMs: 290_000 }, { retryAfterMs: 10_000 })?.afterMs).toBe(10_000);
  expect(after({ rateLimitedMs: 290_000 }, { retryAfterMs: 10_001 })).toBeUndefined();
});
