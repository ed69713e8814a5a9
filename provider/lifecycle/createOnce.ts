/** A create that neither doubles nor orphans a connector when the answer is lost. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Connector, missingPaths } from "../connector/connector";
import { type Row, stateOf } from "../connector/row";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";

/**
 * How long a row can take to show up after its answer was lost. With a config, Logto contacts the identity provider
 * before it inserts the row, whether or not anybody still waits for the answer: about 3 s where it is down (measured).
 */
const insertMs = { withConfig: 5000, without: 1000 };
const tries = 3;

/**
 * Logto has no idempotency key (measured), so a create whose answer was lost must not simply be sent again: the
 * connector is looked up by its name, which is unique in the tenant, until it shows up or can't any more.
 *
 * @throws LogtoError also where the name belongs to another connector
 */
export async function createOnce(client: LogtoClient, connector: Connector): Promise<Row> {
  let lost: LogtoError | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.createConnector(connector);
    } catch (error) {
      if (!(error instanceof LogtoError)) throw error;
      if (saysTaken(error)) {
        const row = await client.findConnector(connector.connectorName);
        if (row === undefined) throw error;
        // After a lost answer, the row in the way is the one that was asked for.
        if (lost !== undefined && isAsDeclared(row, connector)) return row;
        throw takenError(error, row);
      }
      if (!error.maybeDone) throw error;
      const row = await waitForRow(client, connector).catch(() => {
        throw error;
      });
      if (row !== undefined && isAsDeclared(row, connector)) return row;
      if (row !== undefined) throw takenError(error, row);
      // Sent again after a timeout, it would only hang again.
      if (attempt === tries || error.code === "timeout") throw error;
      lost = error;
    }
  }
}

/**
 * Besides the 409, a 500: Logto checks the name before it contacts the identity provider, so two creates of one name
 * at a time meet in the database (measured). Other faults give a 500 as well, so it takes a look-up to tell.
 */
function saysTaken({ status, code, maybeDone }: LogtoError): boolean {
  return code === "single_sign_on.duplicate_connector_name" || (status === 500 && !maybeDone);
}

function takenError(error: LogtoError, row: Row): LogtoError {
  return error.saying(
    `${error.method} ${error.path}: another connector of the tenant has the name ${JSON.stringify(row.connectorName)}: ` +
      `${row.id}, of the provider ${row.providerName}. Choose another connectorName, or rename or delete that one in Logto.`,
  );
}

function isAsDeclared(row: Row, connector: Connector): boolean {
  return missingPaths(connector, stateOf(row, connector.config)).length === 0;
}

async function waitForRow(client: LogtoClient, connector: Connector): Promise<Row | undefined> {
  const until = Date.now() + (connector.config === undefined ? insertMs.without : insertMs.withConfig);
  for (let pause = 250; ; pause *= 2) {
    const row = await client.findConnector(connector.connectorName);
    if (row !== undefined || Date.now() >= until) return row;
    await sleep(Math.min(pause, Math.max(until - Date.now(), 0)));
  }
}
