/** What only Pulumi's engine decides after a fault: what it shows and records, and how the next command continues. */
import * as logtoSso from "pulumi-logto-sso";
import type { InlineProgram, Stack } from "../engine";
import { dynamicOnly } from "../frontEnd";
import type { Logto } from "../logto";
import { accessTo, eachWithLogto, killHost, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});
const start = (names: string[], timeoutSeconds = 30) =>
  stackOf(logto, connectors(names), {
    config: { ...accessTo(logto), "logto:timeoutSeconds": String(timeoutSeconds) },
  });

const connectors =
  (names: string[], more: { adopt?: boolean } = {}): InlineProgram =>
  () => {
    const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` };
    for (const name of names) new logtoSso.SsoConnector(name, { providerName: "OIDC", config, ...more });
    return {};
  };

const names = () => [...logto.connectors.rows.values()].map(({ connectorName }) => connectorName).sort();
const inState = (stack: Stack) =>
  stack.export().deployment.resources?.filter(({ type }) => type.endsWith(":SsoConnector")) ?? [];

/** Compares the tenant with the state: every connector is managed, and managed once. */
function expectNoOrphans(stack: Stack): void {
  expect(
    inState(stack)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...logto.connectors.rows.keys()].sort());
}

test("a create whose outcome is unknown is shown as an error and recorded, and the next up continues", async () => {
  const stack = await start(["added"], 3);
  logto.faults.arm("reset after", "create");
  logto.faults.arm("503", "list", Infinity);
  const { code, stdout } = await stack.up([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toMatch(
    /error: 1 error occurred:\s+\* Could not create SSO connector "added": .*could not reach Logto at .*The change may have been applied anyway\. Run `pulumi up --refresh` to reconcile\./,
  );
  expect(inState(stack)).toMatchObject([{ id: "pending:added" }]);
  logto.faults.disarm();
  await stack.up();
  expect(names()).toEqual(["added"]);
  await stack.up(["--refresh", "--expect-no-changes"]);
  expectNoOrphans(stack);
});

test("a connector that cannot be read is the only error of a refresh, and the others are refreshed", async () => {
  const stack = await start(["a", "b"], 6);
  await stack.up();
  for (const row of logto.connectors.rows.values()) row.domains = ["by-hand.com"];
  logto.named("a").config.issuer = `${logto.idp}/hangs/a`;
  const { code, stdout } = await stack.refresh([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(new Set(stdout.match(/error: Could not .*/g))).toEqual(
    new Set([expect.stringMatching(/^error: Could not read SSO connector "a" .*\/idp\/acme/) as unknown]),
  );
  const refreshed = inState(stack).filter(({ outputs }) => JSON.stringify(outputs).includes("by-hand.com"));
  expect(refreshed.map(({ id }) => id)).toEqual([logto.named("b").id]);
});

test("after the provider process is killed, the next up names the connector that was not recorded", async () => {
  const stack = await start(["a", "b", "c"]);
  let creates = 0;
  logto.beforeAnswer = ({ method, path }) => {
    if (method === "POST" && path !== "/oidc/token" && ++creates === 2) killHost(stack);
  };
  const killed = await stack.up(["--parallel", "1"], { mayFail: true });
  expect(killed.code).not.toBe(0);
  expect(inState(stack)).toHaveLength(1);
  const [unrecorded] = [...logto.connectors.rows.values()].filter(
    ({ id }) => !inState(stack).some((resource) => resource.id === id),
  );

  const next = await stack.up([], { mayFail: true });
  expect(next.code).not.toBe(0);
  expect(next.stdout).toMatch(
    new RegExp(
      `the name "${unrecorded?.connectorName}" belongs to the connector ${unrecorded?.id}, of the identity provider OIDC\\. .*add \`adopt: true,\``,
    ),
  );
  await stack.writeProgram(connectors(["a", "b", "c"], { adopt: true }));
  await stack.up();
  expect(names()).toEqual(["a", "b", "c"]);
  expectNoOrphans(stack);
});

dynamicOnly(
  "its program is a process of its own, with the classes; test/pulumi/yaml.test.ts interrupts the plugin",
  "Ctrl-C during creates: every created connector is recorded, and the next up creates the others",
  async () => {
    const twelve = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const stack = await start([]);
    // A process of its own, which Ctrl-C reaches as well.
    await stack.writeProgram({
      js: `const logto = require("pulumi-logto-sso");
      for (const name of ${JSON.stringify(twelve)}) new logto.SsoConnector(name, { providerName: "Okta" });`,
    });
    logto.faults.arm("slow", "create", Infinity);
    const creating = new Promise<void>((resolve) => {
      logto.beforeAnswer = ({ method, path }) => {
        if (method === "POST" && path !== "/oidc/token") resolve();
      };
    });
    const running = stack.start(["up", "--yes", "--skip-preview", "--parallel", "4"]);
    await creating;
    // A terminal sends it to the whole process group; the CLI forwards it without a terminal.
    killHost(stack, "SIGINT");
    running.process.kill("SIGINT");
    expect((await running.result).code).not.toBe(0);
    logto.faults.disarm();
    expect(names().length).toBeGreaterThan(0);
    expect(names().length).toBeLessThan(12);
    expectNoOrphans(stack);

    await stack.writeProgram(() => {
      for (const name of twelve) new logtoSso.SsoConnector(name, { providerName: "Okta" });
      return {};
    });
    await stack.up();
    expect(names()).toHaveLength(12);
    expectNoOrphans(stack);
  },
);
