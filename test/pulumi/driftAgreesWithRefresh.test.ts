/** `pulumi refresh --preview-only` and `logto-sso drift` find the same drift. */
import * as fc from "fast-check";
import type { Report } from "../../provider/cli/drift/report";
import { logtoSso } from "../runCli";
import { createStack, findCli } from "../engine";
import { type Row, startLogto } from "../logto";

jest.setTimeout(240_000);
beforeAll(() => findCli(), 600_000);

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

test("200 random edits in Logto: both report the same connectors and paths", async () => {
  const logto = await startLogto();
  const stack = await createStack({
    program: {
      js: `const logto = require("pulumi-logto-sso");
        for (let index = 0; index < 200; index++) {
          const saml = index % 2 === 0;
          new logto.SsoConnector("customer-" + index, {
            providerName: saml ? "SAML" : "OIDC",
            config: saml
              ? { metadataUrl: "${logto.idp}/saml/metadata", attributeMapping: { email: "mail" } }
              : { clientId: "client", clientSecret: "canary-" + index, issuer: "${logto.idp}/acme" },
            domains: ["b" + index + ".com", "a" + index + ".com"],
            branding: index % 3 === 0 ? {} : { displayName: "Customer " + index },
          });
        }`,
    },
    config: {
      "logto:endpoint": logto.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": { secret: "canary-m2m" },
    },
  });
  try {
    await stack.up();
    const rows = JSON.stringify([...logto.connectors.rows]);
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 200, maxLength: 200 }), async (list) => {
        logto.connectors.rows.clear();
        for (const [id, row] of JSON.parse(rows) as [string, Row][]) logto.connectors.rows.set(id, row);
        for (const [index, row] of [...logto.connectors.rows.values()].entries()) {
          // Logto returns JSON.
          list[index]?.(row, logto.connectors.rows);
          row.config = JSON.parse(JSON.stringify(row.config)) as Row["config"];
        }
        const refreshed = JSON.parse(
          (await stack.pulumi(["refresh", "--preview-only", "--json"])).stdout,
        ) as Preview;
        const { stdout } = await logtoSso(stack, ["drift", "--format", "json"], { mayFail: true });
        const { findings } = JSON.parse(stdout) as Report;
        const reported = findings
          .filter(({ class: kind }) => kind === "changed" || kind === "missing")
          .map(({ class: kind, connector, path = "" }) => [connector.urn, kind, path].join(" "));
        expect(reported.length).toBeGreaterThan(50);
        expect(reported.sort()).toEqual(driftOf(refreshed));
      }),
      { numRuns: 1, endOnFailure: true },
    );
  } finally {
    await stack.dispose();
    await logto.close();
  }
});

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
