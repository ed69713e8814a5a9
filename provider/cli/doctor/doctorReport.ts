/** The report of `logto-sso doctor`: its steps, made of what was examined. Pure. */
import { withoutExposed } from "../../connector/exposedSecret";
import { nearest } from "../../connector/nearest";
import { inLanguage, type ProgramLanguage } from "../../engine/programLanguage";
import { byName } from "../io/layout";
import { connectorSteps } from "../health/connectorSteps";
import type { LogtoError } from "../../logto/errors";
import { SettingsError } from "../../logto/settings";
import { type Joined, joinsByDomain } from "../tenant/joinedOrganizations";
import type { ExaminedTenant, LogtoAccess } from "./examinedTenant";
import type { ExaminedConnector } from "../health/examinedConnector";
import type { Step } from "../health/step";
import { connectorsByDomain } from "../health/sharedDomains";
import { claiming, type Selection } from "./selection";
import { emailSteps, nameStep, tenantSteps } from "./tenantSteps";

export interface DoctorReport {
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

/** A tenant with its connectors, and the selected ones, which the report is about. */
export interface Examination {
  readonly examined: ExaminedTenant;
  readonly connectors: readonly ExaminedConnector[];
  readonly selected: readonly ExaminedConnector[];
  /** What the users of an address join; `undefined` without an address, or where it was not looked for. */
  readonly joined?: Joined | LogtoError;
  /** The language of the program. */
  readonly language: ProgramLanguage;
}

/** @param now milliseconds since the epoch */
export function createDoctorReport(
  examinations: readonly Examination[],
  selection: Selection,
  now: number,
): DoctorReport {
  const isAnyFound = examinations.some(isFound);
  const tenants = examinations.map((examination): TenantReport => {
    const { examined, selected, connectors, language } = examination;
    const byDomain = connectorsByDomain(connectors.map(({ connector }) => connector));
    const { provider, settings, logto } = examined;
    // In a stack with several tenants, the others need not have it.
    const isElsewhere = (isAnyFound && !isFound(examination)) || logto?.sameTenantAs !== undefined;
    const steps = tenantSteps(examined);
    if (logto !== undefined && !isElsewhere) steps.push(...selectionSteps(examination, logto, selection));
    return {
      endpoint: settings instanceof SettingsError ? null : settings.endpoint,
      provider: provider ?? null,
      steps: steps.map((step) => stepIn(language, step)),
      connectors:
        logto === undefined
          ? []
          : [...selected]
              .sort((a, b) => byName(a.connector, b.connector))
              .map((connector) => connectorReport(connector, logto, byDomain, now, language)),
    };
  });
  const failed = stepsOf(tenants).some(({ status }) => status === "fail");
  return { version: 1, checkedAt: new Date(now).toISOString(), failed, tenants };
}

/** Whether a tenant has what was asked for: a connector, or an organization that users of the address join without one. */
function isFound({ selected, joined }: Examination): boolean {
  return selected.length > 0 || joinsByDomain(joined);
}

/** Returns all steps of tenants and of their connectors. */
export function stepsOf(tenants: readonly TenantReport[]): Step[] {
  return tenants.flatMap(({ steps, connectors }) => [
    ...steps,
    ...connectors.flatMap((connector) => connector.steps),
  ]);
}

function selectionSteps(
  { connectors, selected, joined }: Examination,
  logto: LogtoAccess,
  { name, email }: Selection,
): Step[] {
  const names = connectors.map(({ connector }) => connector.connectorName);
  const like = name === undefined ? undefined : similarName(name, names);
  return [
    ...(name === undefined ? [] : [nameStep(name, logto, selected.length > 0, like)]),
    ...(email === undefined ? [] : emailSteps(email, logto, claiming(connectors, email), joined)),
  ];
}

/** Returns the name that was probably meant: one that is spelt almost like it, or one of which it is a part. */
function similarName(name: string, names: readonly string[]): string | undefined {
  const part = name.toLowerCase();
  return nearest(name, names) ?? names.find((candidate) => candidate.toLowerCase().includes(part));
}

function connectorReport(
  examined: ExaminedConnector,
  { page }: LogtoAccess,
  byDomain: ReturnType<typeof connectorsByDomain>,
  now: number,
  language: ProgramLanguage,
): ConnectorReport {
  const { id, connectorName, providerName } = examined.connector;
  return {
    name: withoutExposed(connectorName),
    id,
    providerName,
    urn: examined.urn ?? null,
    steps: connectorSteps(examined, page, byDomain, now).map((step) => stepIn(language, step)),
  };
}

function stepIn(language: ProgramLanguage, { message, remedy, ...step }: Step): Step {
  return {
    ...step,
    message: inLanguage(language, message),
    ...(remedy === undefined ? {} : { remedy: inLanguage(language, remedy) }),
  };
}
