/** The expressions of GitHub's workflows, evaluated by GitHub's own library. */

export interface Expressions {
  /** Replaces the expressions in a text. */
  text(template: string): string;
  /** Whether a step or a job runs. A condition that asks for no status has `success()` before it. */
  condition(text: string): boolean;
}

/** @param contexts such as `github` and `steps`, as they are when an expression is evaluated */
export async function expressions(contexts: object, succeeded: () => boolean): Promise<Expressions> {
  const { data, Evaluator, Lexer, Parser } = await import("@actions/expressions");
  const statuses: Record<string, () => boolean> = {
    success: succeeded,
    failure: () => !succeeded(),
    always: () => true,
    cancelled: () => false,
  };
  const functions = Object.entries(statuses).map(([name, status]) => ({
    ...{ name, minArgs: 0, maxArgs: 0 },
    call: () => new data.BooleanData(status()),
  }));
  const evaluate = (expression: string): string => {
    const values = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>;
    const { tokens } = new Lexer(expression).lex();
    const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
    const byName = new Map(functions.map((one) => [one.name, one]));
    return new Evaluator(parsed, values, byName).evaluate().coerceString();
  };
  return {
    text: (template) =>
      template.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => evaluate(expression)),
    condition: (text) => {
      const expression = text.replace(/^\$\{\{(.*)\}\}$/, "$1");
      const asksForStatus = Object.keys(statuses).some((name) => expression.includes(`${name}(`));
      return evaluate(asksForStatus ? expression : `success() && (${expression})`) === "true";
    },
  };
}
