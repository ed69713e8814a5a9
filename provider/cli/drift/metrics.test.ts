import { parseListenAddress, troubleOf, type WatchRecord } from "./metrics";

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
  const begun = Date.parse("2026-11-25T00:00:00Z");
  const trouble = (record: Partial<WatchRecord>, minutes: number, everySeconds = 60) =>
    troubleOf(
      {
        ...{ begun, lastSuccess: undefined, seconds: 0, checks: 1, failures: 0, requests: 0 },
        ...record,
      },
      everySeconds,
      begun + minutes * minute,
    );

  test("is well while checks succeed, and while the first one takes its time", () => {
    expect(trouble({}, 1)).toBeUndefined();
    expect(trouble({ lastSuccess: begun, failures: 3 }, 4)).toBeUndefined();
    expect(trouble({ lastSuccess: begun }, 59, 1200)).toBeUndefined();
  });

  test("is not where the first check hangs, or the last success is too old", () => {
    expect(trouble({}, 5)).toBe("the first check has not ended for 300 s");
    expect(trouble({ lastSuccess: begun, checks: 9 }, 10)).toBe(
      "the last check that succeeded was 600 s ago",
    );
    expect(trouble({ lastSuccess: begun }, 60, 1200)).toContain("3600 s ago");
  });

  test("is not where none has ever succeeded, and then tells of no time", () => {
    expect(trouble({ failures: 1 }, 0)).toBe("no check has succeeded yet; see the log");
    expect(trouble({ failures: 9, checks: 9 }, 90)).toBe("no check has succeeded yet; see the log");
  });
});
