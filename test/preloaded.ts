/** Faults of the package itself, which a test makes. */
import { join } from "node:path";

const dist = join(__dirname, "..", "dist");

/**
 * Returns the environment of a process of Node.js that runs code before it starts.
 *
 * @param file a module of the package, whose exports the code has as `module`
 */
export function withFault(file: string, code: string): { readonly NODE_OPTIONS: string } {
  const load =
    'import { createRequire } from "node:module"; ' +
    `const module = createRequire(${JSON.stringify(`${dist}/`)})("./${file}"); `;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(load + code)}` };
}
