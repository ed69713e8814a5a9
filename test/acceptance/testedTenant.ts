/** The tenant that is tested: it must be empty of connectors, and is left as it was. */
import { ManagementApi, type TenantAccess } from "../managementApi";
import { type Connector, connectorsOf } from "./connector";
import { customersIn } from "./customer";

/** What a Logto has, or lacks as an older version or another configuration does. */
export interface TenantFeatures {
  readonly "signing keys": boolean;
  readonly "IdP-initiated sign-in": boolean;
  readonly "token storage": boolean;
  /** Without it, Logto refuses connectors for Google Workspace. */
  readonly "access to Google": boolean;
}

export class TestedTenant {
  readonly api: ManagementApi;
  #wasEnabled = false;
  #features: TenantFeatures | undefined;
  /** Undoes what was made besides connectors, the latest first. */
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(readonly access: TenantAccess) {
    this.api = new ManagementApi(access);
  }

  get features(): TenantFeatures {
    if (this.#features === undefined) throw new Error("The tenant has not been opened.");
    return this.#features;
  }

  /** Refuses a tenant with connectors, and finds out what it has. */
  async open(issuer: string, metadataUrl: string): Promise<void> {
    const connectors = await connectorsOf(this.api);
    if (connectors.length > 0) {
      const names = connectors.map(({ connectorName, id }) => `  ${connectorName} (${id})`).join("\n");
      throw new Error(
        `The tenant at ${this.api.url} has SSO connectors, which the test would endanger:\n${names}\n` +
          "Use a tenant without any.",
      );
    }
    const { singleSignOnEnabled } = await this.api.call<{ singleSignOnEnabled: boolean }>(
      "GET",
      "/sign-in-exp",
    );
    this.#wasEnabled = singleSignOnEnabled;
    this.#features = await this.#findFeatures(issuer, metadataUrl);
  }

  /** Creates an organization, which is deleted at the end. */
  async organization(name: string): Promise<string> {
    const { id } = await this.api.call<{ id: string }>("POST", "/organizations", { name });
    this.deletesAtEnd(`/organizations/${id}`);
    return id;
  }

  /** Creates a role for members of organizations, which is deleted at the end. */
  async organizationRole(name: string): Promise<string> {
    const { id } = await this.api.call<{ id: string }>("POST", "/organization-roles", { name });
    this.deletesAtEnd(`/organization-roles/${id}`);
    return id;
  }

  deletesAtEnd(path: string): void {
    this.#undo.push(() => this.api.attempt("DELETE", path));
  }

  /** Lets those who open a link be registered with nothing but their email address, until the end. */
  async allowLinks(): Promise<void> {
    const { signUp } = await this.api.call<{ signUp: object }>("GET", "/sign-in-exp");
    this.#undo.push(() => this.api.attempt("PATCH", "/sign-in-exp", { signUp }));
    await this.api.call("PATCH", "/sign-in-exp", {
      signUp: { identifiers: [], password: false, verify: false },
    });
  }

  async setSwitch(singleSignOnEnabled: boolean): Promise<void> {
    await this.api.call("PATCH", "/sign-in-exp", { singleSignOnEnabled });
  }

  /** Leaves the tenant as it was, also after a failure. */
  async close(): Promise<void> {
    if (this.#features === undefined) return;
    for (const undo of this.#undo.splice(0).reverse()) await undo();
    for (const connector of await connectorsOf(this.api)) await this.#remove(connector);
    for (const id of await customersIn(this.api)) await this.api.attempt("DELETE", `/organizations/${id}`);
    await this.setSwitch(this.#wasEnabled);
  }

  async #findFeatures(issuer: string, metadataUrl: string): Promise<TenantFeatures> {
    const config = { clientId: "client", clientSecret: "canary-config", issuer };
    const oidc = { providerName: "OIDC", connectorName: "acceptance: features of OIDC", config };
    const storesTokens = await this.#accepts({ ...oidc, enableTokenStorage: true });
    const google = { providerName: "GoogleWorkspace", connectorName: "acceptance: features of Google" };
    const reachesGoogle = await this.#accepts({
      ...google,
      config: { clientId: "client", clientSecret: "canary-config" },
    });
    const saml = { providerName: "SAML", connectorName: "acceptance: features of SAML" };
    const connector = await this.api.call<Connector>("POST", "/sso-connectors", {
      ...saml,
      config: { metadataUrl },
    });
    const path = `/sso-connectors/${connector.id}`;
    const keys = await this.api.attempt("GET", `${path}/signing-keys`);
    // Without a config it is a 404 as well, but one with Logto's code.
    const idpInitiated = await this.api.attempt("GET", `${path}/idp-initiated-auth-config`);
    await this.#remove(connector);
    return {
      "signing keys": keys.status !== 404,
      "IdP-initiated sign-in": typeof idpInitiated.body !== "string",
      "token storage": storesTokens,
      "access to Google": reachesGoogle,
    };
  }

  /** Whether Logto creates a connector, which is deleted again. */
  async #accepts(connector: object): Promise<boolean> {
    const { status, body } = await this.api.attempt("POST", "/sso-connectors", connector);
    if (status < 300) await this.#remove(body as Connector);
    return status < 300;
  }

  #remove({ id }: Connector): Promise<unknown> {
    return this.api.attempt("DELETE", `/sso-connectors/${id}`);
  }
}
