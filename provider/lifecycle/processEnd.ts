/** The end of the process after a signal, which waits for what would be lost. */

/**
 * How long the host needs to pass the result of the last create, update or delete to the engine: after a SIGINT that arrived
 * when all calls had ended, and after one that arrived during a call. The engine waits 5 s for the process to end
 * (seen with Pulumi CLI 3.259).
 */
const resultMs = { done: 100, interrupted: 1000 };

export class ProcessEnd {
  /** Calls, and what the end of the process waits for besides. */
  #underWay = 0;
  #ending = false;
  #end: NodeJS.Timeout | undefined;
  #endNotBefore = 0;
  #lastWrite = 0;

  /** @param showLast shows what can be said at the end only; resolves when nothing that was shown can be lost any more */
  constructor(private readonly showLast: () => Promise<unknown>) {}

  /** Takes over the signals that end the process. */
  listen(): void {
    if (process.listenerCount("SIGINT") > 0) return;
    // On Windows the engine sends Ctrl+Break instead (Pulumi: sdk/go/common/util/cmdutil/term_windows.go).
    for (const signal of ["SIGINT", "SIGBREAK"] as const) {
      process.on(signal, () => {
        this.#ending = true;
        // Usually the engine has all results, and is done.
        this.#endWhenIdle(this.#lastWrite + resultMs.done);
      });
    }
  }

  /**
   * Keeps the process alive during a call. Ctrl-C in a terminal reaches this process as well as the engine, and would end it in
   * the middle of a create, of which the engine must learn. The engine also sends SIGINT when it is done.
   *
   * @param writes whether something would be lost with the result
   */
  async keepAlive<Result>(call: () => Result | Promise<Result>, writes: boolean): Promise<Result> {
    this.#underWay++;
    // The engine waits for the result of a call that it makes while the process is about to end.
    clearTimeout(this.#end);
    try {
      return await call();
    } finally {
      this.#underWay--;
      if (writes) this.#lastWrite = Date.now();
      if (this.#ending) this.#endWhenIdle(Date.now() + resultMs.interrupted);
    }
  }

  /** Makes the end wait for what no call waits for. */
  waitFor(task: Promise<void>): void {
    this.#underWay++;
    void task.then(() => {
      this.#underWay--;
      if (this.#ending) this.#endWhenIdle(0);
    });
  }

  /** @param notBefore the process does not end before this time, nor before one of an earlier call */
  #endWhenIdle(notBefore: number): void {
    this.#endNotBefore = Math.max(this.#endNotBefore, notBefore);
    clearTimeout(this.#end);
    if (this.#underWay > 0) return;
    const end = async () => {
      await this.showLast();
      // A call that has arrived in the meantime ends the process when it is done.
      if (this.#underWay === 0) process.exit();
    };
    // Calls that waited while the machine had no time for this process are seen first.
    this.#end = setTimeout(
      () => setImmediate(() => void end()),
      Math.max(0, this.#endNotBefore - Date.now()),
    );
  }
}
