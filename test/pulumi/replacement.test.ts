/** Options of a resource that change how the engine replaces a connector, whose name is unique in Logto. */
import type * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import type { InlineProgram, Stack } from "../engine";
import { isPlugin } from "../frontEnd";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

type Args = Partial<logtoSso.SsoConnectorArgs>;

const connectorOf =
  (args: Args, options: pulumi.CustomResourceOptions = {}): InlineProgram =>
  () => {
    const all = { providerName: "Okta", connectorName: "Acme", ...args } as logtoSso.SsoConnectorArgs;
    new logtoSso.SsoConnector("acme", all, options);
    return {};
  };

async function run(stack: Stack, program: InlineProgram, flags: readonly string[] = []) {
  await stack.writeProgram(program);
  return stack.up(flags, { mayFail: true });
}

test("a connector that `retainOnDelete` keeps from being replaced can be kept", async () => {
  const stack = await stackOf(logto, connectorOf({}, { retainOnDelete: true }));
  await stack.up();
  const { id } = logto.named("Acme");
  if (!isPlugin) {
    const refused = await run(stack, connectorOf({ providerName: "OIDC" }, { retainOnDelete: true }));
    expect(refused.stdout).toMatch(
      /property providerName .* the option `retainOnDelete: true` keeps the old one/,
    );
    expect(stack.export().deployment.resources).not.toContainEqual(
      expect.objectContaining({ pendingReplacement: true }),
    );
  }
  // The engine takes the option from the state.
  const failed = await run(stack, connectorOf({ providerName: "OIDC" }));
  expect(failed.stdout).toContain(`belongs to the connector ${id}`);
  expect(failed.stdout).toContain("To continue with it, take the change of providerName back.");
  expect((await run(stack, connectorOf({}))).code).toBe(0);
  expect((await run(stack, connectorOf({}), ["--refresh", "--expect-no-changes"])).code).toBe(0);
  expect([...logto.connectors.rows.keys()]).toEqual([id]);
});

test("a connector is replaced for `replaceOnChanges`, and created first only with another name", async () => {
  const stack = await stackOf(logto, connectorOf({}));
  await stack.up();
  const first = logto.named("Acme").id;
  // As an option that depends on a condition.
  const options = {
    replaceOnChanges: ["domains"],
    deleteBeforeReplace: undefined,
  } as unknown as pulumi.CustomResourceOptions;
  const replaced = await run(stack, connectorOf({ domains: ["a.com"] }, options));
  expect(replaced.stdout).toContain("1 replaced");
  const second = logto.named("Acme").id;
  expect(second).not.toBe(first);
  logto.takeLog();
  const createFirst = { deleteBeforeReplace: false };
  const renamed = await run(
    stack,
    connectorOf({ providerName: "OIDC", connectorName: "Acme 2" }, createFirst),
  );
  expect(renamed.stdout).toContain("1 replaced");
  expect(logto.takeLog().filter((request) => /^(POST|DELETE) .*sso-conn/.test(request))).toEqual([
    "POST /api/sso-connectors",
    "DELETE /api/sso-connectors/:id",
  ]);
});

test("a connector is replaced with the signing key that Logto signs with", async () => {
  const signing =
    (providerName: "SAML" | "AzureAD"): InlineProgram =>
    () => {
      const config = { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest: true };
      const connector = new logtoSso.SsoConnector("acme", { providerName, config });
      const key = { connectorId: connector.id, active: true };
      new logtoSso.SamlSigningKey("key", key, { deletedWith: connector });
      return {};
    };
  const stack = await stackOf(logto, signing("SAML"));
  await stack.up();
  expect((await run(stack, signing("AzureAD"))).code).toBe(0);
  const { id, providerName } = logto.named("acme");
  expect(providerName).toBe("AzureAD");
  expect(logto.signingKeys.of(id).filter(({ active }) => active)).toHaveLength(1);
  expect((await run(stack, signing("AzureAD"), ["--refresh", "--expect-no-changes"])).code).toBe(0);
});
