/** One check: compares the state of the stack with each of its tenants. */
import { mapInParallel } from "../../logto/parallel";
import { stackOf } from "../stack/stateResource";
import { findWorkspace, openWorkspace } from "../stack/workspace";
import { assertComparable, type Baseline, compareWith } from "./baseline";
import { mergedDetails, otherAnswersOf, readDetails } from "../tenant/details";
import type { FindingClass } from "../health/findingClasses";
import { type Checked, findingsOf } from "./connectorFindings";
import { applyIgnoreRules, type IgnoreRule } from "./ignoreRules";
import { assertSameTenant } from "../tenant/wrongTenant";
import { failingOf, type Report, reportVersion } from "./driftReport";
import { readStateFile } from "../stack/stateFile";
import { probeTenants, probeCounts } from "./tenantProbes";
import { ClientCache, mergeEndpoints, readTenants, type Tenant } from "../tenant/tenants";
import { targetsOf, usable } from "../tenant/targets";

export interface CheckOptions {
  readonly stack?: string;
  /** A file with an exported state, or `-` for standard input; `undefined` for the stack's own state. */
  readonly state?: string;
  readonly expiryDays: number;
  /** Whether the identity providers are asked as well. */
  readonly probe?: boolean;
  readonly failOn: readonly FindingClass[];
  readonly rules: readonly IgnoreRule[];
  readonly baseline?: Baseline | undefined;
  /** Whether only findings that the baseline lacks fail the check. */
  readonly failOnNew?: boolean;
}

/** @param clients clients of earlier checks, whose access tokens are still valid */
export async function check(options: CheckOptions, clients = new ClientCache()): Promise<Report> {
  const { expiryDays, failOn, rules, baseline, failOnNew = false } = options;
  const { workspace, resources } = await readState(options);
  const now = Date.now();
  const targets = targetsOf(resources, workspace).map(usable);
  if (baseline !== undefined) {
    const endpoints = targets.map(({ settings }) => settings.endpoint);
    assertComparable(baseline, stackOf(resources), endpoints);
  }
  const tenants = await readTenants(targets, clients);
  for (const tenant of tenants) assertSameTenant(tenant);
  const probing = options.probe === true ? probeTenants(tenants, now) : undefined;
  const read = await mapInParallel(tenants, async (tenant): Promise<Checked> => ({
    tenant,
    details: await readDetails(tenant, expiryDays, now),
    probes: (await probing)?.get(tenant),
  }));
  const checked = mergeEndpoints(
    read,
    ({ tenant }) => tenant,
    ({ details }) => otherAnswersOf(details),
    mergedChecks,
  );
  const all = checked.flatMap((one) =>
    findingsOf(one, expiryDays, now).map((finding) => ({ ...finding, tenant: one.tenant.endpoint })),
  );
  const result = applyIgnoreRules(all, rules);
  const compared = baseline && compareWith(baseline, result.findings, all, checked);
  const report: Omit<Report, "failed"> = {
    version: reportVersion,
    checkedAt: new Date(now).toISOString(),
    stack: stackOf(resources) ?? null,
    tenants: checked.map(tenantReport),
    failOn,
    ...result,
    ...(compared && { findings: compared.findings, baseline: { ...compared.baseline, failOnNew } }),
  };
  return { ...report, failed: failingOf(report, report.findings) > 0 };
}

function mergedChecks(first: Checked, second: Checked, tenant: Tenant): Checked {
  const probes = first.probes && new Map([...(second.probes ?? []), ...first.probes]);
  return { tenant, details: mergedDetails(first.details, second.details), probes };
}

function tenantReport({ tenant, details, probes }: Checked): Report["tenants"][number] {
  const { endpoint, managed, others, unreadable, requests } = tenant;
  return {
    endpoint,
    connectors: new Set(managed.map(({ id }) => id)).size,
    otherResources: others.length,
    unreadable,
    ...(probes === undefined ? {} : probeCounts(tenant, probes)),
    requests: requests + details.requests,
  };
}

async function readState({ stack, state }: CheckOptions) {
  if (state === undefined) {
    const workspace = await openWorkspace(stack);
    return { workspace, resources: await workspace.pulumi.resources("in plain text") };
  }
  const resources = await readStateFile(state);
  return { workspace: await findWorkspace(stack), resources };
}
