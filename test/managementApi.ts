/** The Management API of any Logto, for tests that run at the stand-in and at a real one. */
import { defaultResource } from "../provider/logto/settingTable";
import type { SignInTarget } from "./signIn";

export interface TenantAccess {
  /** The endpoint of Logto. */
  readonly url: string;
  /** The credentials of a machine-to-machine application. */
  readonly client: { readonly id: string; readonly secret: string };
  /** The resource indicator of the Management API. Default: the usual one of its Logto. */
  readonly resource?: string;
}

/** Returns the tenant of a real Logto that the environment names for tests, if any. */
export function realTenant(): TenantAccess | undefined {
  const {
    TEST_LOGTO_ENDPOINT: url,
    TEST_LOGTO_CLIENT_ID: id,
    TEST_LOGTO_CLIENT_SECRET: secret,
  } = process.env;
  if (url === undefined) return undefined;
  if (!id || !secret) throw new Error("Set TEST_LOGTO_CLIENT_ID and TEST_LOGTO_CLIENT_SECRET as well.");
  return { url: new URL(url).origin, client: { id, secret } };
}

export class ManagementApi {
  #token: Promise<string> | undefined;

  constructor(private readonly access: TenantAccess) {}

  get url(): string {
    return this.access.url;
  }

  /** Sends a request, and returns the parsed body of the response. Rejects with what was answered if it is an error. */
  async call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const answer = await this.attempt(method, path, body);
    if (answer.status < 400) return answer.body as Body;
    const text = JSON.stringify(answer.body);
    throw new Error(`${method} /api${path} was answered with ${answer.status}: ${text}`);
  }

  /** Sends a request, which may be refused. */
  async attempt(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
    this.#token ??= this.#newToken();
    const response = await fetch(`${this.url}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.#token}`,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // Some routes answer with a word, such as `Created`.
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }

  async #newToken(): Promise<string> {
    const { client, resource = defaultResource(this.url) } = this.access;
    const response = await fetch(`${this.url}/oidc/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`,
      },
      body: new URLSearchParams({ grant_type: "client_credentials", resource, scope: "all" }),
    });
    const body = (await response.json()) as { access_token?: string; code?: string };
    if (body.access_token === undefined)
      throw new Error(`The token request was answered with ${response.status} ${String(body.code)}.`);
    return body.access_token;
  }
}

/** The redirect URI of the applications made here. Nothing runs there: a sign-in ends with the redirect. */
const redirectUri = "https://app.acme.test/callback";

/** Creates a web application, passes it to `work`, and deletes it afterwards, with the users that its sign-ins registered. */
export async function withWebApplication<Result>(
  api: ManagementApi,
  work: (target: SignInTarget) => Promise<Result>,
): Promise<Result> {
  const { id } = await api.call<{ id: string }>("POST", "/applications", {
    type: "Traditional",
    name: `Sign-ins of ${new Date().toISOString()}`,
    oidcClientMetadata: { redirectUris: [redirectUri], postLogoutRedirectUris: [] },
  });
  const registered = new Set<string>();
  try {
    const [secret] = await api.call<{ value: string }[]>("GET", `/applications/${id}/secrets`);
    const webApplication = { id, secret: secret?.value ?? "", redirectUri };
    return await work({ url: api.url, webApplication, registered });
  } finally {
    for (const userId of registered) await api.call("DELETE", `/users/${userId}`);
    await api.call("DELETE", `/applications/${id}`);
  }
}
