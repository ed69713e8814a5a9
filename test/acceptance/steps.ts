/** The steps of an acceptance: each is one line when it ends, and what is skipped is named and counted. */

interface Failure {
  readonly step: string;
  readonly reason: string;
}

const maxReason = 4000;

export class Steps {
  #passed = 0;
  readonly #failed: Failure[] = [];
  readonly #skipped = new Map<string, number>();
  readonly #begun = performance.now();

  /**
   * @param print receives each line
   * @param progress receives the step that runs, and an empty text when it has ended
   */
  constructor(
    private readonly print: (line: string) => void,
    private readonly progress: (step: string) => void,
  ) {}

  /** Runs a step. Resolves to whether it passed. */
  async run(step: string, check: () => Promise<unknown>): Promise<boolean> {
    const begun = performance.now();
    this.progress(`step ${this.#passed + this.#failed.length + 1}: ${step}`);
    const reason = await check().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    this.progress("");
    const seconds = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
    this.print(`${reason === undefined ? "ok     " : "FAILED "} ${step} (${seconds})`);
    if (reason === undefined) this.#passed++;
    else this.#failed.push({ step, reason });
    return reason === undefined;
  }

  /** @param feature what this Logto does not have */
  skip(step: string, feature: string): void {
    this.print(`skipped ${step}: this Logto has no ${feature}`);
    this.#skipped.set(feature, (this.#skipped.get(feature) ?? 0) + 1);
  }

  /** Prints the reasons of failures and a summary. Returns whether all steps passed. */
  end(): boolean {
    for (const { step, reason } of this.#failed) {
      // Of a command's output, the end has the errors.
      const shown =
        reason.length > maxReason ? `${reason.slice(0, 200)} … ${reason.slice(-maxReason)}` : reason;
      this.print(`\n${step}\n  ${shown.replaceAll("\n", "\n  ")}`);
    }
    const skipped = [...this.#skipped].map(([feature, count]) => `${count} without ${feature}`);
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(0);
    this.print(
      `\n${this.#passed} passed, ${this.#failed.length} failed, ${skipped.length === 0 ? "none" : skipped.join(", ")} skipped, ${seconds} s.`,
    );
    return this.#failed.length === 0;
  }
}

export function expectEqual(actual: unknown, expected: unknown, subject: string): void {
  const [got, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (got !== wanted) throw new Error(`${subject}: expected ${String(wanted)}, got ${String(got)}`);
}

export function expectContains(text: string, part: string | RegExp, subject: string): void {
  const found = typeof part === "string" ? text.includes(part) : part.test(text);
  if (!found) throw new Error(`${subject} lacks ${String(part)}:\n${text}`);
}
