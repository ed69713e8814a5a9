/** Tunnels through an HTTP proxy, with TLS towards Logto that is checked, and faults of the proxy that are told as such. */
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { HttpsProxyAgent } from "https-proxy-agent";

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** The code is `ERR_PROXY_` and the status that the proxy answered, or the code of what failed on the way to it. */
export class ProxyError extends Error {
  readonly code: string;

  constructor(fault: string, cause?: unknown) {
    super(`The proxy failed: ${fault}`, { cause });
    this.code = `ERR_PROXY_${fault}`;
  }
}

export class ProxyAgent extends HttpsProxyAgent<string> {
  override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    let status = 200;
    request.once("proxyConnect", ({ statusCode }: { statusCode: number }) => {
      status = statusCode;
    });
    const socket = await this.#tunnel(request, options);
    if (status === 200) return socket;
    // The library hands the proxy's answer on as if it were Logto's.
    socket.destroy();
    throw new ProxyError(String(status));
  }

  /** The library takes the options of TLS from the request alone and drops those of the agent (7.0.6). */
  async #tunnel(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    try {
      const checked = options.secureEndpoint ? { ...options, rejectUnauthorized: true } : options;
      return await super.connect(request, checked);
    } catch (error) {
      // TLS towards Logto only begins behind this.
      const { code, message } = error as NodeJS.ErrnoException;
      throw new ProxyError(code ?? message, error);
    }
  }
}
