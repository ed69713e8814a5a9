import { readFileSync } from "node:fs";
import type { Stack } from "../engine";

/** Polls the peak memory, as the kernel records it, of the process that hosts the stack's provider. */
export function peakMemoryOf(stack: Stack): { stop(): number | undefined } {
  if (process.platform !== "linux") return { stop: () => undefined };
  let host: number | undefined;
  let kiB = 0;
  const poll = () => {
    [host] = host === undefined ? stack.providers() : [host];
    if (host === undefined) return;
    const [, peak] = /^VmHWM:\s*(\d+) kB/m.exec(statusOf(host)) ?? [];
    kiB = Math.max(kiB, Number(peak ?? 0));
  };
  const timer = setInterval(poll, 100);
  return {
    stop() {
      clearInterval(timer);
      return kiB / 1024;
    },
  };
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // it has ended
  }
}
