import { LogtoError } from "../logto/errors";

const maxTries = 3;

/**
 * Sends a create that must not be carried out twice. Logto has no idempotency key (recorded: "duplicate connectorName"), so a
 * create whose outcome is not known is not simply sent again: the object is looked up first.
 *
 * @param find looks for the object after an error, as `createConnector` does for a connector; throws if the error is final
 */
export async function createOnce<Result>(
  send: () => Promise<Result>,
  find: (error: LogtoError, isRetry: boolean) => Promise<Result | undefined>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof LogtoError)) throw error;
      const found = await find(error, attempt > 1);
      if (found !== undefined) return found;
      // Sent again after a timeout, it would only hang again.
      if (error.outcome !== "unknown" || attempt === maxTries || error.code === "timeout") throw error;
    }
  }
}
