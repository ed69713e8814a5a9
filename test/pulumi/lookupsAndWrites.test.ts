/** Look-ups in a program that also creates, updates and deletes: what they depend on, they see. With the requests that this costs. */
import * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const acme = (name: string, args: Partial<logtoSso.SsoConnectorArgs> = {}) =>
  new logtoSso.SsoConnector(name, { providerName: "OIDC", ...args } as logtoSso.SsoConnectorArgs);
const config = () => ({ clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` });

const namesIn = ({ connectors }: logtoSso.GetSsoConnectorsResult) =>
  connectors.map((one) => one.connectorName);
/** The names of the tenant's connectors, as a look-up lists them. */
const listed = (options?: pulumi.InvokeOutputOptions) =>
  logtoSso.getSsoConnectorsOutput(options).apply(namesIn);

/** Takes the requests for connectors that a look-up may send. */
const takeReads = () => logto.takeLog().filter((request) => request.startsWith("GET /api/sso-connectors"));
const list = "GET /api/sso-connectors";
const get = "GET /api/sso-connectors/:id";

test("a list that depends on a connector has it, though an earlier one did not", async () => {
  logto.connectors.insert({ providerName: "OIDC", connectorName: "a" });
  const stack = await stackOf(logto, () => {
    const before = listed();
    const b = acme("b", { connectorName: before.apply(() => "b") });
    const after = listed({ dependsOn: [b] });
    const c = acme("c", { connectorName: after.apply(() => "c") });
    return { before, after, last: listed({ dependsOn: c.id.apply(() => [c]) }) };
  });
  await stack.up();
  expect(await stack.outputs()).toEqual({ before: ["a"], after: ["a", "b"], last: ["a", "b", "c"] });
  expect(takeReads()).toEqual([list, list, list]);
});

test("a connector of the same deployment is found by its name and by its ID, after a list without it", async () => {
  const stack = await stackOf(logto, () => {
    const before = listed();
    const b = acme("b", { connectorName: before.apply(() => "b") });
    const team = new pulumi.ComponentResource("acme:Team", "team");
    new logtoSso.SsoConnector(
      "child",
      { providerName: "OIDC", connectorName: before.apply(() => "child") },
      { parent: team },
    );
    return {
      before,
      byName: logtoSso.getSsoConnectorOutput({ connectorName: b.connectorName }).id,
      byId: logtoSso.getSsoConnectorOutput({ id: b.id }).connectorName,
      ofComponent: logtoSso.getSsoConnectorOutput({ connectorName: "child" }, { dependsOn: team }).id,
      promised: logtoSso.getSsoConnectorOutput({ connectorName: "b" }, { dependsOn: Promise.resolve([b]) })
        .id,
    };
  });
  await stack.up();
  const [b, child] = [logto.named("b").id, logto.named("child").id];
  expect(await stack.outputs()).toEqual({
    before: [],
    byName: b,
    byId: "b",
    ofComponent: child,
    promised: b,
  });
});

test("what depends on an update has its values, by ID, by name and in a list", async () => {
  const program = (domains: string[]) => () => {
    const before = listed();
    const b = acme("b", { connectorName: before.apply(() => "b"), domains });
    const byId = logtoSso.getSsoConnectorOutput({ id: b.id });
    const byName = logtoSso.getSsoConnectorOutput(
      { connectorName: b.connectorName },
      { dependsOn: byId.apply(() => b) },
    );
    return {
      byId: byId.domains,
      byName: byName.domains,
      listed: logtoSso
        .getSsoConnectorsOutput({ dependsOn: byName.apply(() => b) })
        .connectors.apply(([one]) => one?.domains),
    };
  };
  const stack = await stackOf(logto, program(["old.com"]));
  await stack.up();
  await stack.writeProgram(program(["new.com"]));
  logto.takeLog();
  await stack.up();
  const domains = ["new.com"];
  expect(await stack.outputs()).toEqual({ byId: domains, byName: domains, listed: domains });
  // A list, and at most one request for each look-up that depends on the update.
  expect(takeReads().length).toBeLessThanOrEqual(4);
});

test("other resources that change a connector are waited for as well", async () => {
  const program = (clientId: string) => () => {
    const before = listed();
    const b = acme("b", { connectorName: before.apply(() => "b") });
    const both = new logtoSso.SsoConnectorConfig("b", {
      connectorId: b.id,
      providerName: "OIDC",
      config: { ...config(), clientId },
    });
    const clientOf = (options: pulumi.InvokeOutputOptions) =>
      logtoSso.getSsoConnectorOutput({ id: b.id }, options).config.apply((found) => found.clientId);
    return { clientId: clientOf({ dependsOn: both }) };
  };
  const stack = await stackOf(logto, program("first"));
  await stack.up();
  expect(await stack.outputs()).toEqual({ clientId: "first" });
  await stack.writeProgram(program("second"));
  await stack.up();
  expect(await stack.outputs()).toEqual({ clientId: "second" });
});

test("a connector that an earlier deployment deleted is not found", async () => {
  const stack = await stackOf(logto, () => ({ id: acme("b").id }));
  await stack.up();
  await stack.writeProgram(() => ({ before: listed() }));
  await stack.up();
  await stack.writeProgram(() => ({
    names: listed(),
    b: logtoSso.getSsoConnectorOutput({ connectorName: "b" }).id,
  }));
  const { code, stdout, stderr } = await stack.up([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain('no SSO connector with the name "b"');
});

test("a hundred look-ups of connectors that exist are one token and one list, at once and one after the other", async () => {
  const ids = Array.from({ length: 100 }, (_, index) => {
    return logto.connectors.insert({ providerName: "OIDC", connectorName: `customer-${index}` }).id;
  });
  const stack = await stackOf(logto, async () => {
    const atOnce = await Promise.all(
      ids.map((_, index) => logtoSso.getSsoConnector({ connectorName: `customer-${index}` })),
    );
    const inTurn: string[] = [];
    for (const id of ids) inTurn.push((await logtoSso.getSsoConnector({ id })).connectorName);
    return { atOnce: atOnce.map(({ id }) => id), inTurn: new Set(inTurn).size };
  });
  await stack.up();
  expect(await stack.outputs()).toEqual({ atOnce: ids, inTurn: 100 });
  expect(logto.takeLog()).toEqual(["POST /oidc/token", list]);
});

test("a look-up that depends on a connector costs one request", async () => {
  logto.connectors.insert({ providerName: "OIDC", connectorName: "a" });
  const stack = await stackOf(logto, () => {
    const { id } = logtoSso.getSsoConnectorOutput({ connectorName: "a" });
    const b = acme("b", { connectorName: id.apply(() => "b") });
    return { byId: logtoSso.getSsoConnectorOutput({ id: b.id }).connectorName };
  });
  await stack.up();
  expect(await stack.outputs()).toEqual({ byId: "b" });
  expect(takeReads()).toEqual([list, get]);
});
