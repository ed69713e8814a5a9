/**
 * Connectors of which it is not known whether Logto created them: the answer was lost, and so was every look-up after
 * it. Kept in the state under an ID of their own, they are found again by their name in the next run, in place of
 * being refused for it. IDs of Logto's are small letters and digits.
 */
import { type Connector, missingPaths, unsigned } from "../connector/connector";
import { type Row, stateOf } from "../connector/row";
import type { LogtoClient } from "../logto/client";

const prefix = "pending:";

export function pendingId({ connectorName }: Connector): string {
  return prefix + connectorName;
}

export function isPending(id: string): boolean {
  return id.startsWith(prefix);
}

/** The row that Logto created after all. One that is not as it was sent is somebody else's. */
export async function findPending(client: LogtoClient, connector: Connector): Promise<Row | undefined> {
  const row = await client.findConnector(connector.connectorName);
  return row !== undefined && isAsCreated(row, connector) ? row : undefined;
}

/** Whether a row holds all that a create sends. */
export function isAsCreated(row: Row, connector: Connector): boolean {
  return missingPaths(unsigned(connector), stateOf(row, connector.config)).length === 0;
}
