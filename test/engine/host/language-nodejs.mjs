// Runs Node.js programs for the engine. Pulumi's own language host is a Go program that no registry serves. This
// one answers the calls that up, preview, refresh and destroy make; to all others gRPC says UNIMPLEMENTED.
// It stands beside the CLI, away from any project: what it needs of the SDK it takes from the program's folder.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

/** How the SDK says that a program failed and that the user has been told why. */
const EXIT_AFTER_LOGGING = 32;

/** Flags for logs and tracing may stand before it. */
const engineAddress = process.argv.at(-1);

const sdk = createRequire(resolveFrom(process.cwd(), "@pulumi/pulumi/package.json"));
const grpc = sdk("@grpc/grpc-js");
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb");
const { LanguageRuntimeService } = sdk("./proto/language_grpc_pb");
const { AboutResponse, RunResponse } = sdk("./proto/language_pb");
const { PluginInfo } = sdk("./proto/plugin_pb");

const programs = new Set();

function resolveFrom(folder, id) {
  try {
    return createRequire(join(folder, "program.js")).resolve(id);
  } catch {
    throw new Error(`The Pulumi SDK is not installed in ${folder}: run npm install there.`);
  }
}

function programArguments(request, info) {
  return [
    ...["--monitor", request.getMonitorAddress()],
    ...["--engine", engineAddress],
    ...["--project", request.getProject()],
    ...["--stack", request.getStack()],
    ...["--organization", request.getOrganization()],
    ...["--parallel", String(request.getParallel())],
    ...["--pwd", request.getPwd()],
    ...["--root-directory", info.getRootDirectory()],
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

function programEnvironment(request, options) {
  const config = request.getConfigMap().toArray();
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(
      Object.fromEntries(config.map(([key, value]) => [key.replace(":", ":config:"), value])),
    ),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(options.typescript !== false && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(options.tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

function runResponse(code, signal) {
  const response = new RunResponse();
  if (code === EXIT_AFTER_LOGGING) response.setBail(true);
  else if (signal) response.setError(`Program was ended by ${signal}`);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

function run({ request }, callback) {
  const info = request.getInfo();
  const options = info.getOptions()?.toJavaScript() ?? {};
  const nodeArguments = options.nodeargs?.split(/\s+/).filter(Boolean) ?? [];
  let entry;
  try {
    entry = resolveFrom(request.getPwd(), "@pulumi/pulumi/cmd/run");
  } catch (error) {
    callback(null, new RunResponse().setError(error.message));
    return;
  }
  const program = spawn(process.execPath, [...nodeArguments, entry, ...programArguments(request, info)], {
    cwd: request.getPwd(),
    env: programEnvironment(request, options),
    stdio: ["ignore", "inherit", "inherit"], // the engine reads from here what it shows to the user
  });
  programs.add(program);
  program.once("exit", (code, signal) => {
    programs.delete(program);
    callback(null, runResponse(code, signal));
  });
}

function endPrograms() {
  for (const program of programs) program.kill();
}

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  run,
  cancel(_call, callback) {
    endPrograms();
    callback(null, new Empty());
  },
  getPluginInfo(_call, callback) {
    callback(null, new PluginInfo().setVersion(sdk("./package.json").version));
  },
  about(_call, callback) {
    callback(null, new AboutResponse().setExecutable(process.execPath).setVersion(process.version));
  },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});

// An engine that is killed says nothing, but its end of this pipe closes.
process.stdin.resume().once("close", () => {
  endPrograms();
  process.exit();
});
