/**
 * Calls the provider as Pulumi's engine does, but without the engine: for tests that need hundreds of runs. The provider is the
 * compiled one. Each run has one of its own, as it has a process of the dynamic host.
 */
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ResourceKey } from "../../provider/connector/resources";

export type Properties = Record<string, unknown>;
export type Provider = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

/** The arguments of connectors, by the name of the resource. */
export type Program = Readonly<Record<string, Properties>>;

/** A resource whose arguments may depend on the IDs of others, which are therefore created first. */
export interface Declaration {
  readonly resource: ResourceKey;
  readonly argsFrom: (idOf: (name: string) => string) => Properties;
}

/** A call for the resource with this name. */
type Call = [name: string, call: () => Promise<void>];

interface Resource {
  readonly key: ResourceKey;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** The last create or update failed, so the next run updates the resource. */
  readonly incomplete?: boolean;
}

export const loader = { __provider: "the text that loads the provider" };

export type Providers = Record<ResourceKey, Provider>;

/** The providers of one run of the engine. */
export interface ProviderRun {
  readonly providers: Providers;
  end(): Promise<void>;
}

/**
 * Starts the provider as a new process does: without anything from an earlier run.
 *
 * @param dist the folder of the compiled package
 */
export async function startProvider(
  config: Readonly<Record<string, string>>,
  dist = join(__dirname, "..", "..", "dist"),
): Promise<Providers> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const host = require(join(dist, "dynamic", "host.js")) as { dynamicProviders(): Providers };
  const providers = host.dynamicProviders();
  const get = (key: string) => config[key];
  await providers.ssoConnector.configure({ config: { get, require: get } as pulumi.dynamic.Config });
  return providers;
}

/** Checks arguments as the engine does; the inputs for the next call. */
export async function check(provider: Provider, args: Properties): Promise<Properties> {
  const { inputs, failures = [] } = await provider.check({}, { ...args, ...loader });
  expect(failures).toEqual([]);
  return { ...unwrapSecrets(inputs), ...loader };
}

/** Creates a resource as the engine does. */
export async function create(
  provider: Provider,
  args: Properties,
): Promise<{ id: string; outputs: Properties }> {
  const { id, outs } = await provider.create(await check(provider, args));
  return { id, outputs: { ...unwrapSecrets(outs), ...loader } };
}

/** Starts the provider of a run. */
export type StartRun = (config: Readonly<Record<string, string>>) => Promise<ProviderRun>;

/** Starts it in the process of the test. */
export const inThisProcess: StartRun = async (config) => ({
  providers: await startProvider(config),
  end: () => Promise.resolve(),
});

export interface RunOptions {
  /** Whether resources are read first, as by `--refresh`. Default: `true`. */
  readonly refresh?: boolean;
  /** The number of calls at a time, as of `--parallel`. Default: all that can be made. */
  readonly parallel?: number;
}

/** A stack's state, and runs that bring it to what a program declares. */
export class EngineDouble {
  readonly state = new Map<string, Resource>();

  /**
   * @param config the stack config of the next runs
   * @param start starts the provider of the next runs
   */
  constructor(
    public config: Readonly<Record<string, string>>,
    public start: StartRun = inThisProcess,
  ) {}

  /** Creates, updates and deletes, as `pulumi up --continue-on-error` does. Returns the errors by resource. */
  up(
    program: Readonly<Record<string, Properties | Declaration>>,
    { refresh = true, parallel = Infinity }: RunOptions = {},
  ): Promise<Map<string, Error>> {
    return this.#run(parallel, async (providers, makeCalls) => {
      if (refresh) await makeCalls(this.#refreshes(providers));
      for (const isDependent of [false, true]) {
        const declared = Object.entries(program).filter(([, one]) => isDeclaration(one) === isDependent);
        await makeCalls(
          declared.map(([name, one]) => [name, () => this.#createOrUpdate(providers, name, one)]),
        );
      }
      const undeclared = [...this.state.keys()].filter((name) => !(name in program)).reverse();
      await makeCalls(undeclared.map((name) => [name, () => this.#delete(providers, name)]));
    });
  }

  /** Reads the resources of the state, as `pulumi refresh` does. Returns the errors by resource. */
  refresh(): Promise<Map<string, Error>> {
    return this.#run(Infinity, (providers, makeCalls) => makeCalls(this.#refreshes(providers)));
  }

  #refreshes(providers: Providers): Call[] {
    return [...this.state.keys()].map((name) => [name, () => this.#refresh(providers, name)]);
  }

  /** Makes the calls of a run, a number of them at a time. No call is made for a resource after its first error. */
  async #run(
    parallel: number,
    steps: (providers: Providers, makeCalls: (calls: Call[]) => Promise<void>) => Promise<void>,
  ): Promise<Map<string, Error>> {
    const run = await this.start(this.config);
    const errors = new Map<string, Error>();
    await steps(run.providers, async (calls) => {
      const next = calls.filter(([name]) => !errors.has(name)).values();
      const makeAll = async () => {
        for (const [name, call] of next)
          await call().catch((error: unknown) => errors.set(name, error as Error));
      };
      await Promise.all(Array.from({ length: Math.min(parallel, calls.length) }, makeAll));
    });
    await run.end();
    return errors;
  }

  /** Returns the names of the resources that a refresh would change. */
  async drift(): Promise<string[]> {
    const run = await this.start(this.config);
    const { providers } = run;
    const drifted = await Promise.all(
      [...this.state].map(async ([name, { key, id, inputs, outputs }]) => {
        const { props, inputs: live } = await providers[key].read(id, outputs);
        if (live === undefined) return [name];
        const read = { ...unwrapSecrets(props), ...loader };
        return (await providers[key].diff(id, read, inputs)).changes === false ? [] : [name];
      }),
    );
    await run.end();
    return drifted.flat();
  }

  async #refresh(providers: Providers, name: string): Promise<void> {
    const resource = this.#resource(name);
    const {
      id = resource.id,
      props,
      inputs,
    } = await providers[resource.key].read(resource.id, resource.outputs);
    if (props === undefined) this.state.delete(name);
    else
      this.state.set(name, {
        ...resource,
        id,
        inputs: unwrapSecrets(inputs),
        outputs: { ...unwrapSecrets(props), ...loader },
      });
  }

  async #createOrUpdate(
    providers: Providers,
    name: string,
    declaration: Properties | Declaration,
  ): Promise<void> {
    const { resource: key, argsFrom } = isDeclaration(declaration)
      ? declaration
      : { resource: "ssoConnector" as const, argsFrom: () => ({ connectorName: name, ...declaration }) };
    const provider = providers[key];
    const args = { ...argsFrom((other) => this.#resource(other).id), ...loader };
    const old = this.state.get(name);
    const checked = await provider.check(old?.inputs ?? {}, args);
    if (checked.failures?.length) throw new Error(JSON.stringify(checked.failures));
    const inputs = { ...unwrapSecrets(checked.inputs), ...loader };
    if (old === undefined) {
      await this.#record(name, { key, inputs }, async () => {
        const { id, outs } = await provider.create(inputs);
        return { id, outputs: unwrapSecrets(outs) };
      });
      return;
    }
    const { changes, replaces } = await provider.diff(old.id, old.outputs, inputs);
    if (changes === false && !old.incomplete) return;
    if (replaces?.length) {
      await this.#delete(providers, name);
      await this.#createOrUpdate(providers, name, declaration);
      return;
    }
    await this.#record(name, { key, inputs }, async () => {
      const { outs } = await provider.update(old.id, old.outputs, inputs);
      return { id: old.id, outputs: unwrapSecrets(outs) };
    });
  }

  /** Records the result in the state. An error with an ID means that the object exists, so it is recorded too. */
  async #record(
    name: string,
    resource: Pick<Resource, "key" | "inputs">,
    operation: () => Promise<Pick<Resource, "id" | "outputs">>,
  ): Promise<void> {
    try {
      const { id, outputs } = await operation();
      this.state.set(name, { ...resource, id, outputs: { ...outputs, ...loader } });
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Properties };
      if (id !== undefined)
        this.state.set(name, { ...resource, id, outputs: unwrapSecrets(properties), incomplete: true });
      throw error;
    }
  }

  async #delete(providers: Providers, name: string): Promise<void> {
    const { key, id, outputs } = this.#resource(name);
    await providers[key].delete(id, outputs);
    this.state.delete(name);
  }

  #resource(name: string): Resource {
    const resource = this.state.get(name);
    if (resource === undefined) throw new Error(`The state has no resource ${name}.`);
    return resource;
  }
}

function isDeclaration(declared: Properties | Declaration): declared is Declaration {
  return "argsFrom" in declared;
}

const secretSignature = "4dabf18193072939515e22adb298388d";

/** Returns properties as the engine passes them back to a host: without the wrappers of secrets. */
export function unwrapSecrets(value: unknown): Properties {
  return JSON.parse(JSON.stringify(value ?? {}), (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && secretSignature in inner
      ? (inner as { value?: unknown }).value
      : inner,
  ) as Properties;
}
