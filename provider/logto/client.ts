/** The part of Logto's Management API that this package uses. */
import { type Connector, isGroup, type Values } from "../connector/connector";
import { isSecretConfigKey } from "../connector/fields";
import type { Row } from "../connector/row";
import { answeredWithout, isGone, LogtoError } from "./errors";
import { Organizations } from "./organizations";
import type { Settings } from "./settings";
import { SharedReads } from "./sharedReads";
import { SigningKeys } from "./signingKeys";
import { TokenSource } from "./token";
import { createTransport, type Send } from "./transport";

const path = "/api/sso-connectors";

/** A call of the Management API, with a token: gives the JSON of the answer. */
export type CallApi = (method: string, path: string, options?: CallOptions) => Promise<unknown>;

interface CallOptions {
  readonly body?: Values;
  /** A POST that does the same when it is sent twice. Default: `false`. */
  readonly idempotent?: boolean;
  /** Makes the text of the answer shorter before it is parsed. */
  readonly shorten?: (text: string) => string;
}

export class LogtoClient {
  /** That went out so far, the token's and retries included. */
  requests = 0;
  readonly #send: Send;
  readonly #token: TokenSource;
  readonly #reads: SharedReads;
  readonly signingKeys = new SigningKeys((...call) => this.#call(...call));
  readonly organizations = new Organizations((...call) => this.#call(...call));

  constructor(readonly settings: Settings) {
    this.#send = createTransport(settings, () => this.requests++);
    this.#token = new TokenSource(settings, this.#send);
    this.#reads = new SharedReads({
      ready: () => this.#token.get(),
      get: (id) => this.getConnector(id),
      list: () => this.listConnectors(),
    });
  }

  /** Logto gives the ID. It contacts the identity provider first where there is a config. */
  async createConnector(connector: Connector): Promise<Row> {
    return asRow("POST", path, await this.#call("POST", path, { body: { ...connector } }));
  }

  /**
   * Every connector of the tenant, in no order. Logto contacts the identity provider of each first, so one that does
   * not answer holds the whole list up. Not paged: Logto's pages have no order, and so can skip rows.
   */
  async listConnectors(): Promise<Row[]> {
    const answer = await this.#call("GET", path, { shorten: withoutLogos });
    if (!Array.isArray(answer)) return [asRow("GET", path, answer)];
    return answer.map((row) => asRow("GET", path, row));
  }

  /** The same, without what identity providers and the catalogue add; look-ups of a moment share it with reads. */
  sharedConnectors(): Promise<Row[]> {
    return this.#reads.all();
  }

  /** The kinds of identity provider that this Logto knows. */
  async listProviders(): Promise<Values[]> {
    const path = "/api/sso-connector-providers";
    const answer = await this.#call("GET", path);
    if (Array.isArray(answer)) return answer as Values[];
    throw answeredWithout("a list", { method: "GET", path });
  }

  /** By name, which is unique in a tenant, by exact case; as it is at this moment. */
  async findConnector(connectorName: string): Promise<Row | undefined> {
    const rows = await this.listConnectors();
    return rows.find((row) => row.connectorName === connectorName);
  }

  /** By a name that a create was refused for. Many such look-ups share one list. */
  findTakenConnector(connectorName: string): Promise<Row | undefined> {
    return this.#reads.find(connectorName);
  }

  /** The same as {@link getConnector}; many reads share one list. */
  readConnector(id: string): Promise<Row | undefined> {
    return this.#reads.read(id);
  }

  /** `undefined` where there is no such connector. */
  async getConnector(id: string): Promise<Row | undefined> {
    try {
      return asRow("GET", pathOf(id), await this.#call("GET", pathOf(id)));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** Changes the fields that are given. `config` and `branding` are replaced as a whole. */
  async updateConnector(id: string, changes: Partial<Connector>): Promise<Row> {
    this.#reads.forget(id);
    return asRow("PATCH", pathOf(id), await this.#call("PATCH", pathOf(id), { body: changes }));
  }

  /** A connector that is gone already is no error. */
  async deleteConnector(id: string): Promise<void> {
    this.#reads.forget(id);
    try {
      await this.#call("DELETE", pathOf(id));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async #call(...call: Parameters<CallApi>): Promise<unknown> {
    const token = await this.#token.get();
    try {
      return await this.#callWith(token, ...call);
    } catch (error) {
      if (!(error instanceof LogtoError && error.status === 401)) throw error;
      // Refused before it was handled, so that even a POST can be sent again.
      await this.#token.drop(token);
      return this.#callWith(await this.#token.get(), ...call);
    }
  }

  #callWith(
    token: string,
    method: string,
    path: string,
    { body, idempotent, shorten }: CallOptions = {},
  ): Promise<unknown> {
    return this.#send({
      method,
      path,
      headers: {
        authorization: `Bearer ${token}`,
        // Without it Logto ignores the body, and a PATCH is answered with 200 and no change.
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      once: method === "POST" && idempotent !== true,
      ...(shorten === undefined ? {} : { shorten }),
      secrets: [token, ...secretsOf(body)],
    });
  }
}

/**
 * Each row of a list has two logos, data URIs of several kB. Parsed, those of 1,000 rows would make garbage that the
 * host process does not get rid of before its end: 40 MiB and 0.2 s of a refresh (measured). A quote inside of a text
 * is escaped in JSON, so that this matches nothing but the properties themselves.
 */
const withoutLogos = (text: string) =>
  text.replace(/"providerLogo(Dark)?":"[^"\\]*"/g, '"providerLogo$1":""');

function pathOf(id: string): string {
  return `${path}/${encodeURIComponent(id)}`;
}

function asRow(method: string, path: string, answer: unknown): Row {
  const row = answer as Partial<Row> | undefined;
  if (typeof row?.id === "string" && typeof row.connectorName === "string") return row as Row;
  throw answeredWithout("a connector", { method, path });
}

function secretsOf({ config }: Values = {}): string[] {
  return Object.entries(isGroup(config) ? config : {})
    .filter(([key]) => isSecretConfigKey(key))
    .map(([, value]) => (typeof value === "string" ? value : JSON.stringify(value)));
}
