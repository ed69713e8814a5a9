/** An HTTP server on loopback whose responses a test specifies one by one. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface ScriptedResponse {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
  /** How long the server takes to respond. */
  readonly afterMs?: number;
  /** Replaces the response: the connection is closed, kept open without a response, or closed in the middle. */
  readonly fault?: "reset" | "hang" | "cut";
}

export interface ScriptedServer {
  readonly url: string;
  readonly port: number;
  readonly requests: ReceivedRequest[];
  /** Number of connections opened so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startScriptedServer(
  respond: (request: ReceivedRequest) => ScriptedResponse | Promise<ScriptedResponse>,
): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  let connections = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(one);
      void answer(one, response);
    });
  });
  async function answer(request: ReceivedRequest, response: http.ServerResponse): Promise<void> {
    const scripted = await respond(request);
    if (scripted.afterMs === undefined) send(response, scripted);
    else setTimeout(send, scripted.afterMs, response, scripted);
  }
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function send(response: http.ServerResponse, { status = 200, headers, body, fault }: ScriptedResponse): void {
  if (fault === "hang") return;
  if (fault === "reset") {
    response.destroy();
    return;
  }
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/html" : "application/json; charset=utf-8";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text), ...headers });
  if (fault === "cut") {
    response.write(text.slice(0, text.length / 2), () => response.destroy());
    return;
  }
  response.end(text);
}
