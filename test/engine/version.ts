/** The three numbers of a version: a pre-release or a build says nothing about what the CLI can do. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Reads the version out of what `pulumi version` prints, such as `v3.259.0` or `v3.260.0-dev.0`. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim()) ?? [];
  return major && minor && patch ? [Number(major), Number(minor), Number(patch)] : undefined;
}

/** Negative when `a` is the older of the two, positive when it is the newer, 0 when they are equal. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
