/** `SsoConnectorConfig`, with the real CLI: what refresh, `logto-sso drift` and an import make of it, and its removal. */
import * as logtoSso from "pulumi-logto-sso";
import { logtoSso as runLogtoSso } from "../runCli";
import type { Logto } from "../logto";
import { driftOf, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

interface DriftReport {
  tenants: { connectors: number }[];
  findings: { class: string; path?: string; connector: { name: string; urn: string | null } }[];
}

test("a config drifts as a resource of its own, is left out of an import, and stays in Logto when it is removed", async () => {
  const providerName = "OIDC";
  const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
  logto.signInExperience.singleSignOnEnabled = true;
  // A connector that this stack does not manage, but its config.
  const row = logto.connectors.insert({ providerName, connectorName: "elsewhere" });
  const program = (hasConfigs: boolean) => () => {
    const ids = ["acme", "gone"].map(
      (name) => new logtoSso.SsoConnector(name, { providerName, domains: [`${name}.com`] }).id,
    );
    if (!hasConfigs) return {};
    for (const [name, connectorId] of Object.entries({ acme: ids[0], gone: ids[1], elsewhere: row.id }))
      if (connectorId !== undefined)
        new logtoSso.SsoConnectorConfig(name, { connectorId, providerName, config });
    return {};
  };
  const stack = await stackOf(logto, program(true));
  await stack.up();
  // Changes in the console.
  Object.assign(logto.named("acme").config, { scope: "groups", clientSecret: "canary-console" });
  row.config.scope = "groups";
  row.domains = ["acme.org"];
  logto.connectors.rows.delete(logto.named("gone").id);

  const drift = await driftOf(stack);
  expect(drift.code).toBe(7);
  const changes = drift.stdout.matchAll(
    /^ *([~-]) (?:pulumi-nodejs:dynamic\/logto|logto:index):(\w+)[^]*?::(\w+)]$/gm,
  );
  expect([...changes].map((match) => match.slice(1).join(" ")).sort()).toEqual([
    "- SsoConnector gone",
    "- SsoConnectorConfig gone",
    "~ SsoConnectorConfig acme",
    "~ SsoConnectorConfig elsewhere",
  ]);
  const { stdout } = await runLogtoSso(stack, ["drift", "--format", "json"], { mayFail: true });
  const { findings, tenants } = JSON.parse(stdout) as DriftReport;
  expect(tenants).toMatchObject([{ connectors: 3 }]);
  // A connector that is gone is reported once, and its config is not.
  const report = findings.map(({ class: kind, path = "", connector }) =>
    [kind, connector.urn?.match(/\w+::\w+$/)?.[0], connector.name, path].join(" ").trim(),
  );
  expect(report.sort()).toEqual([
    "changed SsoConnectorConfig::acme acme config.clientSecret",
    "changed SsoConnectorConfig::acme acme config.scope",
    "changed SsoConnectorConfig::elsewhere elsewhere config.scope",
    "missing SsoConnector::gone gone",
  ]);

  const imported = await runLogtoSso(stack, ["import", "--all", "--dry-run"]);
  expect(imported.stdout).toContain('new logto.SsoConnector("elsewhere", {');
  expect(imported.stdout).not.toContain("config:");

  await stack.writeProgram(program(false));
  logto.takeLog();
  const removed = await stack.up();
  const [, diagnostics = ""] = removed.stdout.split("Diagnostics:");
  expect(removed.stdout).toContain("- 3 deleted");
  expect(diagnostics.match(/stays in Logto, which cannot clear one/g)).toHaveLength(1);
  expect(logto.takeLog()).toEqual([]);
  expect(logto.named("acme").config).toMatchObject({ clientId: "client" });
});
