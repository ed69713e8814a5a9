/** The methods of Pulumi's ResourceProvider service, for the engine of CLI 3.254 and newer. */
import type * as grpc from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Values, withDefaults } from "../connector/canonical";
import { type ResourceKey, resources as resourceTables } from "../connector/resources";
import { type Calls, callsOf, type CheckFailure, maskFailurePaths } from "../engine/calls";
import { functionTokenOf, pluginTypeOf, resourceKeys } from "../engine/tokens";
import { plain } from "../engine/values";
import { lifecycleOf } from "../lifecycle/resourceLifecycles";
import { Session } from "../lifecycle/session";
import { type LookupName, lookups } from "../logto/lookups";
import { misspeltSettings, previewWarning } from "../logto/settings";
import { version } from "../manifest";
import { changedSettings, checkSettings, settingsOf } from "./config";
import { Declarations } from "./declarations";
import type { EngineLog } from "./engineLog";
import { listOf } from "./list";
import { withRegistrationUrls } from "./registrationUrls";
import { inAllLanguages, terms } from "./terms";
import { serviceErrorOf, structOf, unary, valuesOf } from "./wire";

const { DIFF_NONE, DIFF_SOME, DIFF_UNKNOWN } = messages.DiffResponse.DiffChanges;

export function providerService(log: EngineLog, schema: string): IResourceProviderServer {
  const session = new Session((text, kind) => log.show(text, kind), terms);
  const declarations = new Declarations();
  const resources = new Map(
    resourceKeys.map((key) => {
      const lifecycle = lifecycleOf(key, session);
      const hasUrls = key === "ssoConnector";
      const complete = hasUrls ? withRegistrationUrls(lifecycle, () => session.signInAddress()) : lifecycle;
      return [pluginTypeOf(key), { key, calls: callsOf(session, complete) }];
    }),
  );

  /** A method for one resource. */
  function ofResource<Request extends { getUrn(): string }, Response>(
    method: (calls: Calls, request: Request, key: ResourceKey) => Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> {
    return unary((request) => {
      const urn = request.getUrn();
      const resource = resources.get(typeOf(urn));
      if (resource === undefined) throw new Error(`The package logto has no resource ${typeOf(urn)}.`);
      return log.during(urn, () => method(resource.calls, request, resource.key));
    });
  }

  function warnInPreview(): void {
    const missing = session.missingSettings();
    if (missing.length > 0) session.notify(previewWarning(missing), "warning");
  }

  const service: Partial<IResourceProviderServer> = {
    handshake: unary((request: messages.ProviderHandshakeRequest) => {
      if (request.getEngineAddress() !== "") log.connect(request.getEngineAddress());
      // Without secrets, as in the dynamic host: the engine keeps secret what the program passed as such.
      return new messages.ProviderHandshakeResponse();
    }),

    attach: unary((request) => {
      log.connect(request.getAddress());
      return new Empty();
    }),

    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),

    getSchema: unary(() => new messages.GetSchemaResponse().setSchema(schema)),

    checkConfig: unary((request) => {
      const args = valuesOf(request.getNews());
      const { inputs, failures } = checkSettings(nameOf(request.getUrn()), args);
      for (const warning of misspeltSettings(Object.keys(args).map((key) => `logto:${key}`))) {
        session.notify(warning, "warning");
      }
      return checkResponse({ inputs, failures: maskFailurePaths(failures) });
    }),

    diffConfig: unary((request) => {
      const changed = changedSettings(valuesOf(request.getOldInputs()), valuesOf(request.getNews()));
      const changes = changed.length > 0 ? DIFF_SOME : DIFF_NONE;
      return new messages.DiffResponse().setChanges(changes).setDiffsList(changed);
    }),

    configure: unary((request) => {
      const name = request.getName() ?? nameOf(request.getUrn() ?? "");
      session.configure(settingsOf(name, valuesOf(request.getArgs())));
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),

    check: ofResource(async (calls, request, key) => {
      const [urn, name] = [request.getUrn(), nameOf(request.getUrn())];
      const news = withDefaults(resourceTables[key].inputs, valuesOf(request.getNews()), name);
      const { inputs, failures } = await calls.check(valuesOf(request.getOlds()), news);
      if (failures.length > 0) return checkResponse({ inputs, failures: failures.map(inAllLanguages) });
      const conflicts = declarations.conflicts(key, { urn, name }, inputs);
      for (const warning of conflicts.warnings) session.notify(warning, "warning");
      return checkResponse({ inputs, failures: conflicts.failures });
    }),

    diff: ofResource(async (calls, request, key) => {
      const [id, olds, news] = [request.getId(), request.getOlds(), request.getNews()];
      declarations.note(key, id, nameOf(request.getUrn()), valuesOf(news));
      const { changes, replaces, deleteBeforeReplace } = await calls.diff(id, valuesOf(olds), valuesOf(news));
      return new messages.DiffResponse()
        .setChanges(changes === undefined ? DIFF_UNKNOWN : changes ? DIFF_SOME : DIFF_NONE)
        .setReplacesList(replaces ?? [])
        .setDeletebeforereplace(deleteBeforeReplace === true);
    }),

    create: ofResource(async (calls, request, key) => {
      const inputs = valuesOf(request.getProperties());
      if (request.getPreview()) {
        warnInPreview();
        return new messages.CreateResponse().setProperties(structOf(await calls.preview(inputs)));
      }
      const { id, outs } = await calls.create(inputs);
      declarations.note(key, id, nameOf(request.getUrn()), inputs);
      return new messages.CreateResponse().setId(id).setProperties(structOf(outs));
    }),

    read: ofResource(async (calls, request) => {
      const found = await calls.read(request.getId(), valuesOf(request.getProperties()));
      if (found === undefined) return new messages.ReadResponse();
      const { id, props, inputs } = found;
      return new messages.ReadResponse().setId(id).setProperties(structOf(props)).setInputs(structOf(inputs));
    }),

    update: ofResource(async (calls, request) => {
      const [id, olds, news] = [request.getId(), valuesOf(request.getOlds()), valuesOf(request.getNews())];
      if (request.getPreview()) warnInPreview();
      const outs = await (request.getPreview()
        ? calls.preview(news, id, olds)
        : calls.update(id, olds, news));
      return new messages.UpdateResponse().setProperties(structOf(outs));
    }),

    delete: ofResource(async (calls, request) => {
      await calls.delete(request.getId(), valuesOf(request.getProperties()));
      return new Empty();
    }),

    invoke: unary(async (request) => {
      const name = Object.keys(lookups).find((one) => functionTokenOf(one) === request.getTok());
      if (name === undefined) throw new Error(`The package logto has no function ${request.getTok()}.`);
      const question = lookups[name as LookupName];
      const args = valuesOf(request.getArgs());
      const answer = await session.keepAlive(() => question(session.client(), args), false);
      return new messages.InvokeResponse().setReturn(structOf(plain(answer) as Values));
    }),

    list: (call) => {
      const key = resources.get(call.request.getToken())?.key;
      const limit = call.request.getLimit();
      session
        .keepAlive(() => listOf(key, session.client()), false)
        .then(
          (rows) => {
            for (const { id, name } of limit > 0 ? rows.slice(0, limit) : rows) {
              const result = new messages.ListResponse.Result().setId(id).setName(name);
              call.write(new messages.ListResponse().setResult(result));
            }
            call.end();
          },
          (error: unknown) => call.destroy(serviceErrorOf(error)),
        );
    },

    cancel: unary(async () => {
      await session.finish();
      return new Empty();
    }),
  };
  return service as IResourceProviderServer;
}

function checkResponse({ inputs, failures }: Awaited<ReturnType<Calls["check"]>>): messages.CheckResponse {
  const list = failures.map(({ property, reason }: CheckFailure) =>
    new messages.CheckFailure().setProperty(property).setReason(reason),
  );
  return new messages.CheckResponse().setInputs(structOf(inputs)).setFailuresList(list);
}

/** Of `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
