/** What must hold for any declaration, tried on many. */
import * as fc from "fast-check";
import { connectorKeys } from "../provider/connector/connector";
import { Deployment, type Program } from "./deployment";
import { certificate, type Logto, samlMetadata, startLogto } from "./logto";

jest.setTimeout(240_000);

let logto: Logto;
beforeAll(async () => {
  logto = await startLogto();
});
afterAll(() => logto.close());
afterEach(() => {
  logto.connectors.rows.clear();
});

const deployment = () =>
  new Deployment({
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-m2m",
  });

const text = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }).filter((it) => !it.includes("\0"));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const domain = fc
  .tuple(fc.domain(), fc.boolean())
  .map(([name, upper]) => (upper ? name.toUpperCase() : name));
const common = {
  domains: optional(fc.uniqueArray(domain, { maxLength: 4, selector: (name) => name.toLowerCase() })),
  branding: optional(
    fc.record({ displayName: text, logo: fc.webUrl(), darkLogo: fc.constant("") }, { requiredKeys: [] }),
  ),
  syncProfile: optional(fc.boolean()),
};
const client = {
  clientId: text,
  clientSecret: text,
  scope: optional(fc.string({ maxLength: 20 }).filter((it) => !it.includes("\0"))),
  trustUnverifiedEmail: optional(fc.boolean()),
};
const options = {
  attributeMapping: optional(fc.record({ id: text, email: text, name: text }, { requiredKeys: [] })),
  signAuthnRequest: optional(fc.constant(false)),
};

/** Any declaration that Logto takes; the identity providers are there only once the stand-in runs. */
const declaration = fc.oneof(
  ...(["OIDC", "Okta", "AzureAdOidc"] as const).map((providerName) =>
    fc.record({
      ...common,
      providerName: fc.constant(providerName),
      enableTokenStorage: optional(fc.boolean()),
      config: optional(
        fc.record({ ...client, issuer: fc.webPath().map((path) => `IDP/acme${path.replace(/\/$/, "")}`) }),
      ),
    }),
  ),
  fc.record({
    ...common,
    providerName: fc.constant("GoogleWorkspace"),
    config: optional(fc.record({ ...client, offlineAccess: optional(fc.boolean()) })),
  }),
  ...(["SAML", "AzureAD"] as const).map((providerName) =>
    fc.record({
      ...common,
      providerName: fc.constant(providerName),
      config: optional(
        fc.oneof(
          fc.record({ ...options, metadataUrl: fc.constant("IDP/saml/metadata") }),
          fc.record({
            ...options,
            metadata: fc.constant(samlMetadata("urn:acme", "https://idp.acme.com/sso")),
          }),
          fc.record({
            ...options,
            entityId: text,
            signInEndpoint: fc.webUrl(),
            x509Certificate: fc.constant(certificate),
          }),
        ),
      ),
    }),
  ),
);
const located = (value: unknown): Program[string] =>
  JSON.parse(JSON.stringify(value).replaceAll('"IDP/', `"${logto.idp}/`)) as Program[string];

const rows = () =>
  [...logto.connectors.rows.values()].map(({ id, createdAt, ...row }) => row as Record<string, unknown>);

async function brought(run: Deployment, program: Program): Promise<void> {
  const errors = await run.up(program);
  if (errors.size > 0) throw new Error([...errors.values()].map(({ message }) => message).join("\n"));
}

test("after any create there is no drift, and nothing to do", async () => {
  await fc.assert(
    fc.asyncProperty(declaration, async (value) => {
      logto.connectors.rows.clear();
      const run = deployment();
      const program = { acme: located(value) };
      await brought(run, program);
      expect(await run.drift()).toEqual([]);
      logto.takeLog();
      await brought(run, program);
      expect(logto.takeLog().filter((call) => /^(PATCH|DELETE) |^POST \/api/.test(call))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("A and then B leaves what B alone leaves, but for a config that B does not declare", async () => {
  await fc.assert(
    fc.asyncProperty(declaration, declaration, async (a, b) => {
      const [first, then] = [located(a), located(b)];
      logto.connectors.rows.clear();
      await brought(deployment(), { acme: then });
      const [alone] = rows();
      logto.connectors.rows.clear();
      const run = deployment();
      await brought(run, { acme: first });
      const [before] = rows();
      // The next run has a process of its own, which has not created what it may replace.
      jest.resetModules();
      await brought(run, { acme: then });
      const [after] = rows();
      const kept = then.config === undefined && first.providerName === then.providerName;
      expect(after).toEqual({ ...alone, ...(kept ? { config: before?.config } : {}) });
      expect(await run.drift()).toEqual([]);
    }),
    // Jest loads all modules anew for each.
    { numRuns: 60 },
  );
});

test("any junk is refused in check, or survives the round trip", async () => {
  const junk = fc.oneof(
    fc.anything({ withNullPrototype: false, withBigInt: false }),
    fc.string({ unit: "binary" }),
    fc.array(fc.string()),
  );
  const outcomes = { refused: 0, survived: 0 };
  await fc.assert(
    fc.asyncProperty(
      declaration,
      // Not extraConfig: what Logto will take there is not known before it is asked.
      fc.constantFrom(...connectorKeys),
      junk,
      async (value, key, given) => {
        logto.connectors.rows.clear();
        // What reaches check has been through JSON.
        const args = JSON.parse(JSON.stringify({ ...located(value), [key]: given })) as Program[string];
        const run = deployment();
        logto.takeLog();
        const [error] = [...(await run.up({ acme: args })).values()];
        if (error === undefined) {
          expect(await run.drift()).toEqual([]);
          outcomes.survived++;
        } else {
          // By check, which sends nothing.
          expect(error.message).toMatch(/^\[\{/);
          expect(logto.takeLog()).toEqual([]);
          outcomes.refused++;
        }
      },
    ),
    { numRuns: 1500 },
  );
  expect(outcomes.refused).toBeGreaterThan(50);
  expect(outcomes.survived).toBeGreaterThan(30);
});

test("of two stacks that create one name at once, one has it, and the other is told who", async () => {
  const program = {
    acme: located({
      providerName: "OIDC",
      config: { clientId: "c", clientSecret: "canary", issuer: "IDP/acme" },
    }),
  };
  const errors = (await Promise.all([deployment().up(program), deployment().up(program)])).flatMap((one) => [
    ...one.values(),
  ]);
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toContain(
    `the name "acme" belongs to the connector ${logto.named("acme").id}, of the identity provider OIDC`,
  );
  expect(rows()).toHaveLength(1);
});

test("adopt takes a connector over with its ID, but not one of another provider", async () => {
  const row = logto.connectors.insert({
    providerName: "Okta",
    connectorName: "acme",
    domains: ["old.com"],
    syncProfile: true,
  });
  const run = deployment();
  await brought(run, { acme: { providerName: "Okta", domains: ["new.com"], adopt: true } });
  expect(run.state.get("acme")?.id).toBe(row.id);
  expect(row).toMatchObject({ domains: ["new.com"], syncProfile: false });
  // It matters only once.
  logto.takeLog();
  await brought(run, { acme: { providerName: "Okta", domains: ["new.com"] } });
  expect(logto.takeLog().filter((call) => call.startsWith("PATCH"))).toEqual([]);

  const [refused] = [...(await deployment().up({ acme: { providerName: "SAML", adopt: true } })).values()];
  expect(refused?.message).toContain("of the identity provider Okta");
  expect(refused?.message).not.toContain("adopt: true");
});
