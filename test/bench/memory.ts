import { readFileSync } from "node:fs";
import type { Stack } from "../engine";

/** Watches the process that hosts the provider, whose peak the kernel keeps, until it is gone. */
export function peakMemoryOf(stack: Stack): { end(): number | undefined } {
  if (process.platform !== "linux") return { end: () => undefined };
  let host: number | undefined;
  let kiB = 0;
  const look = () => {
    host ??= stack.processes().find((pid) => read(pid, "cmdline").includes("dynamic-provider"));
    if (host === undefined) return;
    const [, peak] = /^VmHWM:\s*(\d+) kB/m.exec(read(host, "status")) ?? [];
    kiB = Math.max(kiB, Number(peak ?? 0));
  };
  const timer = setInterval(look, 100);
  return {
    end() {
      clearInterval(timer);
      return kiB / 1024;
    },
  };
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // it has ended
  }
}
