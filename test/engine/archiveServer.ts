import { once } from "node:events";
import { readFile } from "node:fs/promises";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/**
 * Serves the plugin's archives in a folder to the CLI, which asks for that of its platform: where there is none, it gets the one
 * that needs Node.js.
 */
export async function serveArchives(folder: string): Promise<{ address: string; close(): void }> {
  const server = http.createServer(({ url = "" }, response) => {
    const file = join(folder, url);
    readFile(file)
      .catch(() => readFile(file.replace(/-[a-z]+-[a-z\d]+\.tar\.gz$/, "-node.tar.gz")))
      .then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
