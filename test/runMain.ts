/** Runs the main function of a command: the exit code is 0 if it resolves to `true`, and 1 otherwise, also after an error. */
export function runMain(main: () => Promise<boolean>): void {
  main().then(
    (passed) => {
      process.exitCode = passed ? 0 : 1;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
