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
import { isPending, matchesRequest } from "./pendingCreate";
import { pollUntil } from "./pollUntil";
import { updateConnector } from "./signing";

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
    // After a lost answer, of this run or of the one that left a pending ID, a connector as it was requested is the requested one.
    const former = run.objects.findFormer(({ name }) => name === connectorName);
    const isNew = connector.createdAt > startedAt - clockSkewMs;
    const isOurs = (former !== undefined && isPending(former.id)) || ((isRetry || !nameIsTaken) && isNew);
    if (isOurs && matchesRequest(connector, declared)) return { connector, adopted: false };
    const isOwn = former?.id === connector.id;
    // The engine creates what is unchanged only where an earlier run was to replace it. That one has kept it, and it is as the
    // state has it.
    const mode = isOwn && former.diff.changes === false ? "any" : adopt;
    return {
      connector: await takeOver(client, connector, declared, mode, (different) =>
        takenError(error, connector, declared, {
          adoptOrigin: client.settings.origin("adopt"),
          isOwn,
          different,
        }),
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

/** What is known of a connector that has the name. */
interface Taken {
  /** Where the setting `adopt` is from. */
  readonly adoptOrigin: string;
  /** Whether the resource had it before, and is being replaced. */
  readonly isOwn: boolean;
  /** The paths at which it differs, if only an identical one can be taken over. */
  readonly different: readonly string[] | undefined;
}

function takenError(
  error: LogtoError,
  connector: ApiConnector,
  declared: Connector,
  { adoptOrigin, isOwn, different }: Taken,
): LogtoError {
  const isAdoptable = connector.providerName === declared.providerName;
  const differs =
    different === undefined
      ? ""
      : `${adoptOrigin} takes over identical connectors only, and this one differs${different.length > 0 ? ` in ${different.join(", ")}` : " in a config that is not declared"}.`;
  return error.withMessage(
    [
      `${error.method} ${error.path}: the name ${quote(declared.connectorName)} belongs to the connector ${connector.id}, ` +
        `of the identity provider ${printable(connector.providerName)}.`,
      differs,
      ...(isOwn ? adviceOnKept(isAdoptable) : adviceOnOther(connector.id, isAdoptable)),
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}

/** What to do about the connector that the resource had: an option keeps it while the engine replaces it. */
function adviceOnKept(isAdoptable: boolean): string[] {
  return [
    "It is the one that this resource had, which is being replaced and was not deleted: that is what the option " +
      "`retainOnDelete` does (also that of a parent, or as the last `pulumi up` recorded it), and `deleteBeforeReplace: false`.",
    `To continue with it, ${isAdoptable ? "add `adopt: true,` next to providerName" : "take the change of providerName back"}.`,
    "To create another one, choose another connectorName.",
    "To replace it, remove `deleteBeforeReplace: false`, or delete it in Logto's console, and run `pulumi up` again.",
  ];
}

/** What to do about a connector of which it is not known whether the stack manages it. */
function adviceOnOther(id: string, isAdoptable: boolean): string[] {
  const importIt = `remove this resource and run \`npx logto-sso import --id ${id}\``;
  return [
    "If this stack manages it as a resource that was renamed or moved, add the option `aliases` to the new one, such as " +
      '`aliases: [{ name: "OLD_NAME" }]`, or `aliases: [{ parent: pulumi.rootStackResource }]` if it moved into a component; if ' +
      "it is being replaced, as by `--replace` or `pulumi state taint`, add `deleteBeforeReplace: true`.",
    isAdoptable
      ? "If no stack manages it, or the option `retainOnDelete` keeps it: add `adopt: true,` next to providerName to change it " +
        `to what is declared, or, to manage it as it is, ${importIt}.`
      : `If no stack manages it: Logto cannot change the identity provider, so, to manage it as it is, ${importIt}. If the ` +
        "option `retainOnDelete` keeps it: take the change of providerName back and add `adopt: true,`.",
    "Otherwise choose another connectorName.",
  ];
}
