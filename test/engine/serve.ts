import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";

/** Serves one gRPC service on a free port. A call that the implementation lacks is answered with UNIMPLEMENTED. */
export async function serve(definition: grpc.ServiceDefinition, implementation: object) {
  const server = new grpc.Server();
  server.addService(definition, implementation as grpc.UntypedServiceImplementation);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      server.forceShutdown();
    },
  };
}
