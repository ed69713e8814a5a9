/** Events that end the process of a command. */
import { describeError, systemReason } from "./commandError";
import { printError } from "./output";

export function handleProcessEvents(): void {
  // Node.js would print the error as it is.
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      printError(`error: ${describeError(error)}`);
      process.exit(1);
    });
  }

  // Without a handler, a signal would end the process without its exit handlers.
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));

  // A reader may close the pipe early, as `head` does.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(141);
    printError(`error: Could not write to standard output: ${systemReason(error)}.`);
    process.exit(1);
  });
}
