/** Progress shown in a terminal while something takes long. Nothing is shown if standard error is not a terminal. */

const delayMs = 1000;

export async function withProgress<Result>(label: string, work: () => Promise<Result>): Promise<Result> {
  if (!process.stderr.isTTY) return work();
  const timer = setTimeout(() => process.stderr.write(`\r\u001b[K${label} …`), delayMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    process.stderr.write("\r\u001b[K");
  }
}
