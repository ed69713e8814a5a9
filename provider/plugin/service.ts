/** The methods of Pulumi's ResourceProvider service, for the engine of CLI 3.254 and newer. */
import type * as grpc from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { withDefaults } from "../connector/canonical";
import type { Values } from "../values";
import { resources as resourceTables } from "../connector/resources";
import { type Calls, InitError, maskFailurePaths } from "../engine/calls";
import { functionTokenOf } from "../engine/pluginTokens";
import { resourceNameOf, typeOf } from "../engine/urn";
import { toEngine } from "../engine/engineValues";
import { ExpectedError } from "../expectedError";
import { isReplacement } from "../lifecycle/results";
import type { Session } from "../lifecycle/session";
import { lookups } from "../logto/lookupTable";
import { misspeltSettings, previewWarning } from "../logto/settings";
import { version } from "../manifest";
import { changedSettings, checkSettings, settingsOf } from "./config";
import { listOf } from "./list";
import { failureInProgramLanguage } from "./projectLanguage";
import type { PluginResource, PluginRun, Runs } from "./runs";
import { stillAbsent, withAbsent } from "./absentOutputs";
import { type PassedValues, passedValues, serviceErrorOf, structOf, unary } from "./wire";

const { DIFF_NONE, DIFF_SOME, DIFF_UNKNOWN } = messages.DiffResponse.DiffChanges;

type Methods = Partial<IResourceProviderServer>;

export function providerService(runs: Runs, schema: string): IResourceProviderServer {
  const service: Methods = { ...configuration(runs, schema), ...resources(runs), ...functions(runs) };
  return service as IResourceProviderServer;
}

/** The methods that begin and end a run. */
function configuration(runs: Runs, schema: string): Methods {
  return {
    handshake: unary((request: messages.ProviderHandshakeRequest, peer) => {
      runs.connect(peer, request.getEngineAddress());
      return new messages.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),

    attach: unary((request, peer) => {
      runs.connect(peer, request.getAddress());
      return new Empty();
    }),

    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),

    getSchema: unary(() => new messages.GetSchemaResponse().setSchema(schema)),

    checkConfig: unary(async (request, peer) => {
      const { marked: args } = passedValues(request.getNews());
      const { inputs, failures } = checkSettings(resourceNameOf(request.getUrn()), args);
      // Of the run that is about to begin, with the settings of the program: those of the state are not checked.
      const { log, session } = runs.of(peer);
      session.runsProgram = true;
      const warnings = misspeltSettings(Object.keys(args).map((key) => `logto:${key}`));
      await Promise.all(warnings.map((warning) => log.show(warning, "warning")));
      return checkResponse({ inputs, failures: maskFailurePaths(failures) });
    }),

    diffConfig: unary((request) => {
      const changed = changedSettings(
        passedValues(request.getOldInputs()).plain,
        passedValues(request.getNews()).plain,
      );
      const changes = changed.length > 0 ? DIFF_SOME : DIFF_NONE;
      return new messages.DiffResponse().setChanges(changes).setDiffsList(changed);
    }),

    configure: unary((request, peer) => {
      const name = request.getName() ?? resourceNameOf(request.getUrn() ?? "");
      const { session } = runs.begin(peer);
      session.configure(settingsOf(name, passedValues(request.getArgs()).plain));
      return new messages.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true);
    }),

    cancel: unary(async (_request, peer) => {
      await runs.of(peer).session.finish();
      return new Empty();
    }),
  };
}

/** The methods for resources. */
function resources(runs: Runs): Methods {
  const method = <Request extends { getUrn(): string }, Response>(
    call: (resource: PluginResource, request: Request, run: ResourceCall) => Promise<Response>,
  ) => ofResource(runs, call);
  return {
    check: method(async ({ calls, key }, request, { declarations, passed }) => {
      const urn = request.getUrn();
      const [olds, news] = [passed(request.getOlds()), passed(request.getNews())];
      const given = withDefaults(resourceTables[key].inputs, news.plain, resourceNameOf(urn));
      const checked = await calls.check(olds.plain, given, news.secrets);
      const inputs = news.mark(checked.inputs);
      const conflict =
        checked.failures.length > 0 ? undefined : declarations.conflict(key, urn, checked.inputs);
      const failures = conflict === undefined ? checked.failures : calls.failuresOf([conflict], news.secrets);
      return checkResponse({ inputs, failures });
    }),

    diff: method(async ({ calls, key }, request, { declarations, passed }) => {
      const [id, urn] = [request.getId(), request.getUrn()];
      const [olds, news] = [passed(request.getOlds()), passed(request.getNews())];
      declarations.note(key, id, urn, news.plain);
      const diff = await calls.diff(id, olds.plain, news.plain);
      const { changes, replaces, deleteBeforeReplace } = diff;
      // One that is replaced under a new name, by an alias, is deleted under the old one.
      if (!isReplacement(diff)) declarations.own(key, id, urn);
      return new messages.DiffResponse()
        .setChanges(changes === undefined ? DIFF_UNKNOWN : changes ? DIFF_SOME : DIFF_NONE)
        .setReplacesList(replaces ?? [])
        .setDeletebeforereplace(deleteBeforeReplace === true);
    }),

    create: method(async ({ calls, key }, request, { session, declarations, passed }) => {
      const inputs = passed(request.getProperties());
      if (request.getPreview()) {
        warnInPreview(session);
        const previewed = inputs.mark(await calls.preview(inputs.plain));
        return new messages.CreateResponse().setProperties(structOf(previewed));
      }
      const { id, outs } = await marking(inputs, calls.create(inputs.plain));
      declarations.note(key, id, request.getUrn(), inputs.plain);
      const outputs = withAbsent(key, inputs.mark(outs));
      return new messages.CreateResponse().setId(id).setProperties(structOf(outputs));
    }),

    read: method(async ({ calls, key }, request, { passed }) => {
      const [state, given] = [passed(request.getProperties()), passed(request.getInputs())];
      const resource = await calls.read(request.getId(), state.plain);
      if (resource === undefined) return new messages.ReadResponse();
      const { id, props, inputs } = resource;
      return new messages.ReadResponse()
        .setId(id)
        .setProperties(structOf(withAbsent(key, state.mark(props))))
        .setInputs(structOf(given.mark(inputs)));
    }),

    update: method(async ({ calls, key }, request, { session, passed }) => {
      const id = request.getId();
      const [{ plain: state }, news] = [passed(request.getOlds()), passed(request.getNews())];
      if (request.getPreview()) warnInPreview(session);
      const outs = await (request.getPreview()
        ? calls.preview(news.plain, id, state).then((previewed) => stillAbsent(state, previewed))
        : marking(news, calls.update(id, state, news.plain)).then((updated) => withAbsent(key, updated)));
      return new messages.UpdateResponse().setProperties(structOf(news.mark(outs)));
    }),

    delete: method(async ({ calls, key }, request, { declarations, passed }) => {
      const id = request.getId();
      const isOthers = declarations.isOfAnother(key, id, request.getUrn());
      await calls.delete(id, passed(request.getProperties()).plain, isOthers);
      return new Empty();
    }),
  };
}

/** The methods that read of Logto what no program declares. */
function functions(runs: Runs): Methods {
  return {
    invoke: unary(async (request, peer) => {
      const token = request.getTok();
      const [, lookUp] = Object.entries(lookups).find(([name]) => functionTokenOf(name) === token) ?? [];
      if (lookUp === undefined) throw new ExpectedError(`The package logto has no function ${token}.`);
      const args = passedValues(request.getArgs()).plain;
      const { session } = runs.of(peer);
      const result = await session.keepAlive(() => lookUp(session.client(), args), false);
      return new messages.InvokeResponse().setReturn(structOf(toEngine(result) as Values));
    }),

    list: (call) => {
      const limit = call.request.getLimit();
      const listed = async () => {
        const { session, resources } = runs.of(call.getPeer());
        const key = resources.get(call.request.getToken())?.key;
        return session.keepAlive(() => listOf(key, session.client()), false);
      };
      listed().then(
        (objects) => {
          for (const { id, name } of limit > 0 ? objects.slice(0, limit) : objects) {
            const result = new messages.ListResponse.Result().setId(id).setName(name);
            call.write(new messages.ListResponse().setResult(result));
          }
          call.end();
        },
        // Destroyed, the call would never be answered (seen with @grpc/grpc-js 1.14).
        async (error: unknown) => call.emit("error", await serviceErrorOf(error)),
      );
    },
  };
}

/** A run, during a call for a resource. */
interface ResourceCall extends PluginRun {
  /** Reads values of the request. What is secret in them is in no message from then on. */
  readonly passed: (message: Struct | undefined) => PassedValues;
}

/** Makes a method for one resource. */
function ofResource<Request extends { getUrn(): string }, Response>(
  runs: Runs,
  method: (resource: PluginResource, request: Request, call: ResourceCall) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return unary((request, peer) => {
    const run = runs.of(peer);
    const urn = request.getUrn();
    const resource = run.resources.get(typeOf(urn));
    if (resource === undefined) throw new ExpectedError(`The package logto has no resource ${typeOf(urn)}.`);
    const passed = (message: Struct | undefined) => {
      const values = passedValues(message);
      run.session.hide(values.secrets.texts);
      return values;
    };
    return run.log.during(urn, () => method(resource, request, { ...run, passed }));
  });
}

/** Marks what a failed call leaves in the state. */
function marking<Result>(passed: PassedValues, call: Promise<Result>): Promise<Result> {
  return call.catch((error: unknown) => {
    if (error instanceof InitError) error.properties = passed.mark(error.properties);
    throw error;
  });
}

function warnInPreview(session: Session): void {
  const missing = session.missingSettings();
  if (missing.length > 0) session.notify(previewWarning(missing), "warning");
}

async function checkResponse({
  inputs,
  failures,
}: Awaited<ReturnType<Calls["check"]>>): Promise<messages.CheckResponse> {
  const list = (await Promise.all(failures.map(failureInProgramLanguage))).map(({ property, reason }) =>
    new messages.CheckFailure().setProperty(property).setReason(reason),
  );
  return new messages.CheckResponse().setInputs(structOf(inputs)).setFailuresList(list);
}
