/** Reads of connectors that share lists, also by their names. */
import type { ApiConnector } from "../connector/apiConnector";
import { type ConnectorList, findByName, type ReadableList } from "./connectorList";
import { freshMs, type ReadLimits, SharedReads, type Snapshot } from "./sharedReads";

export class ConnectorReads extends SharedReads<ApiConnector, ConnectorList> {
  /** Finds a connector by its name in the last list: `undefined` says nothing of whether there is one. */
  async findListed(
    connectorName: string,
    { maxAgeMs = freshMs }: ReadLimits = {},
  ): Promise<ApiConnector | undefined> {
    const snapshot = this.latestWithin(maxAgeMs);
    return snapshot && this.unlessWritten(snapshot, await connectorOfName(snapshot, connectorName));
  }

  /**
   * Finds a connector by a name that is known to be taken: a list from before it was taken does not suffice.
   *
   * @throws LogtoError where the connector may be one of those that can't be read
   */
  async findTaken(connectorName: string): Promise<ApiConnector | undefined> {
    const snapshot = this.latestWithin(freshMs);
    const listed = snapshot && (await connectorOfName(snapshot, connectorName));
    const connector = listed && (await this.source.get(listed.id));
    return connector?.connectorName === connectorName
      ? connector
      : findByName(connectorName, await this.list());
  }

  /** Lists every connector that can be read. Lists that are asked for within a moment are one; an older one is not used. */
  async list(): Promise<ReadableList> {
    return (await this.newList()).readable();
  }
}

async function connectorOfName(
  { list }: Snapshot<ConnectorList>,
  connectorName: string,
): Promise<ApiConnector | undefined> {
  const readable = await list.readable().catch(() => undefined);
  return readable?.connectors.find((connector) => connector.connectorName === connectorName);
}
