/** A rule of Logto that an input breaks, or a value that Logto accepts and that will hardly work. */
export interface Problem {
  /** The place among the inputs, such as `config.issuer` or `domains[1]`. */
  readonly path: string;
  /** The sentence that begins with the path: what is wrong, and what to do. */
  readonly message: string;
  /** Whether Logto accepts the value nevertheless. Default: `false`. */
  readonly isWarning?: true;
  /** Whether the problem is less once the value is in use, where it may have proved to work: {@link inUse}. Default: `false`. */
  readonly whenNew?: true;
  /** Whether the value must not be shown. Default: `false`. */
  readonly sensitive?: true;
}

/** A problem with a text, wherever it is. */
export type TextProblem = Omit<Problem, "path">;

/** Returns the problem with a value as it is once the value is in use: no warning any more, or a warning for an error. */
export function inUse(problem: Problem): Problem[] {
  if (problem.whenNew !== true) return [problem];
  return problem.isWarning === true ? [] : [{ ...problem, isWarning: true }];
}
