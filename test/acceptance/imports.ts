/** Connectors that exist before the program: imported by the command and by Pulumi, and adopted. */
import type { Deployment } from "./deployment";
import { type Connector, connectorNamed, connectorsOf } from "./connector";
import { type FrontEnd, type Program, secret } from "./program";
import { expectContains, expectEqual, type Steps } from "./steps";
import type { TestedTenant } from "./testedTenant";

/** @param idp the address of identity providers that answer below any path */
export async function checkImports(
  steps: Steps,
  frontEnd: FrontEnd,
  deployment: Deployment,
  { api }: TestedTenant,
  idp: string,
): Promise<void> {
  const config = { clientId: "client", clientSecret: "canary-config", issuer: `${idp}/acme` };
  const byHand = (connectorName: string) => ({
    providerName: "OIDC",
    connectorName,
    domains: ["by-hand.test"],
    config: { ...config, scope: "groups" },
    branding: { displayName: "By hand" },
  });
  const declared = (properties: object): Program => ({
    resources: {
      acme: {
        type: "SsoConnector",
        properties: {
          ...properties,
          config: { ...config, scope: "groups", clientSecret: secret("canary-config") },
        },
      },
    },
  });
  const removed = async () => {
    await deployment.up({ resources: {} });
    expectEqual((await connectorsOf(api)).length, 0, "The number of connectors");
  };

  await steps.run(
    "`logto-sso import` writes the code of a connector, and nothing is left to change",
    async () => {
      const { id } = await api.call<Connector>("POST", "/sso-connectors", byHand("acceptance: imported"));
      await deployment.write({ resources: {} });
      const { code, stdout, stderr } = await deployment.logtoSso(["import", "--id", id]);
      expectEqual(code, 0, `The exit code of logto-sso import (${stdout}${stderr})`);
      await deployment.expectNoChanges();
    },
  );
  await steps.run("it is removed with its code", removed);

  await steps.run("`pulumi import` takes a connector into the state", async () => {
    const { id } = await api.call<Connector>("POST", "/sso-connectors", byHand("acceptance: imported"));
    const type = frontEnd === "plugin" ? "logto:index:SsoConnector" : "pulumi-nodejs:dynamic:SsoConnector";
    if (frontEnd === "plugin") {
      await deployment.write({ resources: {} });
      const flags = ["--yes", "--protect=false", "--generate-code=false"];
      await deployment.pulumi(["import", type, "acme", id, ...flags]);
    } else {
      // A resource of a dynamic provider is imported by the program.
      const program = declared(byHand("acceptance: imported"));
      const { acme } = program.resources;
      if (acme === undefined) throw new Error("The program has no connector.");
      await deployment.up({
        resources: { acme: { ...acme, properties: { ...acme.properties, adopt: true } } },
      });
      expectEqual((await connectorNamed(api, "acceptance: imported")).id, id, "The ID of the connector");
    }
    await deployment.up(declared(byHand("acceptance: imported")), ["--expect-no-changes"]);
  });
  await steps.run("it is removed with its resource", removed);

  await steps.run(
    "without `adopt`, a connector that has the name is an error with its ID; with it, it keeps the ID",
    async () => {
      const { id } = await api.call<Connector>("POST", "/sso-connectors", byHand("acceptance: adopted"));
      const program = declared({ ...byHand("acceptance: adopted"), domains: ["declared.test"] });
      const { code, stdout } = await deployment.attempt(program);
      if (code === 0) throw new Error("The connector was taken over unasked.");
      expectContains(stdout, id, "The error");
      expectContains(stdout, "adopt: true", "The error");
      await deployment.up(
        declared({ ...byHand("acceptance: adopted"), domains: ["declared.test"], adopt: true }),
      );
      const adopted = await connectorNamed(api, "acceptance: adopted");
      expectEqual([adopted.id, adopted.domains], [id, ["declared.test"]], "The adopted connector");
      await deployment.expectNoChanges();
    },
  );
  await steps.run("it is removed", removed);
}
