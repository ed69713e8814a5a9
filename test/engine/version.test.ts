import { compareVersions, parseVersion } from "./version";
import type { Version } from "./version";

test.each<[string, Version | undefined]>([
  ["v3.259.0\n", [3, 259, 0]],
  ["3.254.0", [3, 254, 0]],
  ["v3.260.0-dev.0+abc123", [3, 260, 0]],
  ["v3.9", undefined],
  ["pulumi: fetch failed", undefined],
  ["", undefined],
])("%j is parsed as %j", (text, version) => {
  expect(parseVersion(text)).toEqual(version);
});

test("versions are ordered by their numbers, not as strings", () => {
  const ordered: Version[] = [
    [2, 300, 9],
    [3, 99, 10],
    [3, 254, 0],
    [3, 254, 2],
    [3, 1000, 0],
  ];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
  expect(compareVersions([3, 254, 0], [3, 254, 0])).toBe(0);
});
