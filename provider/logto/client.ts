/** The part of Logto's Management API that this package uses. */
import { type ApiConnector, withoutProviderDetails } from "../connector/apiConnector";
import type { Connector } from "../connector/canonical";
import type { Values } from "../values";
import { type CallApi, createCallApi } from "./api";
import {
  ConnectorList,
  connectorsPath,
  findByName,
  type ListSource,
  type Page,
  type ReadableList,
} from "./connectorList";
import { ConnectorReads } from "./connectorReads";
import { callFor, find, listOf, remove, type Shape } from "./endpoint";
import { OrganizationRoles } from "./organizationRoles";
import { Organizations } from "./organizations";
import { withoutTexts } from "./response";
import type { Settings } from "./settings";
import type { ReadLimits } from "./sharedReads";
import { getSignInPage, getTenantEndpoint, SignInExperience, type SignInPage } from "./signInExperience";
import { SigningKeys } from "./signingKeys";
import { TokenSource } from "./token";
import { createSend, type Send } from "./send";

/**
 * Limits of lists, whose connectors have about 10 kB of logos each: 64 MiB are 6,000 of them. A larger list is read in pages,
 * several at a time.
 */
const maxListBytes = { whole: 64 * 2 ** 20, page: 8 * 2 ** 20 };

/** A client of one tenant, with one set of settings. Its requests share a token, connections, a rate limit and lists. */
export class LogtoClient {
  /** Number of requests sent so far, those for tokens and retries included. */
  requests = 0;
  /** Calls the Management API; further endpoints are built with it. */
  readonly call: CallApi;
  readonly signingKeys: SigningKeys;
  readonly organizations: Organizations;
  readonly organizationRoles: OrganizationRoles;
  readonly signInExperience: SignInExperience;
  readonly #send: Send;
  readonly #token: TokenSource;
  readonly #reads: ConnectorReads;

  /**
   * @param interruption ends all waiting, as after Ctrl-C: requests that change something get another second
   * @throws SettingsError where the environment names a proxy whose address is malformed
   */
  constructor(
    readonly settings: Settings,
    readonly interruption?: AbortSignal,
  ) {
    const send = createSend(settings, () => this.requests++, interruption);
    this.#send = send;
    this.#token = new TokenSource(settings, send);
    this.call = createCallApi(this.#token, send);
    this.signingKeys = new SigningKeys(this.call);
    this.organizations = new Organizations(this.call, () => this.signIn());
    this.organizationRoles = new OrganizationRoles(this.call);
    this.signInExperience = new SignInExperience(this.call);
    this.#reads = new ConnectorReads({
      ready: () => this.signIn(),
      get: (id, timeoutMs) => this.getConnector(id, timeoutMs),
      // Kept for a while, so without what Logto adds from identity providers and its catalogue.
      list: () => new ConnectorList(this.#listSource(withoutProviderDetails)),
      nameOf: ({ connectorName }) => connectorName,
    });
  }

  /** Resolves when requests can be made. */
  async signIn(): Promise<void> {
    await this.#token.get();
  }

  /**
   * Reads what the sign-in page knows. It needs no token.
   *
   * @param once whether it is not retried
   */
  getSignInPage(timeoutMs?: number, { once = false } = {}): Promise<SignInPage> {
    return getSignInPage(this.#withoutToken({ once, ...(timeoutMs === undefined ? {} : { timeoutMs }) }));
  }

  /** Returns the address of the tenant of these settings, as Logto's console knows it. It needs no token. */
  getTenantEndpoint(): Promise<string> {
    const [, tenantId = "default"] =
      /^https:\/\/([^./]+)\.logto\.app\/api$/.exec(this.settings.resource) ?? [];
    return getTenantEndpoint(this.#withoutToken({ once: true }), tenantId);
  }

  #withoutToken(more: { readonly once: boolean; readonly timeoutMs?: number }): CallApi {
    return (method, path, { body, ...options } = {}) =>
      this.#send({ ...options, ...more, method, path, idempotent: true });
  }

  /** Creates a connector; Logto assigns the ID. Where there is a config, Logto contacts the identity provider first. */
  createConnector(connector: Connector): Promise<ApiConnector> {
    return this.#reads.write([connector.connectorName], () =>
      callFor(this.call, "POST", connectorsPath, connectorShape, { body: { ...connector } }),
    );
  }

  /**
   * Lists every connector of the tenant, in no order. Logto contacts the identity provider of each first, so that one which
   * does not respond delays the whole list.
   */
  listConnectors(signal?: AbortSignal): Promise<ApiConnector[]> {
    const options = { shorten: withoutLogos, maxBytes: maxListBytes.whole, signal };
    return callFor(this.call, "GET", connectorsPath, connectorListShape, options);
  }

  /** Lists the connectors that can be read: those whose identity provider does not hang. */
  listReadableConnectors(): Promise<ReadableList> {
    return new ConnectorList(this.#listSource((connector) => connector)).readable();
  }

  /** Lists the readable connectors as they are at this moment, without what Logto adds. Look-ups of a moment share the list. */
  sharedConnectors(): Promise<ReadableList> {
    return this.#reads.list();
  }

  /** Lists the identity providers that this Logto supports. */
  listProviders(): Promise<Values[]> {
    return callFor(this.call, "GET", "/api/sso-connector-providers", {
      name: "a list of identity providers",
      parse: (body) => (Array.isArray(body) ? (body as Values[]) : undefined),
    });
  }

  /**
   * Finds a connector by its name, which is unique in a tenant and case-sensitive, as it is at this moment. `undefined` where
   * there surely is none.
   *
   * @throws LogtoError where that is not known, since some connectors can't be read
   */
  async findConnector(connectorName: string): Promise<ApiConnector | undefined> {
    return findByName(connectorName, await this.listReadableConnectors());
  }

  /** Finds a connector by its name in the list of earlier look-ups and reads: `undefined` does not mean that there is none. */
  findListedConnector(connectorName: string, limits?: ReadLimits): Promise<ApiConnector | undefined> {
    return this.#reads.findListed(connectorName, limits);
  }

  /** Finds the connector for whose name Logto rejected a create. Many such look-ups share one list. */
  findTakenConnector(connectorName: string): Promise<ApiConnector | undefined> {
    return this.#reads.findTaken(connectorName);
  }

  /** Reads a connector like {@link getConnector}; many reads share one list. */
  readConnector(id: string, limits?: ReadLimits): Promise<ApiConnector | undefined> {
    return this.#reads.read(id, limits);
  }

  /** Reads a connector; `undefined` where it does not exist. */
  getConnector(id: string, timeoutMs?: number): Promise<ApiConnector | undefined> {
    return find(this.call, pathOf(id), connectorShape, timeoutMs === undefined ? {} : { timeoutMs });
  }

  /** Changes the fields that are given. `config` and `branding` are replaced as a whole. */
  updateConnector(id: string, changes: Partial<Connector>): Promise<ApiConnector> {
    const { connectorName } = changes;
    return this.#reads.write([id, connectorName], () =>
      callFor(this.call, "PATCH", pathOf(id), connectorShape, { body: changes }),
    );
  }

  /** Deletes a connector; one that is already gone is not an error. */
  deleteConnector(id: string): Promise<void> {
    return this.#reads.write([id], () => remove(this.call, pathOf(id)));
  }

  #listSource(trim: (connector: ApiConnector) => ApiConnector): ListSource {
    return {
      timeoutMs: this.settings.timeoutSeconds * 1000,
      list: async (signal) => (await this.listConnectors(signal)).map(trim),
      page: async (number, size, limits) => {
        const path = `${connectorsPath}?page=${number}&page_size=${size}`;
        const options = { shorten: withoutLogos, maxBytes: maxListBytes.page, ...limits };
        const page = await callFor(this.call, "GET", path, connectorPageShape, options);
        return { ...page, connectors: page.connectors.map(trim) };
      },
    };
  }
}

/**
 * Empties the two logos of each connector of a list, data URIs of several kB. Parsed, those of 1,000 connectors would be
 * garbage that the host process keeps until its end: 40 MiB and 0.2 s of a refresh (seen in `npm run bench -- --connectors
 * 1000`).
 */
const withoutLogos = withoutTexts("providerLogo", "providerLogoDark");

function pathOf(id: string): string {
  return `${connectorsPath}/${encodeURIComponent(id)}`;
}

const connectorShape: Shape<ApiConnector> = {
  name: "a connector",
  parse: (body) => {
    const { id, connectorName } = (body ?? {}) as Partial<ApiConnector>;
    return typeof id === "string" && typeof connectorName === "string" ? (body as ApiConnector) : undefined;
  },
};
const connectorListShape = listOf("a list of connectors", connectorShape);
const connectorPageShape: Shape<Page> = {
  name: "a page of connectors with the header Total-Number",
  parse: (body, total) => {
    const connectors = connectorListShape.parse(body);
    return connectors === undefined || total === undefined ? undefined : { connectors, total };
  },
};
