/**
 * The runs of the engine that the process serves. A process that the engine starts serves one. One that stays attached
 * (`PULUMI_DEBUG_PROVIDERS`) serves those of every command and of every provider of a program. Their calls do not say to which
 * they belong, but each run has a connection of its own (seen with Pulumi CLI 3.259).
 */
import type { ResourceKey } from "../connector/resources";
import { Calls } from "../engine/calls";
import { pluginTypeOf, resourceKeys } from "../engine/pluginTokens";
import { ProcessEnd } from "../lifecycle/processEnd";
import { Lifecycle } from "../lifecycle/lifecycle";
import { Session } from "../lifecycle/session";
import { ExpectedError } from "../expectedError";
import { Declarations } from "./declarations";
import { EngineLog } from "./engineLog";
import { ConnectorLifecycle } from "./registrationUrlOutputs";
import { inProgramLanguage } from "./projectLanguage";

/** A run of the engine. The next one knows nothing of it. */
export interface PluginRun {
  readonly log: EngineLog;
  readonly session: Session;
  readonly declarations: Declarations;
  readonly resources: ReadonlyMap<string, PluginResource>;
}

/** A resource of the package, as a run serves it. */
export interface PluginResource {
  readonly key: ResourceKey;
  readonly calls: Calls;
}

export class Runs {
  /** By the other end of the connection. */
  readonly #runs = new Map<string, PluginRun>();
  readonly #processEnd = new ProcessEnd(() =>
    Promise.all([...this.#runs.values()].map(({ session }) => session.showLast())),
  );
  #connections = 0;

  /** @param engineAddress where the engine that started the process takes messages, if it said so then */
  constructor(private readonly engineAddress: string | undefined) {}

  /** Takes note of a connection, and of where its engine takes messages. */
  connect(peer: string, engineAddress: string): void {
    const { log } = this.#runs.get(peer) ?? this.begin(peer);
    if (engineAddress !== "") log.connect(engineAddress);
  }

  /** Begins a run, as the engine does when it configures a provider. What it did before on the connection is part of the run. */
  begin(peer: string): PluginRun {
    const begun = this.#runs.get(peer);
    if (begun !== undefined && !begun.session.isConfigured && !begun.session.isFinished) return begun;
    for (const [other, { session }] of this.#runs) if (session.isFinished) this.#runs.delete(other);
    const log = begun?.log ?? this.#newLog();
    const session = new Session(
      async (text, kind) => log.show(await inProgramLanguage(text), kind),
      this.#processEnd,
    );
    const run = { log, session, declarations: new Declarations(), resources: resourcesOf(session) };
    this.#runs.set(peer, run);
    return run;
  }

  /**
   * Returns the run of a connection.
   *
   * @throws ExpectedError if it is not known
   */
  of(peer: string): PluginRun {
    const run = this.#runs.get(peer);
    if (run !== undefined) return run;
    // The engine makes a connection anew after 30 minutes without a call (gRPC's default).
    const [onlyRun] = this.#runs.values();
    if (onlyRun !== undefined && this.#connections === 1) return onlyRun;
    throw new ExpectedError(
      "The plugin does not know the run of this call: the engine has lost its connection to this process, which stays attached " +
        "and has served others. Run the command again.",
    );
  }

  #newLog(): EngineLog {
    this.#connections++;
    const log = new EngineLog();
    if (this.engineAddress !== undefined) log.connect(this.engineAddress);
    return log;
  }
}

/** Returns the resources of a run by the type in a URN. */
function resourcesOf(session: Session): PluginRun["resources"] {
  return new Map(
    resourceKeys.map((key) => {
      const lifecycleClass = key === "ssoConnector" ? ConnectorLifecycle : Lifecycle;
      return [pluginTypeOf(key), { key, calls: new Calls(session, new lifecycleClass(key, session)) }];
    }),
  );
}
