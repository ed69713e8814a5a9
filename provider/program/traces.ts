/** Shorter stack traces in the state. */

type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/**
 * The SDK writes the stack trace of a resource's declaration into the state, down to the frames of
 * ts-node and of Node.js itself: 350 bytes in a JavaScript program, 580 in TypeScript, of about 2,100 a connector
 * (measured), which the engine rewrites at every step. Until the returned function is called, traces end at the
 * program's outermost own frame. V8's hook for the form of traces does it; one that is set already keeps its say.
 */
export function shortenTraces(): () => void {
  const { prepareStackTrace: before } = Error as { prepareStackTrace?: Prepare };
  const format: Prepare = before ?? ((error, frames) => [error, ...frames].map(String).join("\n    at "));
  Error.prepareStackTrace = (error, frames) => {
    const end = frames.findLastIndex(isOwn);
    return format(error, end === -1 ? frames : frames.slice(0, end + 1)) as string;
  };
  return () => {
    // Some look whether it is set at all.
    if (before === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Error.prepareStackTrace = before;
  };
}

function isOwn(frame: NodeJS.CallSite): boolean {
  const file = frame.getFileName();
  return typeof file === "string" && !file.startsWith("node:") && !/[\\/]node_modules[\\/]/.test(file);
}
