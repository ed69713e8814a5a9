/** The three ways to have the same connectors that are measured side by side, each with a Logto and a stack of its own. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { launchLogtoSso } from "../runCli";
import { createStack, type Result, type Stack } from "../engine";
import { discoveryDocument, type Logto, startLogto } from "../logto";
import { peakMemoryOf } from "./memory";

const programs = {
  floor: "the engine alone: a provider that does nothing",
  package: "this package",
  naive: "a dynamic resource as the documentation teaches",
} as const;
export type SubjectName = keyof typeof programs;
export const subjectNames = Object.keys(programs) as SubjectName[];

export interface Load {
  readonly connectors: number;
  readonly latencyMs: number;
  /** Logto Cloud's limit of 200 requests in 10 s. */
  readonly rateLimit: boolean;
  /** `logto:maxRequestsPerSecond`. */
  readonly pace: number | undefined;
}

/** What one command cost. */
export interface Cost {
  readonly exitCode: number;
  readonly seconds: number;
  /** By kind: `token`, `list`, or the method. */
  readonly requests: Readonly<Record<string, number>>;
  /** Requests that were answered with 429. */
  readonly refused: number;
  /** Peak of the process that hosts the provider; `undefined` where this system does not tell. */
  readonly hostMiB: number | undefined;
  /** Most connections at a time. */
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
      // At once: what identity providers take is not what is measured.
      idpFetch: (url) => {
        const [issuer = ""] = url.split("/.well-known/");
        return Promise.resolve({ ok: true, body: JSON.stringify(discoveryDocument(issuer)) });
      },
      ...(load.rateLimit ? { requestsIn10s: 200 } : {}),
    });
    const stack = await createStack({
      project: "bench",
      program: { js: readFileSync(program(name), "utf8") },
      config: {
        "logto:endpoint": logto.url,
        "logto:clientId": "m2m",
        "logto:clientSecret": { secret: "secret" },
        ...(load.pace === undefined ? {} : { "logto:maxRequestsPerSecond": String(load.pace) }),
      },
      env: { BENCH_CONNECTORS: program("connectors"), BENCH_FLOOR_PROVIDER: program("floorProvider") },
    });
    return new Subject(name, load, logto, stack);
  }

  /** @param changed how many connectors are declared otherwise than at first */
  async run(args: readonly string[], changed: number, command?: "logto-sso"): Promise<Cost> {
    this.logto.log.length = 0;
    this.logto.connections.peak = this.logto.connections.open;
    const { connectors: count } = this.load;
    const launch =
      command === undefined ? this.stack.start.bind(this.stack) : launchLogtoSso.bind(undefined, this.stack);
    const running = launch(args, {
      env: { BENCH: JSON.stringify({ count, idp: this.logto.idp, changed: Math.min(changed, count) }) },
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
      refused: this.logto.log.filter(({ status }) => status === 429).length,
      hostMiB: memory.end(),
      connections: this.logto.connections.peak,
    };
  }

  /** Size of the state by connector. */
  stateBytes(): number {
    const state = join(
      String(this.stack.env.PULUMI_BACKEND_URL).replace("file://", ""),
      `.pulumi/stacks/bench/${this.stack.name}.json`,
    );
    return statSync(state).size / this.load.connectors;
  }

  async end(): Promise<void> {
    await this.stack.dispose();
    await this.logto.close();
  }
}
