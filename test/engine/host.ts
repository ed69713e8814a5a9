/**
 * The provider in a process of its own, driven over gRPC as the engine drives it: everything but the engine, without the CLI. That
 * is Pulumi's host of dynamic providers, or the plugin. It starts in 0.2 s of CPU time (2 cores, @pulumi/pulumi 3.270) and
 * answers in milliseconds.
 */
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { type ResourceKey, resources } from "../../provider/connector/resources";
import { loaderOf } from "../../provider/dynamic/tokens";
import { pluginTypeOf } from "../../provider/engine/pluginTokens";
import type { Properties, Provider, Providers, ProviderRun } from "./engineDouble";
import { cliEnvironment, neutralEnvironment } from "./environment";
import { start } from "./processes";
import type { Result, Running } from "./processes";

const REPOSITORY = join(__dirname, "..", "..");

/** The host's process, and the provider of each resource as the engine sees it. */
export interface Host extends ProviderRun {
  /** For calls that concern no resource. */
  readonly client: ResourceProviderClient;
  readonly pid: number;
  /** Settles when the process has ended. */
  readonly result: Promise<Result>;
  /** Ends the process with a signal, and waits for that. Default: the signal that the engine sends when it is done. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** What distinguishes the front ends. */
interface FrontEnd {
  /** The arguments of Node.js. */
  readonly args: readonly string[];
  /** The key of a setting, by its key in the stack config. */
  readonly settingKey: (key: string) => string;
  /** What the engine passes besides a resource's own properties. */
  readonly passed: (key: ResourceKey, properties: Properties) => Properties;
}

const frontEnds = {
  dynamic: {
    args: ["-e", 'require("@pulumi/pulumi/cmd/dynamic-provider")', "pulumi-resource-pulumi-nodejs"],
    settingKey: (key) => key,
    // Those of `get` have no outputs, but the code that loads the provider.
    passed: (key, properties) => ({ ...properties, __provider: loaderOf(key) }),
  },
  plugin: {
    args: [join(REPOSITORY, "dist", "plugin", "main.js")],
    settingKey: (key) => key.replace(/^logto:/, ""),
    passed: (_key, { __provider, ...properties }) => properties,
  },
} as const satisfies Record<string, FrontEnd>;

/** Starts Pulumi's host of dynamic providers, or the plugin. */
export type StartHost = (
  config: Readonly<Record<string, string>>,
  env?: NodeJS.ProcessEnv,
  folder?: string,
) => Promise<Host>;

export const startHost: StartHost = (...options) => startNamed("dynamic", ...options);
export const startPlugin: StartHost = (...options) => startNamed("plugin", ...options);

/** For tests that concern both. */
export const bothFrontEnds = [
  { frontEnd: "the dynamic host", startFrontEnd: startHost },
  { frontEnd: "the plugin", startFrontEnd: startPlugin },
];

/**
 * @param config the stack config, by `namespace:key`
 * @param folder in which the process is started. Default: the repository
 */
async function startNamed(
  name: keyof typeof frontEnds,
  config: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
  folder = REPOSITORY,
): Promise<Host> {
  const frontEnd: FrontEnd = frontEnds[name];
  // Nothing listens there, as when the engine has ended.
  const host = start(process.execPath, [...frontEnd.args, "127.0.0.1:1"], {
    cwd: folder,
    env: { ...cliEnvironment({ path: "", env: {} }, neutralEnvironment(process.env)), ...env },
  });
  const port = await portOf(host);
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
  });
  const settings = Object.entries(config).map(([key, value]) => [frontEnd.settingKey(key), value] as const);
  await answerOf((answer) =>
    client.configure(new messages.ConfigureRequest().setArgs(struct(Object.fromEntries(settings))), answer),
  );
  const providers = Object.fromEntries(
    (Object.keys(resources) as ResourceKey[]).map((key) => [key, providerOf(client, key, frontEnd)]),
  ) as Providers;
  return {
    providers,
    client,
    pid: host.pid,
    result: host.result,
    end: async (signal = "SIGINT") => {
      host.process.kill(signal);
      await host.result;
      client.close();
    },
  };
}

export function answerOf<Response>(
  call: (answer: (error: grpc.ServiceError | null, response: Response) => void) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) resolve(response);
      else reject(failureOf(error));
    });
  });
}

/** The host prints its port. */
async function portOf(host: Running): Promise<string> {
  const lines = createInterface(host.process.stdout ?? process.stdin);
  const [port] = (await Promise.race([once(lines, "line"), host.result.then(({ stderr }) => [stderr])])) as [
    string,
  ];
  if (!/^\d+$/.test(port)) throw new Error(`The host did not start: ${port}`);
  return port;
}

function providerOf(client: ResourceProviderClient, key: ResourceKey, frontEnd: FrontEnd): Provider {
  const passed = (properties: Properties) => struct(frontEnd.passed(key, properties));
  const urn = (name = "test") => `urn:pulumi:test::test::${pluginTypeOf(key)}::${name}`;
  return {
    configure: () => Promise.resolve(),
    check: async (olds, news) => {
      const request = new messages.CheckRequest()
        .setUrn(urn(news.connectorName as string))
        .setOlds(passed(olds))
        .setNews(passed(news));
      const response = await answerOf<messages.CheckResponse>((answer) => client.check(request, answer));
      const failures = response
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
      return { inputs: properties(response.getInputs()), failures };
    },
    diff: async (id, olds, news) => {
      const request = new messages.DiffRequest()
        .setUrn(urn())
        .setId(id)
        .setOlds(passed(olds))
        .setNews(passed(news));
      const response = await answerOf<messages.DiffResponse>((answer) => client.diff(request, answer));
      const { DIFF_NONE } = messages.DiffResponse.DiffChanges;
      return {
        changes: response.getChanges() !== DIFF_NONE,
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    create: async (inputs) => {
      const request = new messages.CreateRequest().setUrn(urn()).setProperties(passed(inputs));
      const response = await answerOf<messages.CreateResponse>((answer) => client.create(request, answer));
      return { id: response.getId(), outs: properties(response.getProperties()) };
    },
    read: async (id, props = {}) => {
      const request = new messages.ReadRequest().setUrn(urn()).setId(id).setProperties(passed(props));
      const response = await answerOf<messages.ReadResponse>((answer) => client.read(request, answer));
      // Without an ID, the object no longer exists.
      if (response.getId() === "") return {};
      const [read, inputs] = [properties(response.getProperties()), properties(response.getInputs())];
      return { id: response.getId(), props: read, inputs };
    },
    update: async (id, olds, news) => {
      const request = new messages.UpdateRequest()
        .setUrn(urn())
        .setId(id)
        .setOlds(passed(olds))
        .setNews(passed(news));
      const response = await answerOf<messages.UpdateResponse>((answer) => client.update(request, answer));
      return { outs: properties(response.getProperties()) };
    },
    delete: async (id, props) => {
      const request = new messages.DeleteRequest().setUrn(urn()).setId(id).setProperties(passed(props));
      await answerOf((answer) => client.delete(request, answer));
    },
  };
}

export function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

function properties(message: Struct | undefined): Properties {
  return message?.toJavaScript() ?? {};
}

/** Returns the error of a call, with what exists although the call failed. */
function failureOf(error: grpc.ServiceError): Error {
  const failure = new Error(error.details);
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (details === undefined) return failure;
  const [any] = Status.deserializeBinary(Buffer.from(details)).getDetailsList();
  const initFailed = any?.unpack(
    (bytes) => messages.ErrorResourceInitFailed.deserializeBinary(bytes),
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (!initFailed) return failure;
  return Object.assign(failure, {
    id: initFailed.getId(),
    properties: properties(initFailed.getProperties()),
    reasons: initFailed.getReasonsList(),
  });
}
