// What Pulumi's own language host of Node.js does for a plugin in a folder: installs what it depends on, and runs it. It is used
// where the CLI comes without that host.
const { spawn } = require("node:child_process");
const grpc = require("@grpc/grpc-js");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const { InstallDependenciesResponse, RunPluginResponse } = require("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");

/** Runs a command for a call, and passes its output on. */
function stream(call, Response, command, args, options, onExit = () => undefined) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (bytes) => call.write(new Response().setStdout(bytes)));
  child.stderr.on("data", (bytes) => call.write(new Response().setStderr(bytes)));
  call.on("cancelled", () => child.kill());
  child.once("close", (code) => {
    onExit(code);
    call.end();
  });
}

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  getPluginInfo: (_call, answer) => answer(null, new PluginInfo().setVersion("0.0.0")),

  installDependencies(call) {
    const cwd = call.request.getInfo().getProgramDirectory();
    const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel", "error"];
    stream(call, InstallDependenciesResponse, "npm", args, { cwd }, (code) => {
      if (code !== 0) call.destroy(new Error(`npm install ended with ${code}`));
    });
  },

  runPlugin(call) {
    const { request } = call;
    const folder = request.getInfo().getProgramDirectory();
    const runner = require.resolve("@pulumi/pulumi/cmd/run-plugin", { paths: [folder] });
    const env = Object.fromEntries(request.getEnvList().map((entry) => entry.split(/=(.*)/s)));
    const options = { cwd: request.getPwd(), env: { ...process.env, ...env } };
    stream(
      call,
      RunPluginResponse,
      process.execPath,
      [runner, folder, ...request.getArgsList()],
      options,
      (code) => {
        call.write(new RunPluginResponse().setExitcode(code ?? 1));
      },
    );
  },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
// An engine that is killed says nothing, but its end of this pipe closes.
process.stdin.resume().once("close", () => process.exit());
