/** What an import does with each connector. Pure. */
import { type Connector, connectorOf } from "../../connector/connector";
import { isProviderName } from "../../connector/fields";
import { type Row, type State, stateOf } from "../../connector/row";
import { connectorInputs } from "../../connector/resources";
import { validate } from "../../connector/validate";
import { tokens } from "../../program/tokens";
import { argsOf, type Declaration, declare } from "../codegen/connectorSource";
import { Names, variableNames } from "../codegen/identifiers";
import { managedConfigs, managedConnectors, type Preview, type StateResource } from "../pulumi";

/** A connector that the state is to take in. */
export interface Importable {
  readonly row: Row;
  readonly state: State;
  readonly connector: Connector;
  readonly resourceName: string;
}

export interface Plan {
  /** To be written into the program. */
  readonly declarations: readonly (Declaration & Importable)[];
  /** In the program already, as an import that was interrupted has left it, but not in the state. */
  readonly declared: readonly Importable[];
  /** In the stack already. */
  readonly owned: readonly Row[];
  /** Those that can't be imported, and why. */
  readonly refused: readonly { readonly row: Row; readonly reason: string }[];
}

/** Resources of the program that are not in the state, by the names of their connectors. */
export type Declared = ReadonlyMap<string, { readonly urn: string; readonly provider?: string }>;

export function planOf(
  rows: readonly Row[],
  resources: readonly StateResource[],
  secrets: ReadonlyMap<string, unknown>,
  declaredByName: Declared,
): Plan {
  const ownIds = new Set(managedConnectors(resources).map(({ id }) => id));
  // Declared a second time, they would have two owners.
  const ownConfigIds = new Set(managedConfigs(resources).map(({ id }) => id));
  const inState = resources.filter(({ type }) => type === tokens.ssoConnector.type).map(({ urn }) => urn);
  const inCode = [...declaredByName.values()].map(({ urn }) => urn);
  const taken = {
    resources: new Names([...inState, ...inCode].map(resourceNameOf)),
    variables: variableNames(),
    secrets: new Map(secrets),
  };
  const owned = rows.filter(({ id }) => ownIds.has(id));
  const declarations = [];
  const declared = [];
  const refused = [];
  for (const row of rows.filter(({ id }) => !ownIds.has(id))) {
    if (!isProviderName(row.providerName)) {
      refused.push({ row, reason: `this package does not know its provider ${row.providerName}` });
      continue;
    }
    const state = stateOf(row, ownConfigIds.has(row.id) ? undefined : "all");
    const connector = connectorOf({ ...state });
    const failures = validate(connectorInputs, argsOf(connector));
    const resource = declaredByName.get(row.connectorName);
    if (failures.length > 0) {
      refused.push({
        row,
        reason: failures.map(({ property, reason }) => `${property}: ${reason}`).join(" "),
      });
    } else if (resource === undefined) {
      declarations.push({ ...declare(connector, taken), row, state });
    } else if (isPlain(resource)) {
      declared.push({ row, state, connector, resourceName: resourceNameOf(resource.urn) });
    } else {
      refused.push({
        row,
        reason: `the program declares it already, as ${resource.urn}: let \`pulumi up\` adopt it, by adopt: true`,
      });
    }
  }
  return { declarations, declared, owned, refused };
}

export function declaredBy(preview: Preview): Declared {
  const created = preview.steps.filter(
    ({ op, newState }) => op === "create" && newState?.type === tokens.ssoConnector.type,
  );
  return new Map(created.map((step) => [String(step.newState?.inputs?.connectorName), step]));
}

/** Of the connectors that the program declares. */
export function connectorNamesOf({ steps }: Preview): Set<string> {
  const declared = steps.filter(
    ({ op, newState }) => op !== "delete" && newState?.type === tokens.ssoConnector.type,
  );
  return new Set(declared.map(({ newState }) => String(newState?.inputs?.connectorName)));
}

/** Neither within a component nor of a provider of its own: those are not what an import has left. */
function isPlain({ urn, provider = "" }: { readonly urn: string; readonly provider?: string }): boolean {
  return urn.split("::")[2] === tokens.ssoConnector.type && /::default(?:_[\w]+)?::[^:]*$/.test(provider);
}

export function resourceNameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
