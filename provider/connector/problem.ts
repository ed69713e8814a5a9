/** A rule of Logto that an input breaks, or a value that Logto accepts and that will hardly work. */
export interface Problem {
  /** The place among the inputs, such as `config.issuer` or `domains[1]`. */
  readonly path: string;
  /** The sentence that begins with the path: what is wrong, and what to do. */
  readonly message: string;
  /** Whether Logto accepts the value nevertheless. Default: `false`. */
  readonly isWarning?: true;
  /** Whether a warning matters only while the value is new: in use, it has proved to work. Default: `false`. */
  readonly whenNew?: true;
  /** Whether the value must not be shown. Default: `false`. */
  readonly sensitive?: true;
}

/** A problem with a text, wherever it is. */
export type TextProblem = Omit<Problem, "path">;
