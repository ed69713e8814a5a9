/** `pulumi refresh --preview-only` and `logto-sso drift` find the same drift. */
import * as fc from "fast-check";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { loaderOf } from "../../provider/dynamic/tokens";
import type { StateExport } from "../engine";
import { connectorInState, defaultProvider, exportOf, placeFor, stateIn } from "../exportedState";
import { importState } from "../importState";
import type { Logto, Row } from "../logto";
import { logtoSso } from "../runCli";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

type Edit = (row: Row, rows: Map<string, Row>) => void;

const set = <Value>(values: fc.Arbitrary<Value>, edit: (row: Row, value: Value) => void) =>
  values.map((value): Edit => (row) => {
    edit(row, value);
  });
const inConfig = (key: string, values: fc.Arbitrary<unknown>) =>
  set(values, (row, value) => {
    row.config = { ...row.config, [key]: value };
  });
const text = fc.string({ minLength: 1, maxLength: 20 });
const domain = fc.domain().map((name) => name.toLowerCase());

/** Edits by people in the console or by a newer Logto. Some of them are no difference. */
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.constant<Edit>((row, rows) => rows.delete(row.id)),
  set(text, (row, name) => (row.connectorName = `${row.connectorName} ${name}`)),
  set(fc.array(domain, { maxLength: 3 }), (row, domains) => (row.domains = domains)),
  set(fc.constant(0), (row) => row.domains.reverse()),
  set(fc.constant(0), (row) => (row.domains = row.domains.map((name) => name.toUpperCase()))),
  set(fc.record({ displayName: text, logo: text, darkLogo: text }, { requiredKeys: [] }), (row, branding) => {
    row.branding = branding;
  }),
  set(fc.boolean(), (row, on) => (row.syncProfile = on)),
  set(fc.boolean(), (row, on) => (row.enableTokenStorage = on)),
  inConfig("clientId", text),
  inConfig(
    "clientSecret",
    text.map((value) => `canary-${value}`),
  ),
  inConfig("scope", fc.oneof(text, fc.constant(""))),
  inConfig("trustUnverifiedEmail", fc.oneof(fc.boolean(), fc.constant(undefined))),
  inConfig("ofANewerLogto", fc.anything({ maxDepth: 1, withNullPrototype: false })),
  inConfig("attributeMapping", fc.record({ id: text, email: text, name: text }, { requiredKeys: [] })),
  set(fc.constant(0), (row) => (row.config = Object.fromEntries(Object.entries(row.config).reverse()))),
);

/** A tenant of 200 connectors, half of them SAML, and a state that agrees with it. */
function deployment(): StateExport {
  const saml = { metadataUrl: `${logto.idp}/saml/metadata`, attributeMapping: { email: "mail" } };
  const oidc = { clientId: "client", issuer: `${logto.idp}/acme`, trustUnverifiedEmail: false };
  const connectors = Array.from({ length: 200 }, (_, index) => {
    const isSaml = index % 2 === 0;
    const row = logto.connectors.insert({
      providerName: isSaml ? "SAML" : "OIDC",
      connectorName: `customer-${index}`,
      config: isSaml ? saml : { ...oidc, clientSecret: `canary-${index}` },
      domains: [`a${index}.com`, `b${index}.com`],
      branding: index % 3 === 0 ? {} : { displayName: `Customer ${index}` },
    });
    const { inputs, outputs, ...resource } = connectorInState(row);
    const provider = { __provider: loaderOf("ssoConnector") };
    return { ...resource, inputs: { ...inputs, ...provider }, outputs: { ...outputs, ...provider } };
  });
  return JSON.parse(exportOf([rootInState, defaultProvider(), ...connectors])) as StateExport;
}

test("200 random edits in Logto: both report the same connectors and paths", async () => {
  const state = deployment();
  const place = placeFor(logto);
  const stack = await stackOf(logto, () => ({}), { config: {}, env: place.env });
  await importState(stack, state);
  const many = fc.array(edits, { minLength: 200, maxLength: 200 });
  const agree = fc.asyncProperty(many, async (list) => {
    for (const [index, row] of [...logto.connectors.rows.values()].entries()) {
      list[index]?.(row, logto.connectors.rows);
      // Logto returns JSON.
      row.config = JSON.parse(JSON.stringify(row.config)) as Row["config"];
    }
    const refreshed = await stack.refresh(["--preview-only", "--json"]);
    const args = ["drift", "--format", "json", ...stateIn(place, JSON.stringify(state))];
    const { stdout } = await logtoSso(place, args, { mayFail: true });
    const { findings } = JSON.parse(stdout) as DriftReport;
    const reported = findings
      .filter(({ class: kind }) => kind === "changed" || kind === "missing")
      .map(({ class: kind, connector, path = "" }) => [connector.urn, kind, path].join(" "));
    expect(reported.length).toBeGreaterThan(50);
    expect(reported.sort()).toEqual(driftOf(JSON.parse(refreshed.stdout) as Preview));
  });
  // The second run would need another state.
  await fc.assert(agree, { numRuns: 1, endOnFailure: true });
});

const rootInState = {
  urn: "urn:pulumi:test::test::pulumi:pulumi:Stack::test-test",
  type: "pulumi:pulumi:Stack",
  custom: false,
};

/** The part of the engine's output that is compared. */
interface Preview {
  readonly steps: readonly {
    readonly op: string;
    readonly urn: string;
    readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
  }[];
}

/** Lists drift by resource and path. A list is one value. */
function driftOf({ steps }: Preview): string[] {
  const found = steps
    .filter(({ urn }) => urn.includes("logto:SsoConnector"))
    .flatMap(({ op, urn, detailedDiff }) => {
      if (op === "delete") return [`${urn} missing `];
      const paths = Object.keys(detailedDiff ?? {}).map((path) => path.replace(/\[\d+\]$/, ""));
      return [...new Set(paths)].map((path) => `${urn} changed ${path}`);
    });
  return found.sort();
}
