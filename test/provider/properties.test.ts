/** Properties of all declarations, tested with generated ones. */
import * as fc from "fast-check";
import { anyText } from "../anyText";
import { attributeMappingProblem } from "../../provider/connector/attributeMapping";
import { connectorKeys } from "../../provider/connector/apiConnector";
import type { EngineDouble, Program } from "../engine/engineDouble";
import { certificate, type Logto, samlMetadata, startLogto } from "../logto";
import { catchOutput, newStack } from "./inProcess";

jest.setTimeout(240_000);

let logto: Logto;
beforeAll(async () => {
  logto = await startLogto();
});
afterAll(() => logto.close());
afterEach(() => {
  logto.connectors.rows.clear();
});

// Of warnings.
catchOutput();

const text = fc
  .string({ minLength: 1, maxLength: 30, unit: "grapheme" })
  .filter((value) => !value.includes("\0"));
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
  scope: optional(fc.string({ maxLength: 20 }).filter((value) => !value.includes("\0"))),
  trustUnverifiedEmail: optional(fc.boolean()),
};
const options = {
  // An attribute is for one field only, also those that have their default.
  attributeMapping: optional(
    fc
      .record({ id: text, email: text, name: text }, { requiredKeys: [] })
      .filter((mapping) => attributeMappingProblem(mapping) === undefined),
  ),
  signAuthnRequest: optional(fc.constant(false)),
};

/** Any declaration that Logto accepts. `IDP` is replaced by the address of the identity providers. */
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
const withAddress = (value: unknown): Program[string] =>
  JSON.parse(JSON.stringify(value).replaceAll('"IDP/', `"${logto.idp}/`)) as Program[string];

const rows = () =>
  [...logto.connectors.rows.values()].map(({ id, createdAt, ...row }) => row as Record<string, unknown>);

async function deploy(engine: EngineDouble, program: Program): Promise<void> {
  const errors = await engine.up(program);
  if (errors.size > 0) throw new Error([...errors.values()].map(({ message }) => message).join("\n"));
}

test("after any create there is no drift, and the next run changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(declaration, async (value) => {
      logto.connectors.rows.clear();
      const engine = newStack(logto);
      const program = { acme: withAddress(value) };
      await deploy(engine, program);
      expect(await engine.drift()).toEqual([]);
      logto.takeLog();
      await deploy(engine, program);
      expect(logto.takeLog().filter((call) => /^(PATCH|DELETE) |^POST \/api/.test(call))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test("an update from A to B has the same result as a create of B, except for a config that B does not declare", async () => {
  await fc.assert(
    fc.asyncProperty(declaration, declaration, async (a, b) => {
      const [before, then] = [withAddress(a), withAddress(b)];
      logto.connectors.rows.clear();
      await deploy(newStack(logto), { acme: then });
      const [alone] = rows();
      logto.connectors.rows.clear();
      const engine = newStack(logto);
      await deploy(engine, { acme: before });
      const [old] = rows();
      await deploy(engine, { acme: then });
      const [after] = rows();
      const kept = then.config === undefined && before.providerName === then.providerName;
      expect(after).toEqual({ ...alone, ...(kept ? { config: old?.config } : {}) });
      expect(await engine.drift()).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test("check rejects an arbitrary value of a field, or else it survives the round trip through Logto", async () => {
  const junk = fc.oneof(
    fc.anything({ withNullPrototype: false, withBigInt: false }),
    anyText,
    fc.array(fc.string()),
  );
  const outcomes = { rejected: 0, deployed: 0 };
  await fc.assert(
    fc.asyncProperty(
      declaration,
      // Not extraConfig: only Logto knows what it accepts there.
      fc.constantFrom(...connectorKeys),
      junk,
      async (value, key, given) => {
        logto.connectors.rows.clear();
        // The engine passes properties as JSON.
        const args = JSON.parse(JSON.stringify({ ...withAddress(value), [key]: given })) as Program[string];
        const engine = newStack(logto);
        logto.takeLog();
        const [error] = [...(await engine.up({ acme: args })).values()];
        if (error === undefined) {
          expect(await engine.drift()).toEqual([]);
          outcomes.deployed++;
        } else {
          // It is from check, which sends no request.
          expect(error.message).toMatch(/^\[\{/);
          expect(logto.takeLog()).toEqual([]);
          outcomes.rejected++;
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(outcomes.rejected).toBeGreaterThan(50);
  expect(outcomes.deployed).toBeGreaterThan(5);
});

test("if two stacks create the same name at once, one succeeds, and the error of the other names its connector", async () => {
  const program = {
    acme: withAddress({
      providerName: "OIDC",
      config: { clientId: "c", clientSecret: "canary", issuer: "IDP/acme" },
    }),
  };
  const errors = (await Promise.all([newStack(logto).up(program), newStack(logto).up(program)])).flatMap(
    (one) => [...one.values()],
  );
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toContain(
    `the name "acme" belongs to the connector ${logto.named("acme").id}, of the identity provider OIDC`,
  );
  expect(rows()).toHaveLength(1);
});
