/** `OrganizationSsoConnector`. See identity.test.ts for links of a renamed resource and for lost responses. */
import { startProvider, create, type Declaration } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { deploy, eachWithLogto, newStack, settingsFor } from "./inProcess";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

test("a link is created, created again after it was removed in Logto, moved and deleted; other links are not touched", async () => {
  const [acme, globex] = [logto.organizations.make("Acme"), logto.organizations.make("Globex")];
  const [one, two] = ["one", "two"]
    .map((connectorName) => logto.connectors.insert({ providerName: "OIDC", connectorName }))
    .map(({ id }) => id) as [string, string];
  const linkOf = (organizationId: string): { link: Declaration } => ({
    link: {
      resource: "organizationSsoConnector",
      argsFrom: () => ({ organizationId, connectorId: one }),
    },
  });
  logto.organizations.add(acme, [two]);
  const stack = newStack(logto);
  logto.faults.arm("reset after", { method: "POST", path: /jit/ });
  await deploy(stack, linkOf(acme));
  expect(logto.organizations.linked(acme)).toEqual([two, one]);
  expect(await stack.drift()).toEqual([]);

  logto.organizations.remove(acme, one);
  expect(await stack.drift()).toEqual(["link"]);
  await deploy(stack, linkOf(acme));
  expect(logto.organizations.linked(acme)).toEqual([two, one]);

  await deploy(stack, linkOf(globex));
  expect([logto.organizations.linked(acme), logto.organizations.linked(globex)]).toEqual([[two], [one]]);

  // The link is already gone, as when it or its organization is deleted in the console.
  logto.organizations.remove(globex, one);
  await deploy(stack, {}, { refresh: false });
  expect(logto.organizations.linked(acme)).toEqual([two]);
});

test("an organization or connector that does not exist is an error that says so", async () => {
  const acme = logto.organizations.make("Acme");
  const { organizationSsoConnector } = await startProvider(settingsFor(logto));
  await expect(
    create(organizationSsoConnector, { organizationId: acme, connectorId: "unknown" }),
  ).rejects.toThrow(
    new RegExp(
      `^Could not create just-in-time link of an organization to an SSO connector \\(${acme}/unknown\\): Logto has no SSO connector with the ID "unknown"`,
    ),
  );
  // A link that is known not to exist is not kept in the state.
  await expect(
    create(organizationSsoConnector, { organizationId: acme, connectorId: "unknown" }),
  ).rejects.not.toHaveProperty("properties");
});
