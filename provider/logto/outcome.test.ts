import { type Attempt, type Outcome, outcomeOf, outcomeOfAll } from "./outcome";

test.each<[string, Attempt, Outcome]>([
  ["no connection", { sent: false }, "not applied"],
  ["no response", { sent: true }, "unknown"],
  ["the object", { sent: true, status: 200, fromLogto: true }, "applied"],
  ["no content", { sent: true, status: 204, fromLogto: true }, "applied"],
  ["200 with something else", { sent: true, status: 200 }, "unknown"],
  ["a redirect", { sent: true, status: 302 }, "not applied"],
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
});
