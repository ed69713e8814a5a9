/** Connectors: the routes of `/api/sso-connectors` and the table behind them. */
import { setImmediate as eventLoopTurn } from "node:timers/promises";
import { bare, type Config, guardJson, guardText, newId, type Row } from "./database";
import { discover } from "./discovery";
import type { Features } from "./features";
import { createGuard, guard, guardDomains, patchGuard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse, internalError } from "./http";
import {
  identityProviderOf,
  identityProviders,
  isKnown,
  isOidc,
  logo,
  parseConfig,
} from "./identityProviders";
import { fetchFromIdp, type IdpFetch } from "./idpHttp";
import { pageOf } from "./pagination";
import { readSaml } from "./saml";

export interface ConnectorOptions {
  /** The delay before a second request to an identity provider; it doubles before the third. Default: 1000. */
  readonly retryDelayMs?: number;
  /** Replaces the HTTP requests to identity providers. */
  readonly idpFetch?: IdpFetch;
  /** The issuer in place of Google's, which is fixed in Logto. */
  readonly googleIssuer: string;
}

export class Connectors {
  /** Whether a connector has an active signing key. */
  hasActiveKey: (id: string) => boolean = () => false;
  /** Called with the ID of a connector that was deleted. */
  onDelete: (id: string) => void = () => undefined;
  /** The rows by ID, in the order in which a SELECT without ORDER BY returns them. */
  readonly rows = new Map<string, Row>();
  readonly #idpFetch: IdpFetch;

  constructor(
    /** Logto's own address, with which the URLs of a service provider begin. */
    readonly endpoint: string,
    private readonly options: ConnectorOptions,
    private readonly features: Features,
  ) {
    this.#idpFetch = options.idpFetch ?? ((url) => fetchFromIdp(url, options.retryDelayMs));
  }

  /** Inserts a row into the database without any check. */
  insert(values: Partial<Row> & Pick<Row, "providerName" | "connectorName">): Row {
    const row = {
      id: newId(),
      tenantId: "default",
      createdAt: Date.now(),
      config: {},
      domains: [],
      branding: {},
      syncProfile: false,
      enableTokenStorage: false,
      ...values,
    };
    this.rows.set(row.id, row);
    return row;
  }

  /** Checks in the same order as Logto (its code, and measured). */
  readonly create = async ({ body }: ApiRequest): Promise<ApiResponse> => {
    const { providerName, connectorName, config, domains, ...rest } = guard(createGuard, body);
    if (!isKnown(providerName)) throw new ApiError(422, "connector.not_found");
    const lowerCased = domains?.map((domain) => domain.toLowerCase());
    if (lowerCased !== undefined) guardDomains(lowerCased);
    const parsed = config && this.#parse(providerName, config);
    if (parsed?.signAuthnRequest === true)
      throw new ApiError(400, "single_sign_on.active_signing_key_required");
    this.#refuseTaken(connectorName);
    // The row is inserted even if the client disconnects meanwhile (measured).
    if (parsed !== undefined) await this.#contact(providerName, parsed);
    this.#guardTokenStorage(providerName, rest.enableTokenStorage);
    const values = withoutUndefined({ ...rest, config: parsed, domains: lowerCased });
    await meanwhile();
    this.#guardWrite({ ...values, connectorName });
    const row = this.insert({ ...values, providerName, connectorName });
    return { status: 200, body: bare(row) };
  };

  readonly list = async (call: ApiRequest): Promise<ApiResponse> => {
    const page = pageOf(call, this.endpoint);
    const rows = [...this.rows.values()];
    // Unsupported providers are filtered out of the page, but included in the total (Logto's code).
    const shown = (page?.cut(rows) ?? rows).filter(({ providerName }) => isKnown(providerName));
    const body = await Promise.all(shown.map((row) => this.#detailed(bare(row))));
    return { status: 200, body, ...(page === undefined ? {} : { headers: page.headers(rows.length) }) };
  };

  readonly get = async ({ params: [id = ""] }: ApiRequest): Promise<ApiResponse> => ({
    status: 200,
    body: await this.#detailed(bare(this.find(id))),
  });

  readonly patch = async ({ params: [id = ""], body }: ApiRequest): Promise<ApiResponse> => {
    const { config, domains, ...rest } = guard(patchGuard, body);
    const original = bare(this.find(id));
    const { providerName } = original;
    const lowerCased = domains?.map((domain) => domain.toLowerCase());
    if (lowerCased !== undefined) guardDomains(lowerCased);
    if (rest.connectorName !== undefined) this.#refuseTaken(rest.connectorName, id);
    const parsed = config && this.#parse(providerName, config);
    if (parsed !== undefined) await this.#contact(providerName, parsed);
    this.#guardTokenStorage(providerName, rest.enableTokenStorage);
    if (parsed?.signAuthnRequest === true && !this.hasActiveKey(id)) {
      throw new ApiError(400, "single_sign_on.active_signing_key_required");
    }
    const values = withoutUndefined({ ...rest, config: parsed, domains: lowerCased });
    await meanwhile();
    const row = Object.keys(values).length === 0 ? original : this.#update(id, values);
    // The row is written by now, even if the identity provider never responds (measured).
    return { status: 200, body: await this.#detailed(row) };
  };

  readonly delete = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    this.find(id);
    this.rows.delete(id);
    this.onDelete(id);
    return { status: 204 };
  };

  readonly providers = (): ApiResponse => ({
    status: 200,
    body: Object.entries(identityProviders).map(([providerName, { name, providerType }]) => ({
      providerName,
      providerType,
      name,
      logo: logo(providerName),
      logoDark: logo(providerName),
      description: `${name} as an identity provider.`,
    })),
  });

  find(id: string): Row {
    guardText(id);
    const row = this.rows.get(id);
    if (row === undefined) throw new ApiError(404, "entity.not_exists_with_id");
    if (!isKnown(row.providerName)) throw new ApiError(404, "connector.not_found");
    return row;
  }

  /** Drops the keys for signing silently where Logto does not support them, as release 1.42.0 does (Logto's code). */
  #parse(providerName: string, config: Config): Config {
    const parsed = parseConfig(providerName, config);
    if (this.features.signingKeys) return parsed;
    const { signAuthnRequest, requestSignatureAlgorithm, ...rest } = parsed;
    return rest;
  }

  #update(id: string, values: Partial<Row>): Row {
    const row = this.rows.get(id);
    // The connector was deleted while Logto contacted the identity provider.
    if (row === undefined) throw new ApiError(404, "entity.not_exists");
    this.#guardWrite(values, id);
    Object.assign(row, values);
    // PostgreSQL writes a new version of the row behind the others, which shifts the pages during pagination.
    this.rows.delete(id);
    this.rows.set(id, row);
    return bare(row);
  }

  /** Looks the name up some time before the row is written, which allows a race even without a config (measured). */
  #refuseTaken(connectorName: string, id?: string): void {
    guardText(connectorName);
    if (this.#isTaken(connectorName, id)) throw new ApiError(409, "single_sign_on.duplicate_connector_name");
  }

  /** Refuses what the database refuses. A name that was taken meanwhile is a 500 without a code (measured). */
  #guardWrite({ connectorName, config, domains, branding }: Partial<Row>, id?: string): void {
    guardJson([config, domains, branding]);
    if (connectorName !== undefined && this.#isTaken(connectorName, id)) throw internalError();
  }

  #isTaken(connectorName: string, id?: string): boolean {
    return [...this.rows.values()].some((row) => row.connectorName === connectorName && row.id !== id);
  }

  #guardTokenStorage(providerName: string, enableTokenStorage: boolean | undefined): void {
    if (enableTokenStorage !== true) return;
    if (!this.features.tokenStorage) throw new ApiError(422, "request.feature_not_supported");
    if (!isOidc(providerName)) throw new ApiError(400, "connector.token_storage_not_supported");
  }

  #contact(providerName: string, config: Config): Promise<Record<string, unknown>> {
    if (!isOidc(providerName)) return readSaml(config, this.#idpFetch);
    return discover(this.issuerOf(providerName, config), this.#idpFetch);
  }

  issuerOf(providerName: string, config: Config): string {
    return providerName === "GoogleWorkspace" ? this.options.googleIssuer : String(config.issuer);
  }

  /** Returns a row as GET, the list and PATCH do, which contact the identity provider for each row. */
  async #detailed(row: Row): Promise<unknown> {
    const { name, providerType } = identityProviderOf(row.providerName);
    const providerConfig = await this.#readable(row);
    const image = logo(row.providerName);
    return { ...row, name, providerType, providerLogo: image, providerLogoDark: image, providerConfig };
  }

  /**
   * Returns what Logto needs for a sign-in: the config, which includes the client secret, and what the identity provider says of
   * itself. Throws where Logto cannot read that.
   */
  providerConfig(row: Row): Promise<object> {
    return isOidc(row.providerName) ? this.#oidc(row) : this.#saml(row);
  }

  /** Returns the `providerConfig` of answers: without what could not be read from the identity provider. */
  #readable(row: Row): Promise<object | undefined> {
    return this.providerConfig(row).catch(() =>
      isOidc(row.providerName) ? undefined : this.#serviceProvider(row),
    );
  }

  async #oidc({ providerName, config }: Row): Promise<object> {
    const { offlineAccess, scope, ...parsed } = parseConfig(providerName, config);
    const given = typeof scope === "string" ? scope.split(/[ +]/).filter((name) => name !== "") : [];
    return {
      ...parsed,
      ...(await this.#contact(providerName, parsed)),
      scope: [...new Set(["openid", "profile", "email", ...given])].join(" "),
    };
  }

  async #saml(row: Row): Promise<object> {
    const { providerName, config } = row;
    const identityProvider = await this.#contact(providerName, parseConfig(providerName, config));
    return { ...this.#serviceProvider(row), identityProvider };
  }

  #serviceProvider({ id }: Row): object {
    return {
      defaultAttributeMapping: { id: "nameID", email: "email", name: "name" },
      serviceProvider: {
        entityId: `${this.endpoint}/enterprise-sso/${id}`,
        assertionConsumerServiceUrl: `${this.endpoint}/api/authn/single-sign-on/saml/${id}`,
      },
    };
  }
}

function withoutUndefined(values: object): Partial<Row> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/**
 * The time between the look-up of a name and the write, in which other requests that were sent at once get as far: of ten
 * creates or renames to one name, up to eight failed with 500 at a Logto (seen with Logto 1.42).
 */
async function meanwhile(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await eventLoopTurn();
}
