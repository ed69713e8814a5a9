/** Tunnels through an HTTP proxy: TLS towards Logto is verified, and failures of the proxy are recognizable. */
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { HttpsProxyAgent } from "https-proxy-agent";

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** The proxy failed: `code` is `ERR_PROXY_` and the proxy's status, or the code of the failed connection to it. */
export class ProxyError extends Error {
  readonly code: string;

  constructor(reason: string, cause?: unknown) {
    super(`The proxy failed: ${reason}`, { cause });
    this.code = `ERR_PROXY_${reason}`;
  }
}

export class ProxyAgent extends HttpsProxyAgent<string> {
  override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    let status = 200;
    request.once("proxyConnect", ({ statusCode }: { statusCode: number }) => {
      status = statusCode;
    });
    // The library takes the TLS options from the request alone and drops those of the agent (7.0.6).
    const verified = options.secureEndpoint ? { ...options, rejectUnauthorized: true } : options;
    const socket = await super.connect(request, verified).catch((error: unknown) => {
      // TLS towards Logto begins only after this.
      const { code, message } = error as NodeJS.ErrnoException;
      throw new ProxyError(code ?? message, error);
    });
    if (status === 200) return socket;
    // The library returns the proxy's response as if it were Logto's.
    socket.destroy();
    throw new ProxyError(String(status));
  }
}
