import { parseListenAddress, healthProblem, type WatchStats } from "./metrics";

test.each([
  ["9464", { host: "127.0.0.1", port: 9464 }],
  ["0", { host: "127.0.0.1", port: 0 }],
  ["0.0.0.0:9464", { host: "0.0.0.0", port: 9464 }],
  ["localhost:1", { host: "localhost", port: 1 }],
  ["[::1]:65535", { host: "::1", port: 65535 }],
  ["", undefined],
  [":80", undefined],
  ["abc", undefined],
  ["65536", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["::1:80", undefined],
  ["http://localhost:80", undefined],
])("--metrics %j", (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
});

describe("/healthz", () => {
  const minute = 60_000;
  const startedAt = Date.parse("2026-11-25T00:00:00Z");
  const problem = (stats: Partial<WatchStats>, minutes: number, everySeconds = 60) =>
    healthProblem(
      {
        ...{ startedAt, lastSuccess: undefined, seconds: 0, checks: 1, failures: 0, requests: 0 },
        ...stats,
      },
      everySeconds,
      startedAt + minutes * minute,
    );

  test("is healthy while checks succeed, and while the first check is running", () => {
    expect(problem({}, 1)).toBeUndefined();
    expect(problem({ lastSuccess: startedAt, failures: 3 }, 4)).toBeUndefined();
    expect(problem({ lastSuccess: startedAt }, 59, 1200)).toBeUndefined();
  });

  test("is unhealthy if the first check hangs or the last success is too old", () => {
    expect(problem({}, 5)).toBe("the first check has been running for 300 s");
    expect(problem({ lastSuccess: startedAt, checks: 9 }, 10)).toBe(
      "the last successful check was 600 s ago",
    );
    expect(problem({ lastSuccess: startedAt }, 60, 1200)).toContain("3600 s ago");
  });

  test("is unhealthy if no check has ever succeeded, whatever the time", () => {
    expect(problem({ failures: 1 }, 0)).toBe("no check has succeeded yet; see the log");
    expect(problem({ failures: 9, checks: 9 }, 90)).toBe("no check has succeeded yet; see the log");
  });
});
