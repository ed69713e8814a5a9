/** A create that neither doubles nor orphans a connector when the answer is lost. */
import { isDeepStrictEqual } from "node:util";
import { type Connector, connectorKeys, missingPaths, unsigned } from "../connector/connector";
import { patchOf, type Row, stateOf } from "../connector/row";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { appears } from "./appears";
import { isAsCreated } from "./pending";
import { change } from "./signing";

/**
 * How long a row can take to show up after its answer was lost. With a config, Logto contacts the identity provider
 * before it inserts the row, whether or not anybody still waits for the answer: about 3 s where it is down (measured).
 */
const insertMs = { withConfig: 5000, without: 1000 };
const tries = 3;

/**
 * Logto has no idempotency key (measured), so a create whose answer was lost must not simply be sent again: the
 * connector is looked up by its name, which is unique in the tenant, until it shows up or can't any more. Its requests
 * are not signed yet, even where they are to be.
 *
 * @param adopt which other connector of the name to take over: `any` of the same provider, by changing it into shape,
 * or only one that is `identical` already
 * @throws LogtoError also where the name belongs to another connector
 */
export async function createOnce(client: LogtoClient, connector: Connector, adopt: Adopt): Promise<Row> {
  let lost: LogtoError | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.createConnector(unsigned(connector));
    } catch (error) {
      if (!(error instanceof LogtoError)) throw error;
      const taken = saysTaken(error);
      if (!taken && error.outcome !== "unknown") throw error;
      const lookUp = taken
        ? client.findTakenConnector(connector.connectorName)
        : appears(
            () => client.findConnector(connector.connectorName),
            connector.config === undefined ? insertMs.without : insertMs.withConfig,
          );
      const row = await lookUp.catch(() => {
        throw error;
      });
      if (row !== undefined) {
        // After a lost answer, a row as it was asked for is the one that was asked for.
        const own = (lost !== undefined || !taken) && isAsCreated(row, connector);
        return own ? row : await takeOver(client, row, connector, adopt, error);
      }
      // Sent again after a timeout, it would only hang again.
      if (taken || attempt === tries || error.code === "timeout") throw error;
      lost = error;
    }
  }
}

export type Adopt = "any" | "identical" | undefined;

async function takeOver(
  client: LogtoClient,
  row: Row,
  connector: Connector,
  adopt: Adopt,
  error: LogtoError,
): Promise<Row> {
  // Logto can't change the provider of a connector.
  if (adopt === undefined || row.providerName !== connector.providerName)
    throw takenError(error, row, connector);
  const current = stateOf(row, connector.config ?? "all");
  const different = connectorKeys.filter((key) => !isDeepStrictEqual(current[key], connector[key]));
  if (different.length === 0) return row;
  if (adopt === "identical") throw takenError(error, row, connector, missingPaths(connector, current));
  const patch = patchOf(current, connector);
  return Object.keys(patch).length === 0 ? row : (await change(client, row.id, patch)).row;
}

/**
 * Besides the 409, a 500: Logto checks the name before it contacts the identity provider, so two creates of one name
 * at a time meet in the database (measured). Other faults give a 500 as well, so it takes a look-up to tell.
 */
function saysTaken({ status, code, outcome }: LogtoError): boolean {
  return code === "single_sign_on.duplicate_connector_name" || (status === 500 && outcome === "not applied");
}

/** @param different where the row is not as it is declared, where only an identical one would do */
function takenError(
  error: LogtoError,
  row: Row,
  { providerName, connectorName }: Connector,
  different?: readonly string[],
): LogtoError {
  const adoptable = row.providerName === providerName;
  const differs =
    different === undefined
      ? ""
      : `logto:adopt takes over identical connectors only, and this one differs${different.length > 0 ? ` in ${different.join(", ")}` : " in a config that is not declared"}.`;
  return error.saying(
    [
      `${error.method} ${error.path}: the name ${JSON.stringify(connectorName)} belongs to the connector ${row.id}, ` +
        `of the provider ${row.providerName}.`,
      differs,
      adoptable
        ? "To manage that one here and change it to what is declared, write `adopt: true,` beside connectorName; " +
          `to manage it as it is, take this resource out and run \`npx logto-sso import --id ${row.id}\`.`
        : `Logto can't change a provider: to manage that one, run \`npx logto-sso import --id ${row.id}\`.`,
      "Otherwise choose another connectorName, or rename or delete that connector in Logto.",
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}
