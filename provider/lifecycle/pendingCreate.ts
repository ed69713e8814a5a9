/**
 * Connectors and organizations of which it is not known whether Logto created them: the answer was lost, and so was every look-up
 * after it. They are kept in the state under an ID of their own, and are found by their name in the next run. Logto's IDs consist
 * of lower-case letters and digits.
 */
import { type ApiConnector, toState, withoutRequestSigning } from "../connector/apiConnector";
import type { Connector } from "../connector/canonical";
import { unmetPaths } from "../connector/compare";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { IncompleteError } from "./results";

const prefix = "pending:";

/** Keeps an object in the state of which it is not known whether its create made it. */
export function keepPending<Result>(
  created: Promise<Result>,
  name: string,
  declared: object,
): Promise<Result> {
  return created.catch((error: unknown) => {
    if (!(error instanceof LogtoError && error.outcome === "unknown")) throw error;
    throw new IncompleteError(error, pendingIdOf(name), { ...declared });
  });
}

/** Returns the ID under which an object of a name is kept. */
export function pendingIdOf(name: string): string {
  return prefix + name;
}

export function isPending(id: string): boolean {
  return id.startsWith(prefix);
}

/** Returns the connector that Logto created after all. One that does not match the request is somebody else's. */
export async function findPending(
  client: LogtoClient,
  declared: Connector,
): Promise<ApiConnector | undefined> {
  const connector = await client.findConnector(declared.connectorName);
  return connector !== undefined && matchesRequest(connector, declared) ? connector : undefined;
}

/** Whether a connector has everything that its create sends. */
export function matchesRequest(connector: ApiConnector, declared: Connector): boolean {
  const requested = withoutRequestSigning(declared);
  return unmetPaths({ ...requested }, { ...toState(connector, declared.config) }).length === 0;
}
