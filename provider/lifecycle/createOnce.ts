/** A create that neither doubles nor orphans a connector when the answer is lost. */
import { isDeepStrictEqual } from "node:util";
import { type Connector, connectorKeys, missingPaths, unsigned } from "../connector/connector";
import { patchOf, type Row, stateOf } from "../connector/row";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { printable, quote } from "../untrustedText";
import { appears } from "./appears";
import type { Run } from "./lifecycle";
import { isAsCreated } from "./pending";
import { change } from "./signing";

/**
 * How long a row can take to show up after its answer was lost. With a config, Logto contacts the identity provider
 * before it inserts the row, whether or not anybody still waits for the answer: about 3 s where it is down (measured).
 */
const insertMs = { withConfig: 5000, without: 1000 };
const tries = 3;
/** How far Logto's clock may be behind this one. */
const clockSkewMs = 3_600_000;

/**
 * Logto has no idempotency key (measured), so a create whose answer was lost must not simply be sent again: the
 * connector is looked up by its name, which is unique in the tenant, until it shows up or can't any more. Its requests
 * are not signed yet, even where they are to be.
 *
 * @param adopt which other connector of the name to take over: `any` of the same provider, by changing it into shape,
 * or only one that is `identical` already
 * @throws LogtoError also where the name belongs to another connector
 */
export async function createOnce(
  client: LogtoClient,
  connector: Connector,
  adopt: Adopt,
  run: Run,
): Promise<CreatedOnce> {
  const begun = Date.now();
  let lost: LogtoError | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return { row: await client.createConnector(unsigned(connector)), adopted: false };
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
        // Refused or taken over, it may be the object of a resource that this run is about to delete.
        run.confirm(row.id);
        // After a lost answer, a new row as it was asked for is the one that was asked for.
        const isNew = row.createdAt > begun - clockSkewMs;
        const own = (lost !== undefined || !taken) && isNew && isAsCreated(row, connector);
        if (own) return { row, adopted: false };
        return { row: await takeOver(client, row, connector, adopt, error), adopted: true };
      }
      // Sent again after a timeout, it would only hang again.
      if (taken || attempt === tries || error.code === "timeout") throw error;
      lost = error;
    }
  }
}

export type Adopt = "any" | "identical" | undefined;

interface CreatedOnce {
  readonly row: Row;
  /** Whether it was there before. */
  readonly adopted: boolean;
}

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
  const patch = patchOf(current, connector, row.config);
  return Object.keys(patch).length === 0 ? row : (await change(client, row.id, patch)).row;
}

/**
 * Besides the 409, a 500: Logto checks the name before it contacts the identity provider, so two creates of one name
 * at a time meet in the database (measured). Other faults give a 500 as well, so it takes a look-up to tell.
 */
function saysTaken({ status, code, outcome }: LogtoError): boolean {
  return code === "single_sign_on.duplicate_connector_name" || (status === 500 && outcome === "not applied");
}

const renamed =
  "If this stack has it as a resource that was renamed or moved, give the new one the option `aliases`, such as " +
  '`aliases: [{ name: "OLD_NAME" }]`, or `aliases: [{ parent: pulumi.rootStackResource }]` where it moved into a component; ' +
  "if it is being replaced, `deleteBeforeReplace: true`.";

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
      `${error.method} ${error.path}: the name ${quote(connectorName)} belongs to the connector ${row.id}, ` +
        `of the provider ${printable(row.providerName)}.`,
      differs,
      renamed,
      adoptable
        ? "If no stack has it: write `adopt: true,` beside connectorName to change it to what is declared, or, to manage it " +
          `as it is, take this resource out and run \`npx logto-sso import --id ${row.id}\`.`
        : `If no stack has it: Logto can't change a provider, so run \`npx logto-sso import --id ${row.id}\` to manage it as it is.`,
      "Otherwise choose another connectorName.",
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}
