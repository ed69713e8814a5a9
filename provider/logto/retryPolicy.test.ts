import { type Budget, type Failure, retryOf } from "./retryPolicy";

const fresh: Budget = { retries: 0, refusals: 0, heldMs: 0, leftMs: 30_000, timeoutMs: 30_000 };
const failure = (more: Partial<Failure>): Failure => ({
  status: undefined,
  outcome: "unknown",
  isTemporary: true,
  retryAfterMs: undefined,
  ...more,
});
const retry = (more: Partial<Failure>, isIdempotent = true) => retryOf(failure(more), isIdempotent, fresh, 0);

test("what a moment does not mend is not tried again", () => {
  expect(retry({ isTemporary: false, status: 400, outcome: "not applied" })).toBeUndefined();
});

test.each([
  [true, "unknown", true],
  [true, "not applied", true],
  [false, "not applied", true],
  [false, "unknown", false],
  [false, "applied", false],
] as const)("idempotent %s, outcome %s: sent again %s", (isIdempotent, outcome, isSentAgain) => {
  expect(retry({ status: 503, outcome }, isIdempotent) !== undefined).toBe(isSentAgain);
});

test("each wait is twice as long as the last, with jitter, four times at most", () => {
  const waits = (random: number) =>
    [0, 1, 2, 3, 4].map((retries) => retryOf(failure({}), true, { ...fresh, retries }, random)?.afterMs);
  expect(waits(0)).toEqual([200, 400, 800, 1600, undefined]);
  expect(waits(1)).toEqual([400, 800, 1600, 3200, undefined]);
});

test("a server may ask for a longer wait, and none is begun that goes beyond the deadline", () => {
  expect(retry({ status: 503, retryAfterMs: 5000 })).toEqual({ afterMs: 5000, holdsAll: false });
  expect(retry({ status: 503, retryAfterMs: 0 })).toEqual({ afterMs: 200, holdsAll: false });
  expect(retryOf(failure({ retryAfterMs: 5000 }), true, { ...fresh, leftMs: 4999 }, 0)).toBeUndefined();
});

test("a 429 holds all requests up, uses no retry and no deadline up, and ends after ten deadlines", () => {
  const refused = failure({ status: 429, outcome: "not applied" });
  const after = (budget: Partial<Budget>, more: Partial<Failure> = {}) =>
    retryOf({ ...refused, ...more }, false, { ...fresh, ...budget }, 0);
  expect(after({ retries: 4, leftMs: 0 })).toEqual({ afterMs: 1000, holdsAll: true });
  expect(after({ refusals: 2 })?.afterMs).toBe(4000);
  expect(after({ refusals: 2000 })?.afterMs).toBe(10_000);
  expect(after({}, { retryAfterMs: 0 })?.afterMs).toBe(200);
  expect(after({}, { retryAfterMs: -5 })?.afterMs).toBe(200);
  expect(after({ heldMs: 290_000 }, { retryAfterMs: 10_000 })?.afterMs).toBe(10_000);
  expect(after({ heldMs: 290_000 }, { retryAfterMs: 10_001 })).toBeUndefined();
});
