/** The methods of Pulumi's ResourceProvider service, for the engine of CLI 3.254 and newer. */
import type * as grpc from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { withDefaults } from "../connector/canonical";
import type { Values } from "../values";
import { resources as resourceTables } from "../connector/resources";
import { type Calls, InitError, maskFailurePaths } from "../engine/calls";
import { markedAs } from "../engine/declaredSecrets";
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
import { secretsIn, serviceErrorOf, structOf, unary, valuesOf } from "./wire";

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
      const { marked: args } = valuesOf(request.getNews());
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
        valuesOf(request.getOldInputs()).plain,
        valuesOf(request.getNews()).plain,
      );
      const changes = changed.length > 0 ? DIFF_SOME : DIFF_NONE;
      return new messages.DiffResponse().setChanges(changes).setDiffsList(changed);
    }),

    configure: unary((request, peer) => {
      const name = request.getName() ?? resourceNameOf(request.getUrn() ?? "");
      const { session } = runs.begin(peer);
      session.configure(settingsOf(name, valuesOf(request.getArgs()).plain));
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
    call: (resource: PluginResource, request: Request, run: PluginRun) => Promise<Response>,
  ) => ofResource(runs, call);
  return {
    check: method(async ({ calls, key }, request, { declarations }) => {
      const [urn, name] = [request.getUrn(), resourceNameOf(request.getUrn())];
      const passed = valuesOf(request.getNews());
      const secrets = secretsIn(passed);
      const given = withDefaults(resourceTables[key].inputs, passed.plain, name);
      const checked = await calls.check(valuesOf(request.getOlds()).plain, given, secrets);
      const inputs = markedAs(passed.marked, checked.inputs);
      if (checked.failures.length > 0) return checkResponse({ ...checked, inputs });
      const conflicts = declarations.conflicts(key, { urn, name }, checked.inputs);
      return checkResponse({ inputs, failures: calls.failuresOf(conflicts, secrets) });
    }),

    diff: method(async ({ calls, key }, request, { declarations, session }) => {
      const [id, passed] = [request.getId(), valuesOf(request.getNews())];
      const inputs = passed.plain;
      session.hide(secretsIn(passed).texts);
      declarations.note(key, id, resourceNameOf(request.getUrn()), inputs);
      const diff = await calls.diff(id, valuesOf(request.getOlds()).plain, inputs);
      const { changes, replaces, deleteBeforeReplace } = diff;
      // One that is replaced under a new name, by an alias, is deleted under the old one.
      if (!isReplacement(diff)) declarations.own(key, id, request.getUrn());
      return new messages.DiffResponse()
        .setChanges(changes === undefined ? DIFF_UNKNOWN : changes ? DIFF_SOME : DIFF_NONE)
        .setReplacesList(replaces ?? [])
        .setDeletebeforereplace(deleteBeforeReplace === true);
    }),

    create: method(async ({ calls, key }, request, { session, declarations }) => {
      const passed = valuesOf(request.getProperties());
      const { plain: inputs, marked } = passed;
      session.hide(secretsIn(passed).texts);
      if (request.getPreview()) {
        warnInPreview(session);
        const previewed = markedAs(marked, await calls.preview(inputs));
        return new messages.CreateResponse().setProperties(structOf(previewed));
      }
      const { id, outs } = await marking(marked, calls.create(inputs));
      declarations.note(key, id, resourceNameOf(request.getUrn()), inputs);
      const outputs = withAbsent(key, markedAs(marked, outs));
      return new messages.CreateResponse().setId(id).setProperties(structOf(outputs));
    }),

    read: method(async ({ calls, key }, request, { session }) => {
      const [state, given] = [valuesOf(request.getProperties()), valuesOf(request.getInputs())];
      session.hide(secretsIn(state).texts);
      const resource = await calls.read(request.getId(), state.plain);
      if (resource === undefined) return new messages.ReadResponse();
      const { id, props, inputs } = resource;
      const outputs = structOf(withAbsent(key, markedAs(state.marked, props)));
      return new messages.ReadResponse()
        .setId(id)
        .setProperties(outputs)
        .setInputs(structOf(markedAs(given.marked, inputs)));
    }),

    update: method(async ({ calls, key }, request, { session }) => {
      const [id, state] = [request.getId(), valuesOf(request.getOlds()).plain];
      const passed = valuesOf(request.getNews());
      const { plain: inputs, marked } = passed;
      session.hide(secretsIn(passed).texts);
      if (request.getPreview()) warnInPreview(session);
      const outs = await (request.getPreview()
        ? calls.preview(inputs, id, state).then((previewed) => stillAbsent(state, previewed))
        : marking(marked, calls.update(id, state, inputs)).then((updated) => withAbsent(key, updated)));
      return new messages.UpdateResponse().setProperties(structOf(markedAs(marked, outs)));
    }),

    delete: method(async ({ calls, key }, request, { declarations, session }) => {
      const [id, state] = [request.getId(), valuesOf(request.getProperties())];
      const isOthers = declarations.isOfAnother(key, id, request.getUrn());
      session.hide(secretsIn(state).texts);
      await calls.delete(id, state.plain, isOthers);
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
      const args = valuesOf(request.getArgs()).plain;
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

/** Makes a method for one resource. */
function ofResource<Request extends { getUrn(): string }, Response>(
  runs: Runs,
  call: (resource: PluginResource, request: Request, run: PluginRun) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return unary((request, peer) => {
    const run = runs.of(peer);
    const urn = request.getUrn();
    const resource = run.resources.get(typeOf(urn));
    if (resource === undefined) throw new ExpectedError(`The package logto has no resource ${typeOf(urn)}.`);
    return run.log.during(urn, () => call(resource, request, run));
  });
}

/** Marks what a failed call leaves in the state. */
function marking<Result>(given: Values, call: Promise<Result>): Promise<Result> {
  return call.catch((error: unknown) => {
    if (error instanceof InitError) error.properties = markedAs(given, error.properties);
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
