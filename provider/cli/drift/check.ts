/** Checks once: compares the state of the stack with each of its tenants. */
import { mapInParallel } from "../../logto/parallel";
import { inLanguage } from "../../engine/programLanguage";
import { languageOfStack } from "../stack/language";
import { managedById } from "../stack/managedResources";
import { replacedConnectorIds, stackOf } from "../stack/stateResource";
import { openWorkspace } from "../stack/workspace";
import { assertComparable, type Baseline, compareWithBaseline } from "./baseline";
import { mergedResources, otherAnswersOf, readTenantResources } from "../tenant/tenantResources";
import type { FindingClass } from "../health/findingClasses";
import { type CheckedTenant, findDrift } from "./connectorFindings";
import { applyIgnoreRules, type IgnoreRule } from "./ignoreRules";
import { assertSameTenant } from "../tenant/wrongTenant";
import { failingOf, type DriftReport, reportVersion } from "./driftReport";
import { readState, type StateOptions } from "../stack/readState";
import { probeTenants, probeCounts } from "./tenantProbes";
import { ClientCache, mergeEndpoints, readTenants, type Tenant } from "../tenant/tenants";
import { stackTenantsOf, usable } from "../tenant/stackTenants";

export interface CheckOptions extends StateOptions {
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
export async function check(options: CheckOptions, clients = new ClientCache()): Promise<DriftReport> {
  const { expiryDays, failOn, rules, baseline, failOnNew = false } = options;
  const { workspace, resources = [] } = await readState(options, openWorkspace);
  const now = Date.now();
  const stackTenants = stackTenantsOf(resources, workspace).map(usable);
  if (baseline !== undefined) {
    const endpoints = stackTenants.map(({ settings }) => settings.endpoint);
    assertComparable(baseline, stackOf(resources), endpoints);
  }
  const tenants = await readTenants(stackTenants, clients);
  for (const tenant of tenants) assertSameTenant(tenant);
  const probing = options.probe === true ? probeTenants(tenants, now) : undefined;
  const reads = await mapInParallel(tenants, async (tenant): Promise<CheckedTenant> => ({
    tenant,
    resources: await readTenantResources(tenant, expiryDays, now),
    probes: (await probing)?.get(tenant),
  }));
  const checked = mergeEndpoints(
    reads,
    ({ tenant }) => tenant,
    ({ resources }) => otherAnswersOf(resources),
    mergedChecks,
  );
  const language = await languageOfStack(resources);
  const all = checked.flatMap((read) =>
    findDrift(read, expiryDays, now, replacedConnectorIds(resources)).map((finding) => ({
      ...finding,
      remedy: inLanguage(language, finding.remedy),
      tenant: read.tenant.endpoint,
    })),
  );
  const checkedAt = new Date(now).toISOString();
  const result = applyIgnoreRules(all, rules, checkedAt);
  const compared = baseline && compareWithBaseline(baseline, result.findings, all, checked, checkedAt);
  const report: Omit<DriftReport, "failed"> = {
    version: reportVersion,
    checkedAt,
    stack: stackOf(resources) ?? null,
    language,
    tenants: checked.map(tenantReport),
    failOn,
    ...result,
    ...(compared && { findings: compared.findings, baseline: { ...compared.baseline, failOnNew } }),
  };
  return { ...report, failed: failingOf(report, report.findings) > 0 };
}

function mergedChecks(first: CheckedTenant, second: CheckedTenant, tenant: Tenant): CheckedTenant {
  const probes = first.probes && new Map([...(second.probes ?? []), ...first.probes]);
  return { tenant, resources: mergedResources(first.resources, second.resources), probes };
}

function tenantReport({ tenant, resources, probes }: CheckedTenant): DriftReport["tenants"][number] {
  const { endpoint, managed, others, unreadable, requests } = tenant;
  return {
    endpoint,
    connectors: managedById(managed).size,
    otherResources: others.length,
    unreadable,
    ...(probes === undefined ? {} : probeCounts(tenant, probes)),
    requests: requests + resources.requests,
  };
}
