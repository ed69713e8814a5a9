/** The routes of `/api/sso-connectors`, and the rows behind them. */
import { randomBytes } from "node:crypto";
import { type Answer, type Call, internalError, Refusal } from "./answer";
import { type Config, createGuard, guard, guardDomains, kinds, parseConfig, patchGuard } from "./guards";
import { discover, type ProviderConfig, readSamlIdentityProvider } from "./identityProviders";
import { pageOf } from "./pagination";

export interface Row {
  readonly id: string;
  readonly tenantId: string;
  readonly createdAt: number;
  readonly providerName: string;
  connectorName: string;
  config: Config;
  domains: string[];
  branding: Record<string, unknown>;
  syncProfile: boolean;
  enableTokenStorage: boolean;
}

export interface ConnectorOptions {
  /** Before Logto asks an identity provider again; twice as long before the third time. Default: 1000. */
  readonly retryDelayMs?: number;
  /** Who answers in Google's place, whose issuer is fixed. */
  readonly googleIssuer: string;
  /** Whether the server has the key to encrypt tokens with. Default: true. */
  readonly tokenStorage?: boolean;
}

/** Twelve small letters and digits, as Logto's are. */
export function newId(): string {
  return randomBytes(9).toString("base64url").toLowerCase().replace(/[-_]/g, "0");
}

export class Connectors {
  /** Whether a connector has an active signing key. */
  hasActiveKey: (id: string) => boolean = () => false;
  /** What else goes when a connector is deleted. */
  onDelete: (id: string) => void = () => undefined;
  readonly rows = new Map<string, Row>();
  readonly #retryDelayMs: number;

  constructor(
    /** The server's own address, which the URLs of a service provider begin with. */
    private readonly endpoint: string,
    private readonly options: ConnectorOptions,
  ) {
    this.#retryDelayMs = options.retryDelayMs ?? 1000;
  }

  /** A row as it would lie in the database, without any check. */
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

  /** The order of the checks is Logto's. */
  readonly create = async ({ body }: Call): Promise<Answer> => {
    const { providerName, connectorName, config, domains, ...rest } = guard(createGuard, body);
    // Logto looks for the name with `in`, which also finds what every object inherits, such as toString (measured).
    if (!(providerName in kinds)) throw new Refusal(422, "connector.not_found");
    const lowerCased = domains?.map((domain) => domain.toLowerCase());
    if (lowerCased !== undefined) guardDomains(lowerCased);
    const kind = kinds[providerName];
    const parsed = config === undefined || kind === undefined ? undefined : parseConfig(kind, config);
    if (parsed?.signAuthnRequest === true)
      throw new Refusal(400, "single_sign_on.active_signing_key_required");
    this.#refuseTaken(connectorName);
    if (parsed !== undefined) await this.#contact(providerName, parsed);
    this.#guardTokenStorage(providerName, rest.enableTokenStorage);
    this.#write(connectorName);
    const row = this.insert({
      providerName,
      connectorName,
      ...(parsed === undefined ? {} : { config: parsed }),
      ...(lowerCased === undefined ? {} : { domains: lowerCased }),
      ...withoutUndefined(rest),
    });
    return { status: 200, body: bare(row) };
  };

  readonly list = async ({ query }: Call): Promise<Answer> => {
    const page = pageOf(query, `${this.endpoint}/sso-connectors`);
    const rows = [...this.rows.values()];
    const cut = page === undefined ? rows : rows.slice(page.offset, page.offset + page.size);
    // Filtered after the page is cut, while the total counts all.
    const supported = cut.filter(({ providerName }) => providerName in kinds);
    const body = await Promise.all(supported.map((row) => this.#detailed(row)));
    return { status: 200, body, ...(page === undefined ? {} : { headers: page.headers(rows.length) }) };
  };

  readonly get = async ({ params: [id = ""] }: Call): Promise<Answer> => ({
    status: 200,
    body: await this.#detailed(this.find(id)),
  });

  readonly patch = async ({ params: [id = ""], body }: Call): Promise<Answer> => {
    const { config, domains, ...rest } = guard(patchGuard, body);
    const { providerName } = this.find(id);
    const lowerCased = domains?.map((domain) => domain.toLowerCase());
    if (lowerCased !== undefined) guardDomains(lowerCased);
    if (rest.connectorName !== undefined) this.#refuseTaken(rest.connectorName, id);
    const kind = kinds[providerName];
    const parsed = config === undefined || kind === undefined ? undefined : parseConfig(kind, config);
    if (parsed !== undefined) await this.#contact(providerName, parsed);
    this.#guardTokenStorage(providerName, rest.enableTokenStorage);
    if (parsed?.signAuthnRequest === true && !this.hasActiveKey(id)) {
      throw new Refusal(400, "single_sign_on.active_signing_key_required");
    }
    // Deleted while the identity provider was asked.
    const row = this.rows.get(id);
    if (row === undefined) throw new Refusal(404, "entity.not_exists");
    if (rest.connectorName !== undefined) this.#write(rest.connectorName, id);
    Object.assign(row, withoutUndefined({ ...rest, config: parsed, domains: lowerCased }));
    // Written by now, whether or not the identity provider ever answers.
    return { status: 200, body: await this.#detailed(row) };
  };

  readonly delete = ({ params: [id = ""] }: Call): Answer => {
    this.find(id);
    this.rows.delete(id);
    this.onDelete(id);
    return { status: 204 };
  };

  readonly providers = (): Answer => ({
    status: 200,
    body: Object.entries(kinds).map(([providerName, { name, providerType }]) => ({
      providerName,
      providerType,
      name,
      logo: logo(providerName),
      logoDark: logo(providerName),
      description: `${name} as an identity provider.`,
    })),
  });

  find(id: string): Row {
    const row = this.rows.get(id);
    if (row === undefined) throw new Refusal(404, "entity.not_exists_with_id");
    if (!(row.providerName in kinds)) throw new Refusal(404, "connector.not_found");
    return row;
  }

  #refuseTaken(connectorName: string, id?: string): void {
    const taken = [...this.rows.values()].some((row) => row.connectorName === connectorName && row.id !== id);
    if (taken) throw new Refusal(409, "single_sign_on.duplicate_connector_name");
  }

  /** What the database refuses, with nothing to say about it: a name that came up meanwhile, and a NUL. */
  #write(connectorName: string, id?: string): void {
    try {
      this.#refuseTaken(connectorName, id);
    } catch {
      throw internalError();
    }
    if (connectorName.includes("\0")) throw internalError();
  }

  #guardTokenStorage(providerName: string, enableTokenStorage: boolean | undefined): void {
    if (enableTokenStorage !== true) return;
    if (this.options.tokenStorage === false) throw new Refusal(422, "request.feature_not_supported");
    if (kinds[providerName]?.providerType === "saml") {
      throw new Refusal(400, "connector.token_storage_not_supported");
    }
  }

  #contact(providerName: string, config: Config): Promise<ProviderConfig> {
    if (kinds[providerName]?.providerType === "saml")
      return readSamlIdentityProvider(config, this.#retryDelayMs);
    const issuer = providerName === "GoogleWorkspace" ? this.options.googleIssuer : String(config.issuer);
    return discover(issuer, this.#retryDelayMs);
  }

  /** A row as GET, the list and PATCH give it: the identity provider is contacted for each. */
  async #detailed(row: Row): Promise<unknown> {
    // A name that every object inherits has no details, and breaks every list (measured).
    const kind = Object.hasOwn(kinds, row.providerName) ? kinds[row.providerName] : undefined;
    if (kind === undefined) throw internalError();
    const providerConfig = await this.#providerConfig(row, kind.providerType);
    const image = logo(row.providerName);
    return {
      ...bare(row),
      name: kind.name,
      providerType: kind.providerType,
      providerLogo: image,
      providerLogoDark: image,
      ...(providerConfig === undefined ? {} : { providerConfig }),
    };
  }

  async #providerConfig({ id, providerName, config }: Row, type: "oidc" | "saml"): Promise<unknown> {
    const configured = Object.keys(config).length > 0;
    const found = configured ? await this.#contact(providerName, config).catch(() => undefined) : undefined;
    if (type === "saml") {
      return {
        defaultAttributeMapping: { id: "nameID", email: "email", name: "name" },
        serviceProvider: {
          entityId: `${this.endpoint}/enterprise-sso/${id}`,
          assertionConsumerServiceUrl: `${this.endpoint}/api/authn/single-sign-on/saml/${id}`,
        },
        ...(found === undefined ? {} : { identityProvider: found }),
      };
    }
    if (found === undefined) return undefined;
    const { scope, ...rest } = config;
    const scopes = new Set([
      "openid",
      "profile",
      "email",
      ...(typeof scope === "string" ? scope.split(/[ +]/) : []),
    ]);
    // The config, and so the client's secret, comes back a second time.
    return { ...rest, ...found, scope: [...scopes].filter((name) => name !== "").join(" ") };
  }
}

export function bare(row: Row): Row {
  return { ...row, config: inJsonbOrder(row.config), branding: inJsonbOrder(row.branding) };
}

/** PostgreSQL's jsonb keeps the keys of an object by length, then by bytes. */
function inJsonbOrder<Value extends Record<string, unknown>>(value: Value): Value {
  const keys = Object.keys(value).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(
    keys.map((key) => {
      const inner = value[key];
      const isObject = typeof inner === "object" && inner !== null && !Array.isArray(inner);
      return [key, isObject ? inJsonbOrder(inner as Record<string, unknown>) : inner];
    }),
  ) as Value;
}

function withoutUndefined(values: object): Partial<Row> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Logto's logos are data URIs of several kB each. */
function logo(providerName: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(`<svg>${providerName.padEnd(2000)}</svg>`).toString("base64")}`;
}
