import { readFileSync } from "node:fs";
import type { Stack } from "../engine";

/** The peak memory of a stack's processes, in MiB; `undefined` where a command has none, or the system does not report it. */
export interface PeakMemory {
  /** The Node.js process of the program. */
  readonly programMiB: number | undefined;
  /** The process that hosts the provider: Pulumi's dynamic host, or the plugin. */
  readonly providerMiB: number | undefined;
}

/** Polls the peak memory, as the kernel records it, of the processes of a stack. */
export function peakMemoryOf(stack: Stack): { stop(): PeakMemory } {
  const program = peakOf(() => stack.programs());
  const provider = peakOf(() => stack.providers());
  const timer = setInterval(() => {
    program.poll();
    provider.poll();
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return { programMiB: program.mebibytes(), providerMiB: provider.mebibytes() };
    },
  };
}

function peakOf(find: () => number[]): { poll(): void; mebibytes(): number | undefined } {
  let pid: number | undefined;
  let kiB: number | undefined;
  return {
    poll() {
      if (process.platform !== "linux") return;
      pid ??= find()[0];
      if (pid === undefined) return;
      const [, peak] = /^VmHWM:\s*(\d+) kB/m.exec(statusOf(pid)) ?? [];
      if (peak !== undefined) kiB = Math.max(kiB ?? 0, Number(peak));
    },
    mebibytes: () => kiB && kiB / 1024,
  };
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // it has ended
  }
}
