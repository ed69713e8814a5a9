/** The create of a connector, which neither duplicates nor orphans one when the answer is lost. */
import { isDeepStrictEqual } from "node:util";
import {
  type ApiConnector,
  connectorKeys,
  patchOf,
  toState,
  withoutRequestSigning,
} from "../connector/apiConnector";
import type { Connector } from "../connector/canonical";
import { unmetPaths } from "../connector/compare";
import type { LogtoClient } from "../logto/client";
import type { LogtoError } from "../logto/errors";
import { printable, quote } from "../untrustedText";
import type { Run } from "./tableLifecycle";
import { createOnce } from "./lostAnswer";
import { matchesRequest } from "./pendingCreate";
import { pollUntil } from "./pollUntil";
import { updateConnector } from "./signing";
import type { HintWording } from "./hintWording";

/**
 * How long a connector can take to appear after the answer to its create was lost. With a config, Logto contacts the identity
 * provider before it inserts the row, whether or not anybody still waits for the answer: about 3 s if it is down
 * (test/logto/recordings/README.md).
 */
const insertMs = { withConfig: 5000, without: 1000 };
/** How far Logto's clock may be behind the local one. */
const clockSkewMs = 3_600_000;

/**
 * Creates a connector, with requests that are not signed yet. After a lost answer it is looked up by its name, which is unique
 * in the tenant.
 *
 * @param adopt which existing connector of the name to take over: `any` of the same identity provider, by changing it, or only
 * one that is `identical` already
 * @throws LogtoError also if the name belongs to another connector
 */
export function createConnector(
  client: LogtoClient,
  declared: Connector,
  adopt: Adopt,
  run: Run,
): Promise<CreatedConnector> {
  const startedAt = Date.now();

  async function find(error: LogtoError, isRetry: boolean): Promise<CreatedConnector | undefined> {
    const nameIsTaken = saysTaken(error);
    if (!nameIsTaken && error.outcome !== "unknown") return undefined;
    const { connectorName, config } = declared;
    const lookup = nameIsTaken
      ? client.findTakenConnector(connectorName)
      : pollUntil(
          () => client.findConnector(connectorName),
          config === undefined ? insertMs.without : insertMs.withConfig,
          client.interruption,
        );
    const connector = await lookup.catch(() => {
      throw error;
    });
    if (connector === undefined) return undefined;
    // Rejected or taken over, it may be the object of a resource that this run is about to delete.
    run.objects.recordSeen(connector.id);
    // After a lost answer, a new connector as it was requested is the requested one.
    const isNew = connector.createdAt > startedAt - clockSkewMs;
    if ((isRetry || !nameIsTaken) && isNew && matchesRequest(connector, declared))
      return { connector, adopted: false };
    return {
      connector: await takeOver(client, connector, declared, adopt, (different) =>
        takenError(
          error,
          connector,
          declared,
          run.session.wording,
          client.settings.origin("adopt"),
          different,
        ),
      ),
      adopted: true,
    };
  }

  return createOnce(
    async () => ({
      connector: await client.createConnector(withoutRequestSigning(declared)),
      adopted: false,
    }),
    find,
  );
}

export type Adopt = "any" | "identical" | undefined;

interface CreatedConnector {
  readonly connector: ApiConnector;
  /** Whether it existed before. */
  readonly adopted: boolean;
}

async function takeOver(
  client: LogtoClient,
  connector: ApiConnector,
  declared: Connector,
  adopt: Adopt,
  taken: (different?: readonly string[]) => LogtoError,
): Promise<ApiConnector> {
  // Logto cannot change the identity provider of a connector.
  if (adopt === undefined || connector.providerName !== declared.providerName) throw taken();
  const state = toState(connector, declared.config ?? "all");
  const different = connectorKeys.filter((key) => !isDeepStrictEqual(state[key], declared[key]));
  if (different.length === 0) return connector;
  if (adopt === "identical") throw taken(unmetPaths({ ...declared }, { ...state }));
  const patch = patchOf(state, declared, connector.config);
  return Object.keys(patch).length === 0
    ? connector
    : (await updateConnector(client, connector.id, patch)).connector;
}

/**
 * A 409, or a 500: Logto checks the name before it contacts the identity provider, so two simultaneous creates of one name
 * collide in the database (Logto: routes/sso-connector/index.ts, queries/sso-connectors.ts). Since other faults give a 500 as well, only a look-up can tell.
 */
function saysTaken({ status, code, outcome }: LogtoError): boolean {
  return code === "single_sign_on.duplicate_connector_name" || (status === 500 && outcome === "not applied");
}

const renamed = ({ movedIntoComponent }: HintWording) =>
  "If this stack manages it as a resource that was renamed or moved, add the option `aliases` to the new one, such as " +
  `\`aliases: [{ name: "OLD_NAME" }]\`, or ${movedIntoComponent} if it moved into a component; ` +
  "if it is being replaced, add `deleteBeforeReplace: true`.";

/** @param different the paths at which the existing connector differs, if only an identical one can be taken over */
function takenError(
  error: LogtoError,
  connector: ApiConnector,
  { providerName, connectorName }: Connector,
  wording: HintWording,
  adoptOrigin: string,
  different?: readonly string[],
): LogtoError {
  const adoptable = connector.providerName === providerName;
  const differs =
    different === undefined
      ? ""
      : `${adoptOrigin} takes over identical connectors only, and this one differs${different.length > 0 ? ` in ${different.join(", ")}` : " in a config that is not declared"}.`;
  return error.withMessage(
    [
      `${error.method} ${error.path}: the name ${quote(connectorName)} belongs to the connector ${connector.id}, ` +
        `of the identity provider ${printable(connector.providerName)}.`,
      differs,
      renamed(wording),
      adoptable
        ? "If no stack manages it: add `adopt: true,` next to connectorName to change it to what is declared, or, to manage " +
          `it as it is, remove this resource and run \`${wording.importCommand(connector.id)}\`.`
        : `If no stack manages it: Logto cannot change the identity provider, so run \`${wording.importCommand(connector.id)}\` to manage it as it is.`,
      "Otherwise choose another connectorName.",
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}
