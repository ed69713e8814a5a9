/** The report of `logto-sso doctor`: which steps it has, from what is known. Pure. */
import { closest } from "fastest-levenshtein";
import { withoutExposed } from "../../connector/exposedSecret";
import { byName } from "../io/layout";
import { connectorSteps, domainsOf } from "../health/connectorSteps";
import { isProblem, type LogtoFacts, type TenantFacts } from "./facts";
import type { ConnectorFacts } from "../health/connectorFacts";
import type { Step } from "../health/step";
import { domainOf, emailStep, nameStep, tenantSteps } from "./tenantSteps";

export interface Report {
  /** Version of the format, which `doctor-report.schema.json` describes. */
  readonly version: 1;
  /** When it was made: ISO 8601. */
  readonly checkedAt: string;
  /** Whether any step fails. */
  readonly failed: boolean;
  readonly tenants: readonly TenantReport[];
}

export interface TenantReport {
  /** `null` if the settings name none. */
  readonly endpoint: string | null;
  /** Name of the `logto.Provider`; `null` for the stack's own settings. */
  readonly provider: string | null;
  readonly steps: readonly Step[];
  readonly connectors: readonly ConnectorReport[];
}

export interface ConnectorReport {
  readonly name: string;
  readonly id: string;
  readonly providerName: string;
  /** URN of the resource that manages it; `null` if the stack has none. */
  readonly urn: string | null;
  readonly steps: readonly Step[];
}

/** What the report is about; all connectors without either. */
export interface Selection {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

/** A tenant with all its connectors that are known, and those of them that were examined. */
export interface Examined {
  readonly facts: TenantFacts;
  readonly connectors: readonly ConnectorFacts[];
  readonly selected: readonly ConnectorFacts[];
}

/** The connectors of a tenant that a selection means: the one with the name, else those with the domain. */
export function select(
  connectors: readonly ConnectorFacts[],
  { name, email }: Selection,
): readonly ConnectorFacts[] {
  if (name !== undefined) return connectors.filter(({ connector }) => connector.connectorName === name);
  return email === undefined ? connectors : claiming(connectors, email);
}

function claiming(connectors: readonly ConnectorFacts[], email: string): ConnectorFacts[] {
  const domain = domainOf(email);
  return connectors.filter(({ connector }) => domainsOf(connector).includes(domain));
}

/** @param now milliseconds since the epoch */
export function reportOf(tenants: readonly Examined[], selection: Selection, now: number): Report {
  const foundIn = tenants.filter(({ selected }) => selected.length > 0);
  const reports = tenants.map((one): TenantReport => {
    const { facts, selected } = one;
    const { provider, settings, logto } = facts;
    // In a stack with several tenants, the others need not have it.
    const isElsewhere = (selected.length === 0 && foundIn.length > 0) || logto?.sameTenantAs !== undefined;
    const steps = tenantSteps(facts);
    if (logto !== undefined && !isElsewhere) steps.push(...selectionSteps(one, logto, selection));
    return {
      endpoint: isProblem(settings) ? null : settings.endpoint,
      provider: provider ?? null,
      steps,
      connectors:
        logto === undefined
          ? []
          : [...selected]
              .sort((a, b) => byName(a.connector, b.connector))
              .map((connector) => connectorReport(connector, logto, now)),
    };
  });
  const failed = reports.some(({ steps, connectors }) =>
    [steps, ...connectors.map((one) => one.steps)].some((list) =>
      list.some(({ status }) => status === "fail"),
    ),
  );
  return { version: 1, checkedAt: new Date(now).toISOString(), failed, tenants: reports };
}

function selectionSteps(
  { connectors, selected }: Examined,
  logto: LogtoFacts,
  { name, email }: Selection,
): Step[] {
  const names = connectors.map(({ connector }) => connector.connectorName);
  const like = names.length === 0 || name === undefined ? undefined : closest(name, names);
  return [
    ...(name === undefined ? [] : [nameStep(name, logto, selected.length > 0, like)]),
    ...(email === undefined ? [] : [emailStep(email, logto, claiming(connectors, email))]),
  ];
}

function connectorReport(facts: ConnectorFacts, { page }: LogtoFacts, now: number): ConnectorReport {
  const { id, connectorName, providerName } = facts.connector;
  return {
    name: withoutExposed(connectorName),
    id,
    providerName,
    urn: facts.urn ?? null,
    steps: connectorSteps(facts, page, now),
  };
}
