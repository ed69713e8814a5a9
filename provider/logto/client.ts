/** The part of Logto's Management API that this package uses. */
import type { Connector, Values } from "../connector/connector";
import { bareRow, type Row } from "../connector/row";
import { type CallApi, createApi } from "./api";
import { ConnectorList, connectorsPath, type ListSource, type ReadableList, rowNamed } from "./connectorList";
import { answeredWithout, expectNoContent, isGone } from "./errors";
import { Organizations } from "./organizations";
import type { Settings } from "./settings";
import { type ReadLimits, SharedReads } from "./sharedReads";
import { SigningKeys } from "./signingKeys";
import { TokenSource } from "./token";
import { createTransport } from "./transport";

/**
 * Of answers with many rows, each of which has about 10 kB of logos: 64 MiB are 6,000 of them. What is larger is read in
 * pages, several at a time.
 */
const maxListBytes = { whole: 64 * 2 ** 20, page: 8 * 2 ** 20 };

export class LogtoClient {
  /** That went out so far, the token's and retries included. */
  requests = 0;
  readonly #token: TokenSource;
  readonly #call: CallApi;
  readonly #reads: SharedReads;
  readonly signingKeys: SigningKeys;
  readonly organizations: Organizations;

  /** @throws SettingsError where the environment names a proxy whose address is malformed */
  constructor(readonly settings: Settings) {
    const send = createTransport(settings, () => this.requests++);
    const token = new TokenSource(settings, send);
    this.#token = token;
    this.#call = createApi(token, send);
    this.signingKeys = new SigningKeys(this.#call);
    this.organizations = new Organizations(this.#call);
    this.#reads = new SharedReads({
      ready: () => token.get(),
      get: (id, timeoutMs) => this.getConnector(id, timeoutMs),
      // Kept for a while, so without what identity providers and the catalogue add.
      list: () => new ConnectorList(this.#listSource(bareRow)),
    });
  }

  /** Settles when requests can be made. */
  async signIn(): Promise<void> {
    await this.#token.get();
  }

  /** Logto gives the ID. It contacts the identity provider first where there is a config. */
  async createConnector(connector: Connector): Promise<Row> {
    const { body } = await this.#call("POST", connectorsPath, { body: { ...connector } });
    return asRow("POST", connectorsPath, body);
  }

  /**
   * Every connector of the tenant, in no order. Logto contacts the identity provider of each first, so one that does
   * not answer holds the whole list up.
   */
  async listConnectors(signal?: AbortSignal): Promise<Row[]> {
    const options = { shorten: withoutLogos, maxBytes: maxListBytes.whole, signal };
    const { body } = await this.#call("GET", connectorsPath, options);
    return asRows(connectorsPath, body);
  }

  /** The same as far as it can be read: without the connectors whose identity provider does not answer. */
  listReadableConnectors(): Promise<ReadableList> {
    return new ConnectorList(this.#listSource((row) => row)).readable();
  }

  /** The same, without what identity providers and the catalogue add; look-ups of a moment share it with reads. */
  sharedConnectors(): Promise<ReadableList> {
    return this.#reads.all();
  }

  /** The kinds of identity provider that this Logto knows. */
  async listProviders(): Promise<Values[]> {
    const path = "/api/sso-connector-providers";
    const { body } = await this.#call("GET", path);
    if (Array.isArray(body)) return body as Values[];
    throw answeredWithout("a list", { method: "GET", path });
  }

  /**
   * By name, which is unique in a tenant, by exact case; as it is at this moment. `undefined` where there surely is none.
   *
   * @throws LogtoError where that is not known, since some connectors can't be read
   */
  async findConnector(connectorName: string): Promise<Row | undefined> {
    return rowNamed(connectorName, await this.listReadableConnectors());
  }

  /** The same by a name that a create was refused for. Many such look-ups share one list. */
  findTakenConnector(connectorName: string): Promise<Row | undefined> {
    return this.#reads.find(connectorName);
  }

  /** The same as {@link getConnector}; many reads share one list. */
  readConnector(id: string, limits?: ReadLimits): Promise<Row | undefined> {
    return this.#reads.read(id, limits);
  }

  /** `undefined` where there is no such connector. */
  async getConnector(id: string, timeoutMs?: number): Promise<Row | undefined> {
    try {
      const { body } = await this.#call("GET", pathOf(id), timeoutMs === undefined ? {} : { timeoutMs });
      return asRow("GET", pathOf(id), body);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** Changes the fields that are given. `config` and `branding` are replaced as a whole. */
  async updateConnector(id: string, changes: Partial<Connector>): Promise<Row> {
    this.#reads.forget(id);
    const { body } = await this.#call("PATCH", pathOf(id), { body: changes });
    return asRow("PATCH", pathOf(id), body);
  }

  /** A connector that is gone already is no error. */
  async deleteConnector(id: string): Promise<void> {
    this.#reads.forget(id);
    try {
      expectNoContent("DELETE", pathOf(id), await this.#call("DELETE", pathOf(id)));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  #listSource(shape: (row: Row) => Row): ListSource {
    return {
      timeoutMs: this.settings.timeoutSeconds * 1000,
      list: async (signal) => (await this.listConnectors(signal)).map(shape),
      page: async (number, size, limits) => {
        const path = `${connectorsPath}?page=${number}&page_size=${size}`;
        const options = { shorten: withoutLogos, maxBytes: maxListBytes.page, ...limits };
        const { body, total } = await this.#call("GET", path, options);
        if (total === undefined) throw answeredWithout("the header Total-Number", { method: "GET", path });
        return { rows: asRows(path, body).map(shape), total };
      },
    };
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
  return `${connectorsPath}/${encodeURIComponent(id)}`;
}

function asRow(method: string, path: string, body: unknown): Row {
  const row = body as Partial<Row> | null | undefined;
  if (typeof row?.id === "string" && typeof row.connectorName === "string") return row as Row;
  throw answeredWithout("a connector", { method, path });
}

function asRows(path: string, body: unknown): Row[] {
  if (Array.isArray(body)) return body.map((row) => asRow("GET", path, row));
  throw answeredWithout("a list of connectors", { method: "GET", path });
}
