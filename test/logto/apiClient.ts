/** A client for tests of the stand-in, which requests a new token for each call. */
import type { Logto } from ".";

export const m2m = `Basic ${Buffer.from("m2m:canary-m2m").toString("base64")}`;
export const resource = "https://default.logto.app/api";
export const grant = { grant_type: "client_credentials", resource, scope: "all" };

export interface ReceivedResponse {
  readonly status: number;
  readonly body: { id?: string; code?: string; message?: string; access_token?: string; data?: unknown };
  readonly text: string;
  readonly headers: Headers;
}

/** Returns the status and the code, if any. */
export const statusAndCode = ({ status, body: { code } }: ReceivedResponse) => [status, code];

export class ApiClient {
  constructor(private readonly logto: () => Logto) {}

  async send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<ReceivedResponse> {
    const response = await fetch(this.logto().url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const parsed = /^[[{]/.test(text) ? (JSON.parse(text) as ReceivedResponse["body"]) : {};
    return { status: response.status, body: parsed, text, headers: response.headers };
  }

  requestToken(authorization: string | undefined, fields: Record<string, string>): Promise<ReceivedResponse> {
    const form = new URLSearchParams(fields).toString();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      ...(authorization === undefined ? {} : { authorization }),
    };
    return this.send("POST", "/oidc/token", headers, form);
  }

  async token(): Promise<string> {
    return (await this.requestToken(m2m, grant)).body.access_token ?? "";
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    type = "application/json",
  ): Promise<ReceivedResponse> {
    const headers = {
      authorization: `Bearer ${await this.token()}`,
      ...(body === undefined ? {} : { "content-type": type }),
    };
    return this.send(method, `/api${path}`, headers, typeof body === "string" ? body : JSON.stringify(body));
  }

  /** Creates a connector. Default: the name `x` and the provider `OIDC`. */
  create(values: object): Promise<ReceivedResponse> {
    return this.call("POST", "/sso-connectors", { providerName: "OIDC", connectorName: "x", ...values });
  }
}
