/** The three numbers of a version, without pre-release and build. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Parses the output of `pulumi version`, such as `v3.259.0` or `v3.260.0-dev.0`. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim()) ?? [];
  return major && minor && patch ? [Number(major), Number(minor), Number(patch)] : undefined;
}

/** Returns a negative number if `a` is older than `b`, a positive one if it is newer, and 0 if they are equal. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
