/** Failures on the way to Logto, killed hosts and identity providers that hang, with processes of the provider. */
import type { EngineDouble, Program, Properties } from "../engine/engineDouble";
import { bothFrontEnds, type Host, startHost } from "../engine/host";
import { type Logto, startIdentityProviders } from "../logto";
import { type Cell, expectNothingLost } from "./chaos";
import { eachWithLogto, newStack, succeed } from "../provider/inProcess";

let logto: Logto;
eachWithLogto(
  (started) => {
    logto = started;
  },
  { retryDelayMs: 5 },
);

/** The host of the run in progress. */
let host: Host;

/** Runs in a process of its own, where a request takes at most some seconds. */
async function inHost<Result>(
  engine: EngineDouble,
  run: () => Promise<Result>,
  timeoutSeconds = 30,
): Promise<Result> {
  const { config, start } = engine;
  engine.config = { ...config, "logto:timeoutSeconds": String(timeoutSeconds) };
  engine.start = async (settings) => (host = await startHost(settings));
  try {
    return await run();
  } finally {
    Object.assign(engine, { config, start });
  }
}

const connector = (more: object = {}): Properties => ({
  providerName: "OIDC",
  config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
  ...more,
});
const rows = () => [...logto.connectors.rows.values()];
const names = () =>
  rows()
    .map(({ connectorName }) => connectorName)
    .sort();

/** Compares the tenant with the state: every connector is managed, and managed once. */
function expectNoOrphans({ state }: EngineDouble): void {
  expect([...state.values()].map(({ id }) => id).sort()).toEqual([...logto.connectors.rows.keys()].sort());
}

const cells: Cell[] = [
  { fault: "reset after", target: "create", span: "once" },
  { fault: "hang after", target: "create", span: "whole run" },
  { fault: "503", target: "token", span: "once" },
  { fault: "429 with Retry-After", target: "update", span: "once" },
  { fault: "200 with HTML", target: "update", span: "whole run" },
  { fault: "404 as text", target: "delete", span: "whole run" },
  { fault: "500", target: "get", span: "whole run" },
  { fault: "500", target: "list", span: "whole run" },
];

describe.each(bothFrontEnds)("$frontEnd", ({ startFrontEnd }) => {
  test.each(cells)("$fault at $target, $span: no connector is lost, duplicated or orphaned", (cell) =>
    expectNothingLost(cell, startFrontEnd),
  );
});

test.each([true, false])(
  "a connector whose create has an unknown outcome is found by the next run (with refresh: %p)",
  async (refresh) => {
    const engine = newStack(logto);
    logto.faults.arm("reset after", "create");
    logto.faults.arm("503", "list", Infinity);
    const errors = await inHost(engine, () => engine.up({ added: connector() }), 3);
    expect(errors.get("added")?.message).toContain("The change may have been applied anyway.");
    expect([...engine.state.values()]).toMatchObject([{ id: "pending:added" }]);
    expect(names()).toEqual(["added"]);
    logto.faults.disarm();
    await succeed(inHost(engine, () => engine.up({ added: connector() }, { refresh })));
    expect(names()).toEqual(["added"]);
    expect(await engine.drift()).toEqual([]);
    await succeed(engine.up({}));
    expect(names()).toEqual([]);
  },
);

test("a connector of somebody else is not taken for one whose create has an unknown outcome", async () => {
  const engine = newStack(logto);
  logto.faults.arm("reset before", "create", Infinity);
  logto.faults.arm("503", "list", Infinity);
  await inHost(engine, () => engine.up({ added: connector() }), 3);
  expect([...engine.state.values()]).toMatchObject([{ id: "pending:added" }]);
  logto.faults.disarm();
  const { id } = logto.connectors.insert({
    ...connector(),
    ...{ providerName: "OIDC", connectorName: "added" },
    domains: ["somebody-else.com"],
  });
  const errors = await inHost(engine, () => engine.up({ added: connector() }, { refresh: true }));
  expect(errors.get("added")?.message).toContain(`the name "added" belongs to the connector ${id}`);
  expect(rows()).toMatchObject([{ id, domains: ["somebody-else.com"] }]);
});

describe.each([1, 2, 3, 4, 5, 6])("a host that is killed at request %i", (boundary) => {
  const five = (more: object = {}): Program =>
    Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name, connector(more)]));

  async function upWithKilledHost(engine: EngineDouble, program: Program): Promise<void> {
    let count = 0;
    logto.beforeAnswer = ({ path }) => {
      if (!path.startsWith("/api/.well-known/") && ++count === boundary) process.kill(host.pid, "SIGKILL");
    };
    const errors = await inHost(engine, () => engine.up(program, { refresh: false, parallel: 1 }));
    logto.beforeAnswer = () => undefined;
    expect(errors.size).toBeGreaterThan(0);
  }

  test("of creating, updating and deleting five connectors leaves what the next run finishes", async () => {
    const engine = newStack(logto);
    await upWithKilledHost(engine, five());
    const unrecorded = names().filter((name) => !engine.state.has(name));
    const errors = await engine.up(five(), { refresh: false });
    // A connector was created and not recorded: the error names it, and says what to write.
    expect([...errors.keys()]).toEqual(unrecorded);
    for (const [name, { message }] of errors) {
      expect(message).toContain(
        `the name "${name}" belongs to the connector ${logto.named(name).id}, of the identity provider OIDC. `,
      );
      expect(message).toContain("add `adopt: true,`");
    }
    await succeed(engine.up(five(errors.size > 0 ? { adopt: true } : {}), { refresh: false }));
    expect(names()).toEqual(["a", "b", "c", "d", "e"]);
    expectNoOrphans(engine);

    await upWithKilledHost(engine, five({ domains: ["new.com"] }));
    await succeed(engine.up(five({ domains: ["new.com"] }), { refresh: false }));
    expect(rows().map(({ domains }) => domains.join())).toEqual(Array(5).fill("new.com"));

    await upWithKilledHost(engine, {});
    await succeed(engine.up({}, { refresh: false }));
    expect(names()).toEqual([]);
  });
});

test("an identity provider that hangs affects its own connector only", async () => {
  const engine = newStack(logto);
  const idp = await startIdentityProviders();
  const customers = (more: object): Program =>
    Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => {
        const issuer = `${idp.url}/customer-${index}`;
        const config = { clientId: "client", clientSecret: "canary-config", issuer };
        return [`customer-${index}`, connector({ config, ...more })];
      }),
    );
  await succeed(engine.up(customers({})));
  logto.named("customer-7").config.issuer = `${idp.url}/hangs/customer-7`;
  for (const row of rows()) row.domains = ["by-hand.com"];
  logto.takeLog();
  const errors = await inHost(engine, () => engine.refresh(), 6);
  expect([...errors.keys()]).toEqual(["customer-7"]);
  expect(errors.get("customer-7")?.message).toContain('Could not read SSO connector "customer-7"');
  expect(errors.get("customer-7")?.message).toContain(`${idp.url}/customer-7`);
  const read = [...engine.state.values()].filter(({ inputs }) => JSON.stringify(inputs).includes("by-hand"));
  expect(read).toHaveLength(19);
  // All were read by themselves once, without waiting for the list or for the one that hangs.
  const isAnswered = (name: string) =>
    logto.log.filter(({ path }) => path.endsWith(`/${logto.named(name).id}`)).map(({ status }) => status > 0);
  for (const name of names()) expect([name, isAnswered(name)]).toEqual([name, [name !== "customer-7"]]);

  // A rename sends no config, so that Logto does not contact the identity provider.
  await idp.close();
  logto.named("customer-7").config.issuer = `${idp.url}/customer-7`;
  const program = customers({ domains: ["by-hand.com"] });
  const renamed = { ...program["customer-3"], connectorName: "renamed" };
  await succeed(engine.up({ ...program, "customer-3": renamed }, { refresh: false }));
  expect(names()).toContain("renamed");
});
