/** The steps of docs/migration.md and docs/secrets.md, with the real CLI. */
import * as logtoSso from "pulumi-logto-sso";
import type { Logto, M2mApplication } from "../logto";
import { accessTo, eachWithLogto, patchesOf, stackOf } from "../tenant";

const applications: M2mApplication[] = [];
let logto: Logto;
eachWithLogto(
  (started) => {
    logto = started;
    applications.splice(0, Infinity, { id: "m2m", secret: "canary-m2m" });
  },
  { applications },
);

const config = () => ({ clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` });

test("migrating from a custom dynamic resource keeps the connector's ID", async () => {
  /** A dynamic resource written after Pulumi's documentation, with the option of the first step. */
  const customResource = `
    const pulumi = require("@pulumi/pulumi");
    const call = async (method, path, body) => {
      const token = await fetch("${logto.url}/oidc/token", {
        method: "POST",
        headers: { authorization: "Basic " + btoa("m2m:" + process.env.M2M_SECRET) },
        body: new URLSearchParams({ grant_type: "client_credentials", resource: "https://default.logto.app/api", scope: "all" }),
      });
      const response = await fetch("${logto.url}/api/sso-connectors" + path, {
        method,
        headers: { authorization: "Bearer " + (await token.json()).access_token, "content-type": "application/json" },
        body: body && JSON.stringify(body),
      });
      return response.status === 204 ? undefined : response.json();
    };
    const provider = {
      create: async ({ __provider, ...body }) => ({ id: (await call("POST", "", body)).id, outs: body }),
      delete: (id) => call("DELETE", "/" + id),
    };
    new pulumi.dynamic.Resource(provider, "acme", {
      providerName: "OIDC", connectorName: "Acme", domains: ["acme.com"],
    }, { retainOnDelete: true });`;
  const stack = await stackOf(logto, { js: customResource }, { env: { M2M_SECRET: "canary-m2m" } });
  await stack.up();
  const { id } = logto.named("Acme");

  const declare = (more: { adopt?: boolean }) => () => {
    const args = { connectorName: "Acme", domains: ["acme.com"], config: config(), ...more };
    new logtoSso.SsoConnector("acme", { providerName: "OIDC", ...args });
    return {};
  };
  await stack.writeProgram(declare({ adopt: true }));
  await stack.up();
  expect([...logto.connectors.rows.keys()]).toEqual([id]);
  expect(patchesOf(logto)).toEqual([{ config: { ...config(), trustUnverifiedEmail: false } }]);
  await stack.writeProgram(declare({}));
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test("after up with a new secret of the application, refresh and destroy use it too", async () => {
  const stack = await stackOf(logto, () => {
    new logtoSso.SsoConnector("acme", { providerName: "OIDC" });
    return {};
  });
  await stack.up();
  applications.push({ id: "m2m", secret: "canary-next" });
  await stack.setConfig({ ...accessTo(logto), "logto:clientSecret": { secret: "canary-next" } });
  applications.shift();
  await stack.up();
  logto.takeLog();
  await stack.destroy(["--refresh"]);
  const [read, deletion] = logto.takeLog().filter((request) => request.includes("/api/"));
  expect([read, deletion]).toEqual(["GET /api/sso-connectors/:id", "DELETE /api/sso-connectors/:id"]);
  expect(logto.connectors.rows.size).toBe(0);
});
