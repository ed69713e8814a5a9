/** Every field of a connector: changed in the program, changed by hand, and repaired. */
import { type FieldChange, fieldChanges, fieldOf, inputsWith, withField } from "./fieldChanges";
import type { Deployment } from "./deployment";
import type { ManagementApi } from "../managementApi";
import { type Connector, connectorNamed, connectorsOf } from "./connector";
import type { Program } from "./program";
import { expectEqual, type Steps } from "./steps";
import type { TestedTenant } from "./testedTenant";

interface Report {
  readonly findings: readonly {
    readonly class: string;
    readonly path?: string;
    readonly connector: { readonly name: string };
  }[];
}

const prefix = "acceptance: ";

/** @param idp the address of identity providers that answer below any path */
export async function checkFields(
  steps: Steps,
  deployment: Deployment,
  { api, features }: TestedTenant,
  idp: string,
  otherCertificate: string,
): Promise<void> {
  const all = fieldChanges(idp, otherCertificate).filter((change) => {
    if (change.needs === undefined || features[change.needs]) return true;
    steps.skip(`change ${change.name}`, change.needs);
    return false;
  });
  const programWith = (choose: (change: FieldChange) => unknown): Program => ({
    resources: Object.fromEntries(
      all.map((change, index) => [
        `c${index}`,
        { type: "SsoConnector", properties: named(inputsWith(change, choose(change))) },
      ]),
    ),
  });
  const before = programWith((change) => change.before);
  const after = programWith((change) => change.after);

  await steps.run(`create ${all.length} connectors, one for each field`, async () => {
    await deployment.up(before);
    await expectFields(api, all, (change) => change.before);
    await deployment.expectNoChanges();
  });
  await steps.run("change each field in the program: nothing else changes in Logto", async () => {
    const old = await connectorsOf(api);
    await deployment.up(after);
    await expectFields(api, all, (change) => change.after);
    for (const change of all) expectOnlyChange(change, old, await connectorsOf(api));
    await deployment.expectNoChanges();
  });
  await steps.run(
    "change each field by hand: refresh and `logto-sso drift` name each, and nothing else",
    async () => {
      for (const change of all) await editByHand(api, change);
      const refresh = await deployment.pulumi(
        ["refresh", "--preview-only", "--diff", "--expect-no-changes"],
        true,
      );
      if (refresh.code === 0) throw new Error("pulumi refresh sees no drift.");
      for (const { path } of all) {
        const key = String(path.split(".").at(-1));
        if (!new RegExp(`[~+-] ${key}\\b`).test(refresh.stdout))
          throw new Error(`pulumi refresh does not show ${key}:\n${refresh.stdout}`);
      }
      const drift = await deployment.logtoSso(["drift", "--format", "json"]);
      expectEqual(drift.code, 2, `The exit code of logto-sso drift (${drift.stderr})`);
      const { findings } = JSON.parse(drift.stdout) as Report;
      const found = findings
        .filter((finding) => finding.class === "changed")
        .map((finding) => `${finding.connector.name} ${String(finding.path)}`);
      const expected = all.map((change) => `${nameOf(change, change.after)} ${change.path}`);
      expectEqual(found.map(withoutIndex).sort(), expected.sort(), "What logto-sso drift finds");
    },
  );
  await steps.run("`pulumi up --refresh` brings back what is declared", async () => {
    await deployment.up(after, ["--refresh"]);
    await expectFields(api, all, (change) => change.after);
    const drift = await deployment.logtoSso(["drift", "--fail-on", "changed,missing,unmanaged"]);
    expectEqual(drift.code, 0, `The exit code of logto-sso drift (${drift.stdout})`);
  });
  await steps.run("remove all from the program: none is left in Logto", async () => {
    await deployment.up({ resources: {} });
    expectEqual((await connectorsOf(api)).length, 0, "The number of connectors");
  });
}

function named(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...inputs, connectorName: `${prefix}${String(inputs.connectorName)}` };
}

/** Returns the name in Logto of the connector for a field that has a value. */
function nameOf(change: FieldChange, value: unknown): string {
  return `${prefix}${change.path === "connectorName" ? String(value) : change.name}`;
}

function withoutIndex(text: string): string {
  return text.replace(/\[\d+\]$/, "");
}

async function expectFields(
  api: ManagementApi,
  changes: readonly FieldChange[],
  choose: (change: FieldChange) => unknown,
): Promise<void> {
  const connectors = await connectorsOf(api);
  for (const change of changes) {
    const value = choose(change);
    const connector = connectors.find(({ connectorName }) => connectorName === nameOf(change, value));
    if (connector === undefined) throw new Error(`${nameOf(change, value)} is not in Logto.`);
    const expected = change.path === "connectorName" ? nameOf(change, value) : value;
    // Some fields are sent only where they are on.
    const found = fieldOf(connector, change.path) ?? (expected === false ? false : undefined);
    expectEqual(found, expected, change.name);
  }
}

/** Expects that two readings of a connector differ in one field at most. */
function expectOnlyChange(change: FieldChange, old: readonly Connector[], now: readonly Connector[]): void {
  const before = old.find(({ connectorName }) => connectorName === nameOf(change, change.before));
  const after = now.find(({ id }) => id === before?.id);
  if (before === undefined || after === undefined)
    throw new Error(`${change.name}: the connector was replaced.`);
  const value = fieldOf(after, change.path);
  const expected = withField(rowOf(before), change.path.split("."), value);
  expectEqual(sorted(rowOf(after)), sorted(expected), `What an update of ${change.name} changed`);
}

/** Returns a connector without what Logto adds from its identity provider. */
function rowOf({
  id,
  providerName,
  connectorName,
  domains,
  config,
  branding,
  syncProfile,
  enableTokenStorage,
}: Connector) {
  return { id, providerName, connectorName, domains, config, branding, syncProfile, enableTokenStorage };
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

async function editByHand(api: ManagementApi, change: FieldChange): Promise<void> {
  const connector = await connectorNamed(api, nameOf(change, change.after));
  const byHand =
    change.byHand === change.after && typeof change.byHand === "boolean" ? !change.byHand : change.byHand;
  const value = change.path === "connectorName" ? `${prefix}${String(byHand)}` : byHand;
  const [key = ""] = change.path.split(".");
  const edited = withField(rowOf(connector), change.path.split("."), value);
  await api.call("PATCH", `/sso-connectors/${connector.id}`, { [key]: edited[key] });
}
