/** What a person at a terminal sees of something that takes long. On a pipe there is nothing but the result. */

/** Below that nobody wonders. */
const patienceMs = 1000;

/** @param show tells how far it is; called anew for each look */
export async function withProgress<Result>(show: () => string, work: () => Promise<Result>): Promise<Result> {
  if (!process.stderr.isTTY) return work();
  const begun = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - begun > patienceMs) process.stderr.write(`\r\u001b[K${show()} …`);
  }, 200);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write("\r\u001b[K");
  }
}
