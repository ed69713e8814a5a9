/** `logto-sso drift` and `doctor` write keys and code as the program does. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DoctorReport } from "../../provider/cli/doctor/doctorReport";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { connectorInState, exportOf, ofPlugin, placeFor, stateIn } from "../exportedState";
import { logtoSso } from "../runCli";
import { eachWithLogto } from "../tenant";
import type { Logto } from "../logto";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const insert = (connectorName: string) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    domains: ["acme.com"],
  });

test.each([
  ["python", "npx pulumi-logto-sso import --id ID", "enabled=True"],
  ["java", "pulumi import logto:index:SsoConnector NAME ID --generate-code=false", ".enabled(true)"],
  ["yaml", "npx pulumi-logto-sso import --id ID", "enabled: true"],
  ["nodejs", "npx pulumi-logto-sso import --id ID", "enabled: true"],
  ["typescript", "npx logto-sso import --id ID", "enabled: true"],
])("in %s", async (language, importCommand, argument) => {
  const place = placeFor(logto);
  const state = exportOf([connectorInState(insert("Acme"))]);
  const { id } = insert("Globex");
  const stateArgs = stateIn(place, language === "typescript" ? state : ofPlugin(state));
  // The one without a project: what it is written in follows from the types of the resources.
  if (language !== "nodejs" && language !== "typescript")
    writeFileSync(join(place.folder, "Pulumi.yaml"), `name: test\nruntime: ${language}\n`);
  const drift = await logtoSso(place, ["drift", ...stateArgs, "--format", "json"], { mayFail: true });
  const report = JSON.parse(drift.stdout) as DriftReport;
  expect(report.language).toBe(language);
  const remedyOf = (name: string) => report.findings.find((finding) => finding.class === name)?.remedy;
  expect(remedyOf("unmanaged")).toContain(`\`${importCommand.replace("ID", id)}\``);
  expect(remedyOf("sso-disabled")).toContain(`\`${argument}\``);
  const markdown = await logtoSso(place, ["drift", ...stateArgs, "--format", "markdown"], { mayFail: true });
  expect(markdown.stdout).toContain(`\`${importCommand}\`. If another stack`);
  // The remedy of the class is not repeated for each connector.
  expect(markdown.stdout).not.toContain("Remedy");
  const doctor = await logtoSso(place, ["doctor", ...stateArgs, "--json"], { mayFail: true });
  const [tenant] = (JSON.parse(doctor.stdout) as DoctorReport).tenants;
  const step = tenant?.steps.find((step) => step.step === "switch");
  expect(step?.remedy).toContain(`\`${argument}\``);
});
