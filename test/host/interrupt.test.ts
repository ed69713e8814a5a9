/** Ctrl-C, which a terminal sends to the provider's process as well as to the engine. */
import { create, EngineDouble } from "../engine/engineDouble";
import { bothFrontEnds, type Host } from "../engine/host";
import { type Logto, type LogtoOptions, startLogto } from "../logto";
import { settingsFor } from "../provider/inProcess";

jest.setTimeout(60_000);

describe.each(bothFrontEnds)("$frontEnd", ({ startFrontEnd: startHost }) => {
  let logto: Logto;
  let host: Host;
  afterEach(async () => {
    await host.end();
    await logto.close();
  });

  /** Starts Logto, and interrupts the host when Logto receives the first create. */
  async function startInterrupting(options: LogtoOptions = {}): Promise<Record<string, string>> {
    logto = await startLogto(options);
    let isInterrupted = false;
    logto.beforeAnswer = ({ method, path }) => {
      if (isInterrupted || method !== "POST" || path === "/oidc/token") return;
      isInterrupted = true;
      process.kill(host.pid, "SIGINT");
    };
    return settingsFor(logto);
  }

  test("creates complete and are recorded, those under way and those that the engine still begins", async () => {
    const engine = new EngineDouble(
      await startInterrupting(),
      async (settings) => (host = await startHost(settings)),
    );
    logto.faults.arm("slow", "create", Infinity);
    const twelve = Array.from({ length: 12 }, (_, index) => [`c${index}`, { providerName: "Okta" }] as const);
    expect([...(await engine.up(Object.fromEntries(twelve), { parallel: 4 })).values()]).toEqual([]);
    expect(logto.connectors.rows.size).toBe(12);
    expect([...engine.state.values()].map(({ id }) => id).sort()).toEqual(
      [...logto.connectors.rows.keys()].sort(),
    );
    expect((await host.result).code).toBe(0);
  });

  test("a create that begins when all others have ended completes before the process exits", async () => {
    // Longer than the process waits for further calls.
    host = await startHost(await startInterrupting({ latencyMs: 1100 }));
    const { ssoConnector } = host.providers;
    await create(ssoConnector, { providerName: "Okta", connectorName: "first" });
    const { id } = await create(ssoConnector, { providerName: "Okta", connectorName: "second" });
    expect(id).toBe(logto.named("second").id);
    expect((await host.result).code).toBe(0);
  });
});
