/** A plugin that stays attached from one command to the next (`PULUMI_DEBUG_PROVIDERS`), as in a debugger. */
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as pulumi from "@pulumi/pulumi";
import { pluginTypeOf } from "../../provider/engine/pluginTokens";
import {
  cliEnvironment,
  type InlineProgram,
  neutralEnvironment,
  type Running,
  type Stack,
  start,
} from "../engine";
import { type Logto, startLogto } from "../logto";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let plugin: Running;
let port: string;
eachWithLogto(async (started) => {
  logto = started;
  plugin = start(process.execPath, [join(__dirname, "..", "..", "dist", "plugin", "main.js")], {
    env: cliEnvironment({ path: "", env: {} }, neutralEnvironment(process.env)),
  });
  const lines = createInterface(plugin.process.stdout ?? process.stdin);
  const [line] = (await once(lines, "line")) as [string];
  port = line;
});
/** Of further tenants. */
const others: Logto[] = [];
const startOther = async () => {
  const other = await startLogto();
  others.push(other);
  return other;
};
afterEach(async () => {
  await Promise.all(others.splice(0).map((other) => other.close()));
  plugin.process.kill("SIGKILL");
  await plugin.result;
});

const attached = (program: InlineProgram, more: object = {}): Promise<Stack> =>
  stackOf(logto, program, {
    config: { ...accessTo(logto), ...more },
    env: { PULUMI_DEBUG_PROVIDERS: `logto:${port}` },
  });

/** A connector as programs with a generated SDK declare it. */
class Connector extends pulumi.CustomResource {
  constructor(name: string, args: object = {}, options: pulumi.CustomResourceOptions = {}) {
    super(pluginTypeOf("ssoConnector"), name, { providerName: "Okta", ...args }, options);
  }
}

/** A program of one connector. */
const declaring =
  (...args: ConstructorParameters<typeof Connector>): InlineProgram =>
  () => ({ id: new Connector(...args).id });

class Provider extends pulumi.ProviderResource {
  constructor(name: string, { url }: Logto) {
    super("logto", name, { endpoint: url, clientId: "m2m", clientSecret: "canary-m2m" });
  }
}

const namesIn = ({ connectors }: Logto) =>
  [...connectors.rows.values()].map(({ connectorName }) => connectorName).sort();
const resourcesOf = (stack: Stack) =>
  (stack.export().deployment.resources ?? []).filter(({ type }) => type === pluginTypeOf("ssoConnector"));

test("what one command made, the next one deletes", async () => {
  const stack = await attached(() => {
    new Connector("a");
    new Connector("b", { domains: ["b.com"] });
    return {};
  });
  // With a preview of its own, which the same process answers.
  await stack.pulumi(["up", "--yes"]);
  expect(namesIn(logto)).toEqual(["a", "b"]);
  const { stdout } = await stack.destroy();
  expect(stdout).not.toContain("Logto keeps");
  expect(namesIn(logto)).toEqual([]);
  expect(resourcesOf(stack)).toEqual([]);
});

test("within one command, the connector of a renamed resource is kept; out of the program, it is deleted", async () => {
  const stack = await attached(declaring("old", { connectorName: "Acme" }));
  await stack.up();
  const { id } = logto.named("Acme");
  await stack.writeProgram(declaring("new", { connectorName: "Acme", adopt: true }));
  const { stdout } = await stack.up();
  expect(stdout).toContain(`Logto keeps SSO connector "Acme" (${id})`);
  expect([...logto.connectors.rows.keys()]).toEqual([id]);
  await stack.writeProgram(() => ({}));
  await stack.up();
  expect(namesIn(logto)).toEqual([]);
});

test("a name that moves from one resource to another between two commands is no duplicate", async () => {
  const stack = await attached(declaring("a", { connectorName: "Acme", domains: ["acme.com"] }));
  await stack.up();
  await stack.destroy();
  await stack.writeProgram(declaring("b", { connectorName: "Acme", domains: ["acme.com"] }));
  const { stdout } = await stack.up();
  expect(stdout).not.toContain("warning: The SSO connectors");
  expect(namesIn(logto)).toEqual(["Acme"]);
});

test("each command uses the settings and says the notices of its own", async () => {
  const other = await startOther();
  const stack = await attached(declaring("a"));
  expect((await stack.up()).stdout).toContain(`enterprise SSO is disabled in the tenant at ${logto.url}`);
  await stack.destroy();
  await stack.setConfig({ "logto:endpoint": other.url });
  expect((await stack.up()).stdout).toContain(`enterprise SSO is disabled in the tenant at ${other.url}`);
  expect([namesIn(logto), namesIn(other)]).toEqual([[], ["a"]]);
  // Back at the first tenant, which does not have it: found out anew, by each command.
  await stack.setConfig({ "logto:endpoint": logto.url });
  for (let run = 0; run < 2; run++) {
    const { stdout } = await stack.up([], { mayFail: true });
    expect(stdout).toContain(`last seen at ${other.url}, and logto:endpoint is now ${logto.url}`);
    expect(stdout).toContain("does not have it");
  }
});

test("a command that was interrupted does not interrupt the next", async () => {
  const stack = await attached(declaring("a"), { "logto:timeoutSeconds": "3600" });
  const arrived = new Promise<void>((resolve) => {
    logto.beforeAnswer = ({ method, path }) => {
      if (method === "POST" && path !== "/oidc/token") resolve();
    };
  });
  logto.faults.arm("hang after", "create");
  const interrupted = stack.up([], { mayFail: true });
  await arrived;
  for (const pid of stack.processes()) process.kill(pid, "SIGINT");
  expect((await interrupted).stdout).toContain("[interrupted]");
  await stack.up();
  expect(namesIn(logto)).toEqual(["a"]);
  await stack.destroy();
  expect(namesIn(logto)).toEqual([]);
});

test("providers of several tenants in one program are served side by side, each in its own tenant", async () => {
  const [second, third] = await Promise.all([startOther(), startOther()]);
  const tenants = [logto, second, third];
  const stack = await attached(() => {
    new Connector("first", { connectorName: "Acme" });
    for (const [name, tenant] of Object.entries({ second, third }))
      new Connector(name, { connectorName: "Acme" }, { provider: new Provider(name, tenant) });
    return {};
  });
  await stack.up();
  expect(tenants.map(namesIn)).toEqual([["Acme"], ["Acme"], ["Acme"]]);
  expect(
    resourcesOf(stack)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(tenants.map((tenant) => tenant.named("Acme").id).sort());
  await stack.destroy();
  expect(tenants.map(namesIn)).toEqual([[], [], []]);
});
