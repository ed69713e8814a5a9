/** The plan of an import, which says what is done with each connector. */
import { type ApiConnector, connectorOf, type ConnectorState, toState } from "../../connector/apiConnector";
import type { Connector } from "../../connector/canonical";
import { isProviderName } from "../../connector/identityProviders";
import { connectorInputs } from "../../connector/resources";
import { differingPaths } from "../../connector/compare";
import { validate } from "../../connector/validate";
import { isDefaultProviderName } from "../../engine/pluginTokens";
import { qualifiedTypeOf, resourceNameOf } from "../../engine/urn";
import { pendingIdOf } from "../../lifecycle/pendingCreate";
import { argsOf, type Declaration } from "../codegen/declaration";
import { UniqueNames, variableNames } from "../codegen/identifiers";
import { printable } from "../../untrustedText";
import { isObject, type Values } from "../../values";
import type { Preview } from "../stack/pulumiCli";
import { unconfirmedRemedy } from "../stack/managedResources";
import { isOf, managedOf, replacedConnectorIds, type StateResource } from "../stack/stateResource";
import {
  fileOrganization,
  type LinkedOrganizations,
  otherPartValues,
  type Part,
  type PartKey,
  partKeys,
  placeOrganization,
} from "./customerOrganization";
import type { Destination } from "./destination";

/** A connector to import into the state. */
export interface Importable {
  readonly connector: ApiConnector;
  readonly state: ConnectorState;
  /** As it is declared, or to be. */
  readonly declared: Connector;
  readonly resourceName: string;
  /** Of the customer's organization, with which the connector is imported. */
  readonly parts: readonly Part[];
}

export interface Plan {
  /** To be added to the program. */
  readonly declarations: readonly (Declaration & Importable)[];
  /** Already in the program, as an interrupted import leaves them, but not in the state. */
  readonly declared: readonly Importable[];
  /** Already managed by the stack. */
  readonly managed: readonly ApiConnector[];
  /** Cannot be imported. */
  readonly refused: readonly { readonly connector: ApiConnector; readonly reason: string }[];
  /** What is to be known of the organizations of connectors that are imported. */
  readonly notes: readonly { readonly connector: ApiConnector; readonly note: string }[];
}

/** A resource of the program that is not in the state. */
interface DeclaredConnector {
  readonly urn: string;
  readonly provider?: string;
  /** As a preview shows them: checked, with secrets hidden. */
  readonly inputs: Values;
  /** What the program declares under the same name, as a customer's file does; `isNew` if it is not in the state. */
  readonly parts: ReadonlyMap<PartKey, { readonly isNew: boolean; readonly inputs: Values }>;
}

/** Resources of the program that are not in the state, by `connectorName`. */
export type DeclaredConnectors = ReadonlyMap<string, DeclaredConnector>;

/**
 * @param isInTenant returns whether a resource of the stack is in the tenant: a copy of it has the same IDs
 * @param organizations those that customers' files declare; `undefined` for another destination
 */
export function createPlan(
  selected: readonly ApiConnector[],
  resources: readonly StateResource[],
  destination: Pick<Destination, "secrets" | "namesInUse" | "refusalOf" | "declare">,
  declaredByName: DeclaredConnectors,
  isInTenant: (urn: string) => boolean = () => true,
  organizations?: LinkedOrganizations,
): Plan {
  const idsOf = (key: "ssoConnector" | "ssoConnectorConfig") =>
    new Map(managedOf(resources, key).flatMap(({ id, urn }) => (isInTenant(urn) ? [[id, urn]] : [])));
  const managedIds = idsOf("ssoConnector");
  const replacedIds = replacedConnectorIds(resources);
  // A config that is a resource of its own would be declared twice.
  const configIds = idsOf("ssoConnectorConfig");
  const keys = ["ssoConnector", ...(organizations === undefined ? [] : partKeys)] as const;
  const inState = resources.filter(({ type }) => keys.some((key) => isOf(type, key))).map(({ urn }) => urn);
  const inProgram = [...declaredByName.values()].map(({ urn }) => urn);
  const taken = {
    resources: new UniqueNames([
      ...[...inState, ...inProgram].map(resourceNameOf),
      ...destination.namesInUse(),
    ]),
    variables: variableNames(),
    secrets: new Map(destination.secrets.values),
  };
  const managed = selected.filter(({ id }) => managedIds.has(id));
  const declarations = [];
  const declared = [];
  const refused = [];
  const notes = [];
  for (const connector of selected.filter(({ id }) => !managedIds.has(id))) {
    const { id, providerName, connectorName } = connector;
    if (!isProviderName(providerName)) {
      refused.push({ connector, reason: `providerName: ${providerName} is not supported by this package` });
      continue;
    }
    if (replacedIds.has(id)) {
      refused.push({ connector, reason: "the stack has replaced it, and the next `pulumi up` deletes it" });
      continue;
    }
    const unconfirmed = managedIds.get(pendingIdOf(connectorName));
    if (unconfirmed !== undefined) {
      const reason = `the state has it without its ID, as ${unconfirmed}, since the answer to its create was lost`;
      refused.push({ connector, reason: `${reason}. ${unconfirmedRemedy("connector")}` });
      continue;
    }
    const state = toState(connector, configIds.has(id) ? undefined : "all");
    const asDeclared = connectorOf({ ...state });
    const failures = validate(connectorInputs, argsOf(asDeclared)).filter(
      ({ isWarning }) => isWarning !== true,
    );
    const resource = declaredByName.get(connectorName);
    const refusal = destination.refusalOf(asDeclared);
    const importable = { connector, state, declared: asDeclared };
    if (failures.length > 0) {
      const reason = failures.map(({ path, message }) => `${path}: ${message}`).join(" ");
      refused.push({ connector, reason });
    } else if (refusal !== undefined) {
      refused.push({ connector, reason: refusal });
    } else {
      const resourceName = resource && resourceNameOf(resource.urn);
      const inStack = resources.filter(({ urn }) => resourceNameOf(urn) !== resourceName);
      const { parts, note } = placeOrganization(id, organizations?.get(id) ?? [], inStack);
      const reason = resource && refusalToTake(resource, asDeclared, parts);
      if (reason !== undefined) {
        refused.push({ connector, reason });
        continue;
      }
      if (note !== undefined) notes.push({ connector, note });
      if (resource === undefined || resourceName === undefined) {
        const declaration = destination.declare(asDeclared, taken, fileOrganization(parts));
        declarations.push({ ...declaration, ...importable, parts });
      } else {
        const isNew = ({ key }: Part) => resource.parts.get(key)?.isNew === true;
        declared.push({ ...importable, resourceName, parts: parts.filter(isNew) });
      }
    }
  }
  return { declarations, declared, managed, refused, notes };
}

/** Returns the connectors that the program declares and the state does not contain. */
export function newConnectors({ steps }: Preview): DeclaredConnectors {
  const created = steps.filter(({ op, newState }) => op === "create" && isOf(newState?.type, "ssoConnector"));
  const parts = new Map<string, Map<PartKey, { isNew: boolean; inputs: Values }>>();
  for (const { op, urn, newState } of steps) {
    const key = partKeys.find((part) => op !== "delete" && isOf(newState?.type, part));
    if (key === undefined) continue;
    const name = resourceNameOf(urn);
    const ofName = parts.get(name) ?? new Map<PartKey, { isNew: boolean; inputs: Values }>();
    parts.set(name, ofName.set(key, { isNew: op === "create", inputs: newState?.inputs ?? {} }));
  }
  return new Map(
    created.map(({ urn, provider, newState: { inputs = {} } = {} }) => [
      String(inputs.connectorName),
      {
        urn,
        inputs,
        parts: parts.get(resourceNameOf(urn)) ?? new Map(),
        ...(provider === undefined ? {} : { provider }),
      },
    ]),
  );
}

/** Returns the names of all connectors that the program declares. */
export function connectorNamesOf({ steps }: Preview): Set<string> {
  const declared = steps.filter(
    ({ op, newState }) => op !== "delete" && isOf(newState?.type, "ssoConnector"),
  );
  return new Set(declared.map(({ newState }) => String(newState?.inputs?.connectorName)));
}

/** What a preview shows instead of a secret, with any options (seen with Pulumi CLI 3.259). */
const hiddenSecret = JSON.stringify("[secret]");

/** Returns the paths at which a previewed resource has other values than the connector, as far as they are not secret. */
export function otherValues({ inputs }: Pick<DeclaredConnector, "inputs">, connector: Connector): string[] {
  const declared: Values = connectorOf(inputs);
  const isHidden = (path: string) => {
    const [property = "", key] = path.split(".");
    const value = declared[property];
    const shown = isObject(value) && key !== undefined ? value[key] : value;
    return JSON.stringify(shown ?? null).includes(hiddenSecret);
  };
  return differingPaths(declared, { ...connector })
    .filter((path) => !isHidden(path))
    .map(printable);
}

/** Returns the keys of a customer's file at which the program declares other values of the organization than Logto has. */
export function otherOrganizationValues(
  { parts: declared }: Pick<DeclaredConnector, "parts">,
  parts: readonly Part[],
): string[] {
  // Logto would get another organization.
  const isAnother =
    declared.get("organization")?.isNew === true && !parts.some(({ key }) => key === "organization");
  return [
    ...(isAnother ? ["organization"] : []),
    ...parts.flatMap((part) => {
      const { inputs } = declared.get(part.key) ?? {};
      return inputs === undefined ? [] : otherPartValues(inputs, part);
    }),
  ];
}

/** Returns why a resource of the program cannot be taken for the declaration of a connector. */
function refusalToTake(
  resource: DeclaredConnector,
  connector: Connector,
  parts: readonly Part[],
): string | undefined {
  const { urn } = resource;
  if (!isGenerated(resource)) {
    return `already declared as ${urn}: set \`adopt: true\` there and run \`pulumi up\` to adopt it`;
  }
  const others = [...otherValues(resource, connector), ...otherOrganizationValues(resource, parts)];
  if (others.length === 0) return undefined;
  return (
    `already declared as ${urn}, with other values than Logto has: ${others.join(", ")}. Declare the values that Logto has, or ` +
    "remove the declaration, and run this command again"
  );
}

/** Whether an import can have generated the resource: it has no component as parent, and the default provider. */
function isGenerated({ urn, provider = "" }: { readonly urn: string; readonly provider?: string }): boolean {
  const providerName = resourceNameOf(provider.slice(0, provider.lastIndexOf("::")));
  return isOf(qualifiedTypeOf(urn), "ssoConnector") && isDefaultProviderName(providerName);
}
