/** Progress shown in a terminal while something takes long. Nothing is shown if standard error is not a terminal. */

const second = 1000;
const eraseLine = "\r\u001b[K";

export async function withProgress<Result>(label: string, work: () => Promise<Result>): Promise<Result> {
  if (!process.stderr.isTTY || process.env.TERM === "dumb") return work();
  let seconds = 0;
  const show = () => process.stderr.write(`${eraseLine}${label} … ${++seconds} s`);
  const erase = () => seconds > 0 && process.stderr.write(eraseLine);
  const timer = setInterval(show, second);
  // A signal ends the process in between.
  process.on("exit", erase);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.off("exit", erase);
    erase();
  }
}
