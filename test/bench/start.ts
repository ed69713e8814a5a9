import { spawnSync } from "node:child_process";

/** What loading the package costs a process in ms, the median of nine. */
export function startCosts(): Record<string, number> {
  return {
    "in a program, beyond @pulumi/pulumi": median(
      'require("@pulumi/pulumi"); const begun = performance.now(); require("pulumi-logto-sso");',
    ),
    "in the provider's host": median(
      'const begun = performance.now(); require("pulumi-logto-sso/provider");',
    ),
  };
}

function median(code: string): number {
  const times = Array.from({ length: 9 }, () => {
    const { stdout } = spawnSync(process.execPath, ["-e", `${code} console.log(performance.now() - begun)`], {
      encoding: "utf8",
    });
    return Number(stdout);
  });
  return times.sort((a, b) => a - b)[4] ?? NaN;
}
