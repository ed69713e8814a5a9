/**
 * What the engine does with the provider, without the engine: for tests that need hundreds of runs. The provider is the
 * compiled entry that the dynamic host loads, a new one for each run, as each run has a host process of its own.
 */
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ResourceKey } from "../provider/connector/resources";

export type Properties = Record<string, unknown>;
export type Provider = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

/** Connectors by the name of their resource. */
export type Program = Readonly<Record<string, Properties>>;

interface Resource {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** The last create or update did not succeed, so the next run updates. */
  readonly incomplete?: boolean;
}

const loader = { __provider: "the text that loads the provider" };

type Providers = Record<ResourceKey, Provider>;

/**
 * The provider as a process of its own would have it: nothing is left of the one before.
 *
 * @param dist where the compiled package is
 */
export async function startProvider(
  config: Readonly<Record<string, string>>,
  dist = join(__dirname, "..", "dist"),
): Promise<Providers> {
  for (const file of Object.keys(require.cache))
    if (file.startsWith(dist)) Reflect.deleteProperty(require.cache, file);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const providers = require(join(dist, "provider.js")) as Providers;
  const get = (key: string) => config[key];
  await providers.ssoConnector.configure({ config: { get, require: get } as pulumi.dynamic.Config });
  return providers;
}

/** A state, and runs that bring what is there to what a program says. */
export class Deployment {
  readonly state = new Map<string, Resource>();

  constructor(private readonly config: Readonly<Record<string, string>>) {}

  /** Deletes, creates and updates, as `pulumi up --refresh` does; gives the errors, by resource. */
  async up(program: Program, { refresh = true } = {}): Promise<Map<string, Error>> {
    const provider = await this.#provider();
    const errors = new Map<string, Error>();
    const attempt = async (name: string, step: () => Promise<void>) => {
      await step().catch((error: unknown) => errors.set(name, error as Error));
    };
    if (refresh) {
      await Promise.all(
        [...this.state.keys()].map((name) => attempt(name, () => this.#refresh(provider, name))),
      );
    }
    const failed = new Set(errors.keys());
    const wanted = Object.entries(program).filter(([name]) => !failed.has(name));
    await Promise.all(wanted.map(([name, args]) => attempt(name, () => this.#bring(provider, name, args))));
    const unwanted = [...this.state.keys()].filter((name) => !(name in program) && !failed.has(name));
    await Promise.all(unwanted.map((name) => attempt(name, () => this.#delete(provider, name))));
    return errors;
  }

  /** The resources that a refresh would change, by the paths of their inputs. */
  async drift(): Promise<string[]> {
    const provider = await this.#provider();
    const drifted = await Promise.all(
      [...this.state].map(async ([name, { id, inputs, outputs }]) => {
        const { props, inputs: live } = await provider.read(id, outputs);
        if (live === undefined) return [name];
        return (await provider.diff(id, plain(props), inputs)).changes === false ? [] : [name];
      }),
    );
    return drifted.flat();
  }

  async #provider(): Promise<Provider> {
    return (await startProvider(this.config)).ssoConnector;
  }

  async #refresh(provider: Provider, name: string): Promise<void> {
    const resource = this.#resource(name);
    const { id = resource.id, props, inputs } = await provider.read(resource.id, resource.outputs);
    if (props === undefined) this.state.delete(name);
    else
      this.state.set(name, {
        ...resource,
        id,
        inputs: plain(inputs),
        outputs: { ...plain(props), ...loader },
      });
  }

  async #bring(provider: Provider, name: string, args: Properties): Promise<void> {
    const old = this.state.get(name);
    const checked = await provider.check(old?.inputs ?? {}, { connectorName: name, ...args, ...loader });
    if (checked.failures?.length) throw new Error(JSON.stringify(checked.failures));
    const inputs = { ...plain(checked.inputs), ...loader };
    if (old === undefined) {
      await this.#keep(name, inputs, async () => {
        const { id, outs } = await provider.create(inputs);
        return { id, outputs: plain(outs) };
      });
      return;
    }
    const { changes, replaces } = await provider.diff(old.id, old.outputs, inputs);
    if (changes === false && !old.incomplete) return;
    if (replaces?.length) {
      await this.#delete(provider, name);
      await this.#bring(provider, name, args);
      return;
    }
    await this.#keep(name, inputs, async () => {
      const { outs } = await provider.update(old.id, old.outputs, inputs);
      return { id: old.id, outputs: plain(outs) };
    });
  }

  /** An error that carries an ID is of an object that is there, and is kept in the state. */
  async #keep(
    name: string,
    inputs: Properties,
    step: () => Promise<Omit<Resource, "inputs">>,
  ): Promise<void> {
    try {
      const { id, outputs } = await step();
      this.state.set(name, { id, inputs, outputs: { ...outputs, ...loader } });
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Properties };
      if (id !== undefined)
        this.state.set(name, { id, inputs, outputs: plain(properties), incomplete: true });
      throw error;
    }
  }

  async #delete(provider: Provider, name: string): Promise<void> {
    const { id, outputs } = this.#resource(name);
    await provider.delete(id, outputs);
    this.state.delete(name);
  }

  #resource(name: string): Resource {
    const resource = this.state.get(name);
    if (resource === undefined) throw new Error(`no resource ${name}`);
    return resource;
  }
}

const secretMark = "4dabf18193072939515e22adb298388d";

/** As the engine hands properties back to a host: without the marks of secrets. */
export function plain(value: unknown): Properties {
  return JSON.parse(JSON.stringify(value ?? {}), (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && secretMark in inner
      ? (inner as { value?: unknown }).value
      : inner,
  ) as Properties;
}
