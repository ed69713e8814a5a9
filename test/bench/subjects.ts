/** The ways to declare connectors that are compared, each with its own Logto and stack. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { launchLogtoSso } from "../runCli";
import { createStack, type Result, type Stack } from "../engine";
import { installPlugin } from "../engine/plugins";
import { discoveryDocument, type Logto, startLogto } from "../logto";
import { type PeakMemory, peakMemoryOf } from "./memory";

/** Has the engine write the state once, at the end, instead of at every step. */
const writeOnce = { PULUMI_SKIP_CHECKPOINTS: "true" };

const programs = {
  /** The engine alone: a provider that does nothing. */
  baseline: { file: "baseline" },
  /** This package. */
  package: { file: "package" },
  /** This package, with a state that is written once, at the end. */
  skipping: { file: "package", env: writeOnce },
  /** This package, by its provider plugin. */
  plugin: { file: "plugin" },
  /** A dynamic resource written after Pulumi's documentation. */
  naive: { file: "naive" },
} as const satisfies Record<string, { file: string; env?: NodeJS.ProcessEnv }>;
export type SubjectName = keyof typeof programs;
export const subjectNames = Object.keys(programs) as SubjectName[];

export interface Load {
  readonly connectors: number;
  readonly latencyMs: number;
  /** Logto Cloud's limit of 200 requests in 10 s. */
  readonly rateLimit: boolean;
  /** Whether all subjects have their state written once: at every step, the time of creates grows with the square of their number. */
  readonly writeOnce: boolean;
  /** `logto:maxRequestsPerSecond`. */
  readonly maxRequestsPerSecond: number | undefined;
  /** Node.js's `--max-old-space-size`. */
  readonly heapMiB: number | undefined;
}

/** The cost of one command. */
export interface Cost extends PeakMemory {
  readonly exitCode: number;
  readonly seconds: number;
  /** The number of requests by kind: `token`, `list`, or the method. */
  readonly requests: Readonly<Record<string, number>>;
  /** The number of requests that were answered with 429. */
  readonly rateLimited: number;
  /** The largest number of simultaneous connections. */
  readonly connections: number;
}

const program = (file: string) => join(__dirname, "programs", `${file}.js`);

export class Subject {
  private constructor(
    readonly name: SubjectName,
    private readonly load: Load,
    private readonly logto: Logto,
    private readonly stack: Stack,
  ) {}

  static async start(name: SubjectName, load: Load): Promise<Subject> {
    const logto = await startLogto({
      applications: [{ id: "m2m", secret: "secret" }],
      latencyMs: load.latencyMs,
      // Identity providers answer at once, since their speed is not measured.
      idpFetch: (url) => {
        const [issuer = ""] = url.split("/.well-known/");
        return Promise.resolve({ ok: true, body: JSON.stringify(discoveryDocument(issuer)) });
      },
      ...(load.rateLimit ? { requestsIn10s: 200 } : {}),
    });
    logto.signInExperience.singleSignOnEnabled = true;
    const { file, env }: { file: string; env?: NodeJS.ProcessEnv } = programs[name];
    const stack = await createStack({
      program: { js: readFileSync(program(file), "utf8") },
      config: {
        "logto:endpoint": logto.url,
        "logto:clientId": "m2m",
        "logto:clientSecret": { secret: "secret" },
        ...(load.maxRequestsPerSecond === undefined
          ? {}
          : { "logto:maxRequestsPerSecond": String(load.maxRequestsPerSecond) }),
      },
      env: {
        BENCH_CONNECTORS: program("connectors"),
        BENCH_BASELINE_PROVIDER: program("baselineProvider"),
        // Without preload.cjs, so that processes load what they load for users.
        NODE_OPTIONS: load.heapMiB === undefined ? "" : `--max-old-space-size=${load.heapMiB}`,
        ...env,
        ...(load.writeOnce ? writeOnce : {}),
      },
    });
    if (name === "plugin") await installPlugin(String(stack.env.PULUMI_HOME));
    return new Subject(name, load, logto, stack);
  }

  /**
   * @param changed how many connectors are declared differently than at first
   * @param command default: `pulumi`
   */
  async run(
    args: readonly string[],
    changed: number,
    { command, env = {} }: { command?: "logto-sso" | undefined; env?: NodeJS.ProcessEnv } = {},
  ): Promise<Cost> {
    this.logto.log.length = 0;
    this.logto.connections.peak = this.logto.connections.open;
    const { connectors: count } = this.load;
    const launch =
      command === undefined ? this.stack.start.bind(this.stack) : launchLogtoSso.bind(undefined, this.stack);
    const running = launch(args, {
      env: {
        ...env,
        BENCH: JSON.stringify({ count, idp: this.logto.idp, changed: Math.min(changed, count) }),
      },
      timeoutSeconds: 3600,
    });
    const memory = peakMemoryOf(this.stack);
    const { code, seconds }: Result = await running.result;
    const requests: Record<string, number> = {};
    for (const { method, path } of this.logto.log) {
      const kind =
        path === "/oidc/token"
          ? "token"
          : path === "/api/sso-connectors" && method === "GET"
            ? "list"
            : method;
      requests[kind] = (requests[kind] ?? 0) + 1;
    }
    return {
      exitCode: code,
      seconds,
      requests,
      rateLimited: this.logto.log.filter(({ status }) => status === 429).length,
      ...memory.stop(),
      connections: this.logto.connections.peak,
    };
  }

  /** Creates the connectors where that is not measured. */
  create(): Promise<Cost> {
    return this.run(["up", "--yes", "--skip-preview"], 0, { env: { ...writeOnce, NODE_OPTIONS: "" } });
  }

  /** Returns the size of the state divided by the number of connectors. */
  stateBytes(): number {
    return statSync(this.stack.stateFile).size / this.load.connectors;
  }

  async dispose(): Promise<void> {
    await this.stack.dispose();
    await this.logto.close();
  }
}
