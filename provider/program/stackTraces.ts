/** Stack traces while a resource is declared. */

type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/**
 * Until the returned function is called, the SDK's stack traces are few and short.
 *
 * - For each property of a resource it keeps a trace for debugging itself: with its source maps 1.8 ms a connector, of
 *   3 in all (seen with 1,000 connectors and @pulumi/pulumi 3.270). Errors get none.
 * - The trace of the declaration, for which it asks for all frames whatever the limit, goes into the state, down to the
 *   frames of ts-node and of Node.js itself: 350 bytes in a JavaScript program, 580 in TypeScript, of about 2,100 a
 *   connector, which the engine rewrites at every step. It ends at the program's outermost own frame. V8's
 *   hook for the form of traces does it; one that is set already keeps its say.
 *
 * @param hidden the file of a class between the resource's own and the SDK's: its frames are left out, since the SDK
 * counts one constructor to where a resource is declared
 */
export function shortenTraces(hidden: string): () => void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const { prepareStackTrace: before } = Error as { prepareStackTrace?: Prepare };
  const format: Prepare = before ?? ((error, frames) => [error, ...frames].map(String).join("\n    at "));
  Error.prepareStackTrace = (error, all) => {
    const frames = all.filter((frame) => frame.getFileName() !== hidden);
    const end = frames.findLastIndex(isOwn);
    return format(error, end === -1 ? frames : frames.slice(0, end + 1)) as string;
  };
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
    // Some look whether it is set at all.
    if (before === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Error.prepareStackTrace = before;
  };
}

function isOwn(frame: NodeJS.CallSite): boolean {
  const file = frame.getFileName();
  return typeof file === "string" && !file.startsWith("node:") && !/[\\/]node_modules[\\/]/.test(file);
}
