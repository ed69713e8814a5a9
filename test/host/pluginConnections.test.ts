/** Several connections of the engine to one process of the plugin: how a call is known to belong to a run. */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { pluginTypeOf } from "../../provider/engine/pluginTokens";
import { answerOf, type Host, startPlugin, struct } from "../engine/host";
import { eachWithLogto, messageOf, settingsFor } from "../provider/inProcess";

let plugin: Host;
eachWithLogto(async (logto) => {
  plugin = await startPlugin(settingsFor(logto));
});
afterEach(() => plugin.end());

/** Connects as another provider, or another command, does. */
const connect = async (isNew: boolean) => {
  const client = new ResourceProviderClient(
    plugin.client.getChannel().getTarget(),
    grpc.credentials.createInsecure(),
    { "grpc.use_local_subchannel_pool": 1 },
  );
  if (isNew) await answerOf((answer) => client.handshake(new messages.ProviderHandshakeRequest(), answer));
  clients.push(client);
  return client;
};
const clients: ResourceProviderClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
const look = (client: ResourceProviderClient) =>
  answerOf<messages.InvokeResponse>((answer) =>
    client.invoke(new messages.InvokeRequest().setTok("logto:index:getSsoConnectors"), answer),
  );

test("the plugin goes on with its run where the only connection is made anew", async () => {
  const again = await connect(false);
  expect((await look(again)).getReturn()?.toJavaScript()).toEqual({ connectors: [] });
});

test("the plugin refuses a call of which it does not know the run, and one of a run that is over", async () => {
  const second = await connect(true);
  await expect(look(second)).rejects.toThrow("logto:endpoint is not set");
  const unknownOne = await connect(false);
  await expect(look(unknownOne)).rejects.toThrow("The plugin does not know the run of this call");
  expect(await look(plugin.client)).toBeDefined();
  await answerOf((answer) => plugin.client.cancel(new Empty(), answer));
  await connect(true);
  await expect(look(plugin.client)).rejects.toThrow("The plugin does not know the run of this call");
});

test("settings that the engine has not checked are those of the state, and an error of an import says so", async () => {
  const errorOfImport = async (isChecked: boolean): Promise<string> => {
    const client = await connect(true);
    const config = new messages.CheckRequest()
      .setUrn("urn:pulumi:dev::infra::pulumi:providers:logto::default")
      .setNews(struct({}));
    if (isChecked) await answerOf((answer) => client.checkConfig(config, answer));
    const configure = new messages.ConfigureRequest().setName("default").setArgs(struct({}));
    await answerOf((answer) => client.configure(configure, answer));
    const read = new messages.ReadRequest()
      .setId("id1")
      .setUrn(`urn:pulumi:dev::infra::${pluginTypeOf("ssoConnector")}::acme`);
    return messageOf(answerOf((answer) => client.read(read, answer)));
  };
  const recorded = "`import` and `up --refresh` take the stack config from the state";
  expect(await errorOfImport(false)).toContain(recorded);
  const ofProgram = await errorOfImport(true);
  expect(ofProgram).toContain("logto:endpoint is not set");
  expect(ofProgram).not.toContain(recorded);
});
