/** Faults through the real Pulumi CLI: failures on the way to Logto, killed processes, Ctrl-C. */
import type { Stack } from "../engine";
import { type Fault, type Logto, startIdentityProviders, type Target } from "../logto";
import { accessTo, eachWithLogto, killHost, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto((started) => {
  logto = started;
});
const start = async (timeoutSeconds = "30") => {
  const config = { ...accessTo(logto), "logto:timeoutSeconds": timeoutSeconds };
  stack = await stackOf(logto, { js: "" }, { config });
};

const declare = (connectors: Record<string, object>) =>
  stack.writeProgram({
    js: `const logto = require("pulumi-logto-sso");
      for (const [name, args] of Object.entries(${JSON.stringify(connectors)})) new logto.SsoConnector(name, args);`,
  });
const connector = (more: object = {}) => ({
  providerName: "OIDC",
  config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
  ...more,
});
const names = () => [...logto.connectors.rows.values()].map(({ connectorName }) => connectorName).sort();

/** Compares the tenant with the state: every connector is managed, and managed once. */
async function expectNoOrphans(): Promise<void> {
  const managed = stack
    .export()
    .deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector"));
  expect(managed?.map(({ id }) => id).sort()).toEqual([...logto.connectors.rows.keys()].sort());
}

const anyRead = { method: "GET", path: /sso-connectors/ };

test.each<[Fault, Target | typeof anyRead, number]>([
  ["reset after", "create", 1],
  ["reset before", "create", 1],
  ["cut off", "create", 1],
  ["502 with HTML", "create", 1],
  ["hang after", "create", Infinity],
  ["503", "token", 1],
  ["401 expired", "update", 1],
  ["reset after", "update", 1],
  ["429 with Retry-After", "update", 1],
  ["200 with HTML", "update", Infinity],
  ["reset after", "delete", 1],
  ["404 as text", "delete", Infinity],
  ["500", anyRead, Infinity],
  ["500", "list", Infinity],
])("%s at %s: no connector is lost, duplicated or orphaned", async (fault, target, times) => {
  await start("3");
  await declare({ changed: connector(), dropped: connector() });
  await stack.up();
  await declare({ changed: connector({ domains: ["b.com"] }), added: connector() });
  logto.faults.arm(fault, target, times);
  const first = await stack.up(["--refresh"], { mayFail: true });
  expect(logto.faults.struck).toBeGreaterThan(0);
  expect(first.stdout).not.toContain("canary");
  logto.faults.disarm();
  if (first.code !== 0) {
    expect(first.stdout).toMatch(/error: .*(Logto)/);
    await stack.up(["--refresh"]);
  }
  expect(names()).toEqual(["added", "changed"]);
  expect(logto.named("changed").domains).toEqual(["b.com"]);
  await expectNoOrphans();
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test.each([[["--refresh"]], [[]]])(
  "a connector whose create has an unknown outcome is found by the next `pulumi up` %p",
  async (flags) => {
    await start("3");
    await declare({ added: connector() });
    logto.faults.arm("reset after", "create");
    logto.faults.arm("503", "list", Infinity);
    const failed = await stack.up([], { mayFail: true });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain("The change may have been applied anyway.");
    expect(names()).toEqual(["added"]);
    logto.faults.disarm();
    await stack.up(flags);
    expect(names()).toEqual(["added"]);
    await expectNoOrphans();
    await stack.up(["--refresh", "--expect-no-changes"]);
    await stack.destroy();
    expect(names()).toEqual([]);
  },
);

test.each([1, 2, 3, 4, 5, 6])(
  "provider process killed after request %i of creating, updating and deleting five connectors: the next runs converge",
  async (boundary) => {
    await start();
    const five = (more: object = {}) =>
      Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name, connector(more)]));
    const killed = async () => {
      let count = 0;
      logto.beforeAnswer = () => {
        if (++count === boundary) killHost(stack);
      };
      const { code } = await stack.up(["--parallel", "1"], { mayFail: true });
      logto.beforeAnswer = () => undefined;
      expect(code).not.toBe(0);
    };

    await declare(five());
    await killed();
    const next = await stack.up([], { mayFail: true });
    if (next.code !== 0) {
      // A connector was created and not recorded: the error names it, and says what to write.
      expect(next.stdout).toMatch(
        /the name "[a-e]" belongs to the connector [a-z0-9]{12}, of the identity provider OIDC\. .*add `adopt: true,`/,
      );
      await declare(five({ adopt: true }));
      await stack.up();
    }
    expect(names()).toEqual(["a", "b", "c", "d", "e"]);
    await expectNoOrphans();

    await declare(five({ domains: ["new.com"] }));
    await killed();
    await stack.up();
    expect([...logto.connectors.rows.values()].map(({ domains }) => domains.join())).toEqual(
      Array(5).fill("new.com"),
    );

    await declare({});
    await killed();
    await stack.up();
    expect(names()).toEqual([]);
    await expectNoOrphans();
  },
);

test("Ctrl-C during creates: every created connector is recorded", async () => {
  await start();
  await declare(Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`c${index}`, connector()])));
  logto.faults.arm("slow", "create", Infinity);
  const running = stack.start(["up", "--yes", "--skip-preview", "--parallel", "4"]);
  const creating = new Promise<void>((resolve) => {
    logto.beforeAnswer = ({ method, path }) => {
      if (method === "POST" && path !== "/oidc/token") resolve();
    };
  });
  await creating;
  // A terminal sends it to the whole process group; the CLI forwards it without a terminal.
  killHost(stack, "SIGINT");
  running.process.kill("SIGINT");
  expect((await running.result).code).not.toBe(0);
  logto.faults.disarm();
  expect(names().length).toBeGreaterThan(0);
  expect(names().length).toBeLessThan(12);
  await expectNoOrphans();
  await stack.up();
  expect(names()).toHaveLength(12);
  await expectNoOrphans();
});

test("an identity provider that hangs affects its own connector only", async () => {
  // Longer than Logto's attempts to reach an identity provider that is down.
  await start("6");
  const idp = await startIdentityProviders();
  const connectors = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => {
      const config = {
        clientId: "client",
        clientSecret: "canary-config",
        issuer: `${idp.url}/customer-${index}`,
      };
      return [`customer-${index}`, { providerName: "OIDC", config }];
    }),
  );
  await declare(connectors);
  await stack.up();
  logto.named("customer-7").config.issuer = `${idp.url}/hangs/customer-7`;
  for (const row of logto.connectors.rows.values()) row.domains = ["by-hand.com"];
  logto.takeLog();
  const { code, stdout } = await stack.refresh([], { mayFail: true });
  expect(code).not.toBe(0);
  const errors = new Set(stdout.match(/error: Could not read.*/g));
  expect([...errors]).toHaveLength(1);
  expect([...errors][0]).toContain('SSO connector "customer-7"');
  expect([...errors][0]).toContain(`${idp.url}/customer-7`);
  const read = stack
    .export()
    .deployment.resources?.filter((resource) => JSON.stringify(resource).includes("by-hand.com"));
  expect(read).toHaveLength(19);
  // The connector was read by itself once, without a retry.
  const { id } = logto.named("customer-7");
  expect(logto.log.filter(({ path }) => path.endsWith(`/${id}`))).toHaveLength(1);

  // A rename sends no config, so that Logto does not contact the identity provider.
  await idp.close();
  logto.named("customer-7").config.issuer = `${idp.url}/customer-7`;
  await declare({ ...connectors, "customer-3": { ...connectors["customer-3"], connectorName: "renamed" } });
  await stack.up(["--target", "**customer-3"]);
  expect(names()).toContain("renamed");
});
