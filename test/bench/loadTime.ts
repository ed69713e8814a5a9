import { spawnSync } from "node:child_process";

/** Returns how many ms a process takes to load the package, the median of nine. */
export function loadTimes(): Record<string, number> {
  return {
    "in a program, beyond @pulumi/pulumi": median(
      'require("@pulumi/pulumi"); const start = performance.now(); require("pulumi-logto-sso");',
    ),
    "in the provider's host": median(
      'const start = performance.now(); require("pulumi-logto-sso/provider");',
    ),
  };
}

function median(code: string): number {
  const times = Array.from({ length: 9 }, () => {
    const { stdout } = spawnSync(process.execPath, ["-e", `${code} console.log(performance.now() - start)`], {
      encoding: "utf8",
    });
    return Number(stdout);
  });
  return times.sort((a, b) => a - b)[4] ?? NaN;
}
