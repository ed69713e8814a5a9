/** One check: the state of the stack against one list of each tenant. */
import type { StateResource } from "../pulumi";
import { findWorkspace, openWorkspace, type Workspace } from "../workspace";
import { type FindingClass, findingsOf } from "./findings";
import { type IgnoreRule, sift } from "./ignore";
import type { Report } from "./report";
import { readStateFile } from "./stateFile";
import { Clients, readTenants } from "./tenants";

export interface CheckOptions {
  readonly stack: string | undefined;
  /** A file of an export, `-` for standard input; the stack's own state where it is `undefined`. */
  readonly state: string | undefined;
  readonly expiryDays: number;
  readonly failOn: readonly FindingClass[];
  readonly rules: readonly IgnoreRule[];
}

/** @param clients of the checks before, whose tokens are still good */
export async function check(options: CheckOptions, clients = new Clients()): Promise<Report> {
  const { workspace, resources } = await readState(options);
  const now = Date.now();
  const tenants = await readTenants(resources, workspace, clients);
  const sifted = sift(
    tenants.flatMap((tenant) => findingsOf(tenant, { expiryDays: options.expiryDays, now })),
    options.rules,
  );
  return {
    version: 1,
    checkedAt: new Date(now).toISOString(),
    tenants: tenants.map(({ endpoint, managed, unreadable, requests }) => ({
      endpoint,
      connectors: new Set(managed.map(({ id }) => id)).size,
      unreadable,
      requests,
    })),
    failed: sifted.findings.some((finding) => options.failOn.includes(finding.class)),
    failOn: options.failOn,
    ...sifted,
  };
}

async function readState({ stack, state }: CheckOptions): Promise<{
  workspace: Workspace | undefined;
  resources: readonly StateResource[];
}> {
  if (state === undefined) {
    const workspace = await openWorkspace(stack);
    return { workspace, resources: await workspace.pulumi.resources("in clear") };
  }
  const resources = await readStateFile(state);
  return { workspace: await findWorkspace(stack), resources };
}
