/** Sends the recorded requests, with this run's values in place of the placeholders. */
import { certificate, samlMetadata } from "./idpServers";
import type { Expectation, Step } from "./recording";

/** The Logto that receives the requests, and the credentials for it. */
interface Target {
  readonly url: string;
  readonly client: { readonly id: string; readonly secret: string };
}

export class Player {
  readonly #ids = new Map<string, string>();
  readonly #tokens = new Map<string, string>();
  readonly #cookies = new Map<string, string>();

  constructor(
    private readonly logto: Target,
    private readonly idp: string,
  ) {}

  async play(step: Step): Promise<Expectation> {
    const { length } = step.expect?.statuses ?? [];
    if (length === 0) return this.#playOnce(step);
    const answers = await Promise.all(Array.from({ length }, () => this.#send(step)));
    return { statuses: answers.map(({ status }) => status).sort() };
  }

  async #playOnce(step: Step): Promise<Expectation> {
    const response = await this.#send(step);
    const parsed = await read(response);
    const { id } = (parsed ?? {}) as { id?: string };
    if (step.save !== undefined && id !== undefined) this.#ids.set(step.save, id);
    if (step.cleanup && id !== undefined) await this.#clean(id);

    const headers = ["total-number", "link", "content-type"].flatMap((name): [string, string][] => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, this.#withPlaceholders(value)]];
    });
    const shown = step.namesOnly ? names(parsed) : parsed;
    const body: unknown =
      shown === undefined ? undefined : JSON.parse(this.#withPlaceholders(JSON.stringify(shown)));
    const allow = response.headers.get("allow") ?? "";
    const location = this.#withPlaceholders(response.headers.get("location") ?? "");
    // An array of this realm: under Jest, fetch's arrays have another prototype, which a strict comparison notices.
    const cookies = Array.from(response.headers.getSetCookie(), (cookie) => /^[^=]*/.exec(cookie)?.[0] ?? "");
    return { status: response.status, headers: Object.fromEntries(headers), allow, location, cookies, body };
  }

  async #send(step: Step): Promise<Response> {
    const { method, path, body, raw, contentType = "application/json" } = step;
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const sent = text === undefined ? undefined : this.#fillIn(text);
    const authorization = await this.#authorization(step.auth);
    const response = await fetch(this.logto.url + this.#fillIn(path), {
      method,
      redirect: "manual",
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(sent === undefined ? {} : { "content-type": contentType }),
        ...(this.#cookies.size === 0 ? {} : { cookie: this.#cookieHeader() }),
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }

  async #clean(id: string): Promise<void> {
    const authorization = (await this.#authorization()) ?? "";
    await fetch(`${this.logto.url}/api/sso-connectors/${id}`, {
      method: "DELETE",
      headers: { authorization },
    });
  }

  async #authorization(auth?: Step["auth"]): Promise<string | undefined> {
    const basic = `Basic ${Buffer.from(`${this.logto.client.id}:${this.logto.client.secret}`).toString("base64")}`;
    if (auth === "none") return undefined;
    if (auth === "garbage") return "Bearer garbage";
    if (auth === "basic") return basic;
    const scope = auth === "noscope" ? "" : "all";
    const known = this.#tokens.get(scope);
    if (known !== undefined) return known;
    const response = await fetch(`${this.logto.url}/oidc/token`, {
      method: "POST",
      headers: { authorization: basic },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        resource: "https://default.logto.app/api",
        ...(scope === "" ? {} : { scope }),
      }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    this.#tokens.set(scope, `Bearer ${token}`);
    return `Bearer ${token}`;
  }

  #cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Replaces the placeholders in a recorded request by the values of this run. */
  #fillIn(text: string): string {
    const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
    return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => {
      if (name === "idp") return this.idp;
      if (name === "samlXml") return inJson(samlMetadata("urn:xml-idp", `${this.idp}/saml/sso`));
      if (name === "certPem") return inJson(certificate);
      if (name === "certBody") return certificateBody;
      if (name === "manyParameters") return JSON.stringify(manyParameters);
      return this.#ids.get(name) ?? this.#ids.get(name.toLowerCase())?.toUpperCase() ?? whole;
    });
  }

  /** Replaces the values of this run in a response by placeholders. */
  #withPlaceholders(text: string): string {
    const saved = [...this.#ids].reduce((result, [name, id]) => result.replaceAll(id, `<${name}>`), text);
    return saved
      .replaceAll(this.idp, "{{idp}}")
      .replaceAll(this.logto.url, "{{endpoint}}")
      .replaceAll(JSON.stringify(certificate.trim()).slice(1, -1), "<certPem>")
      .replaceAll(certificateBody, "<certBody>");
  }
}

const manyParameters = Object.fromEntries(
  Array.from({ length: 500 }, (_, index) => [`parameter${index}`, "x".repeat(100)]),
);
const certificateBody = certificate.replace(/-----[^-]+-----|\s/g, "");

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  return response.headers.get("content-type")?.startsWith("application/json")
    ? (JSON.parse(text) as unknown)
    : { text };
}

/** Returns the names in a list of connectors; any other list is returned as it is. */
function names(list: unknown): unknown {
  const rows = list as { connectorName?: string }[];
  return rows.every(({ connectorName }) => connectorName !== undefined)
    ? rows.map(({ connectorName }) => connectorName).sort()
    : rows;
}
