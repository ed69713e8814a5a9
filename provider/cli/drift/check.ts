/** One check: the state of the stack against one list of each tenant. */
import { readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { LogtoClient } from "../../logto/client";
import { readSettings } from "../../logto/settings";
import { CommandError } from "../errors";
import type { StateResource } from "../pulumi";
import { clientOf, findWorkspace, openWorkspace, type Workspace } from "../workspace";
import { type FindingClass, findingsOf } from "./findings";
import { type IgnoreRule, sift } from "./ignore";
import { managedTenants } from "./managed";
import type { Report } from "./report";

export interface CheckOptions {
  readonly stack: string | undefined;
  /** A file of an export, `-` for standard input; the stack's own state where it is `undefined`. */
  readonly state: string | undefined;
  readonly expiryDays: number;
  readonly failOn: readonly FindingClass[];
  readonly rules: readonly IgnoreRule[];
}

export async function check(options: CheckOptions): Promise<Report> {
  const { workspace, resources } = await readState(options);
  const now = Date.now();
  const checked = await Promise.all(
    managedTenants(resources)
      // Where all connectors are of explicit providers, there may be no other tenant.
      .filter(
        ({ settings, connectors }, _index, all) =>
          settings !== undefined || connectors.length > 0 || all.length === 1,
      )
      .map(async ({ settings, connectors }) => {
        const client =
          settings === undefined
            ? clientOf(workspace)
            : new LogtoClient(
                readSettings((name) => settings[name], { LOGTO_ALLOW_HTTP: process.env.LOGTO_ALLOW_HTTP }),
              );
        const rows = await client.listConnectors();
        return {
          tenant: {
            endpoint: client.settings.endpoint,
            connectors: new Set(connectors.map(({ id }) => id)).size,
            requests: client.requests,
          },
          findings: findingsOf(connectors, rows, { expiryDays: options.expiryDays, now }),
        };
      }),
  );
  const sifted = sift(
    checked.flatMap(({ findings }) => findings),
    options.rules,
  );
  return {
    version: 1,
    checkedAt: new Date(now).toISOString(),
    tenants: checked.map(({ tenant }) => tenant),
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
  const text = state === "-" ? await readAll(process.stdin) : readFile(state);
  return { workspace: await findWorkspace(stack), resources: resourcesOf(text, state) };
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CommandError(`Could not read the state: ${(error as Error).message}.`);
  }
}

function resourcesOf(text: string, state: string): readonly StateResource[] {
  try {
    const { deployment } = JSON.parse(text) as { deployment: { resources?: StateResource[] } };
    return deployment.resources ?? [];
  } catch {
    const where = state === "-" ? "Standard input" : state;
    throw new CommandError(`${where} is no state: make it by \`pulumi stack export --show-secrets\`.`);
  }
}
