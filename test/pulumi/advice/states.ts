/** What the state, the program and Logto have do not fit together. */
import * as logtoSso from "pulumi-logto-sso";
import { startLogto } from "../../logto";
import { killHost } from "../../tenant";
import type { Config } from "../../engine";
import { type Command, type Declared, type Situation, type User, workingSettings } from "./user";

/** Creates the connector by hand, as somebody does in the console. */
const byHand = (user: User, more: object = {}) =>
  user.logto.connectors.insert({ providerName: "OIDC", connectorName: "acme", ...more });

const saml = (user: User, config: object = {}) => ({
  providerName: "SAML",
  domains: ["acme.com"],
  config: { metadataUrl: `${user.logto.idp}/saml/metadata`, ...config },
});

export const states: Readonly<Record<string, Situation>> = {
  "single_sign_on.duplicate_connector_name: made by hand": async (user) => {
    byHand(user);
    await user.writes();
    await user.fails(["up"], /the name "[Aa]cme" belongs to the connector/);
    await user.edits("add `adopt: true,` next to providerName", "adopt: true", {
      connector: { ...user.working(), adopt: true },
    });
  },
  "single_sign_on.duplicate_connector_name: renamed": async (user) => {
    await user.writes({ connector: user.working({ connectorName: "Acme" }) });
    await user.stack.up();
    const renamed = (options: object = {}) => ({
      name: "other",
      connector: user.working({ connectorName: "Acme" }),
      options,
    });
    await user.writes(renamed());
    await user.fails(["up"], /the name "[Aa]cme" belongs to the connector/);
    await user.edits(
      '`aliases: [{ name: "OLD_NAME" }]`',
      "aliases",
      renamed({ aliases: [{ name: "acme" }] }),
    );
  },
  "single_sign_on.duplicate_connector_name: another connector has it": async (user) => {
    byHand(user, { providerName: "SAML" });
    await user.writes();
    await user.fails(["up"], /the name "[Aa]cme" belongs to the connector/);
    await user.edits("choose another connectorName", "connectorName", {
      connector: user.working({ connectorName: "Acme OIDC" }),
    });
  },
  "single_sign_on.duplicate_connector_name: of a removed resource": async (user) => {
    const named = (connectorName: string) => ({ connector: { ...user.working(), connectorName } });
    const more = () => new logtoSso.SsoConnector("old", { providerName: "OIDC", connectorName: "Acme" });
    await user.writes({ ...named("New"), more });
    await user.stack.up();
    await user.writes(named("Acme"));
    for (let attempt = 0; attempt < 2; attempt++)
      await user.fails(["up"], /the name "Acme" belongs to the connector/);
    await user.edits("give this one a third name first", "connectorName", named("Third"));
    await user.stack.up();
    await user.writes(named("Acme"));
  },
  "entity.not_exists: deleted in the console": async (user) => {
    await user.writes();
    await user.stack.up();
    user.logto.connectors.rows.clear();
    await user.writes({ connector: { ...user.working(), domains: ["acme.org"] } });
    await user.fails(["up"], /no longer exists in Logto/);
    await user.runs("up --refresh");
  },
  "other-config": async (user) => {
    const row = byHand(user, { config: user.config() });
    const declared = (adopt?: boolean) => () =>
      new logtoSso.SsoConnectorConfig("config", {
        connectorId: row.id,
        providerName: "OIDC",
        config: user.config({ scope: "email" }),
        adopt,
      });
    await user.writes({ instead: declared() });
    await user.fails(["up"], /\[other-config\]/);
    await user.edits("add `adopt: true,` next to connectorId", "adopt: true", {
      instead: declared(true),
    });
  },
  "no-signing-keys": async (user) => {
    user.logto.features.signingKeys = false;
    await user.writes({ connector: saml(user, { signAuthnRequest: true }) });
    await user.fails(["up"], /\[no-signing-keys\]/);
    await user.edits("or remove them", "remove signAuthnRequest", { connector: saml(user) });
  },
  "request.feature_not_supported": async (user) => {
    user.logto.features.tokenStorage = false;
    await user.writes({ connector: { ...user.working(), enableTokenStorage: true } });
    await user.fails(["up"], /request\.feature_not_supported/);
    await user.does("set SECRET_VAULT_KEK on the server", "SECRET_VAULT_KEK", () => {
      user.logto.features.tokenStorage = true;
    });
  },
  "no-idp-initiated-auth": async (user) => {
    user.logto.features.idpInitiatedAuth = false;
    const portal = (connector: logtoSso.SsoConnector) => portalOf(user, connector);
    await user.writes({ connector: saml(user), more: portal });
    await user.fails(["up"], /\[no-idp-initiated-auth\]/);
    await user.edits("remove", "remove SsoConnectorIdpInitiatedAuth", { connector: saml(user) });
  },
  "single_sign_on.can_not_deactivate_signing_key_in_use": async (user) => {
    const key = (connector: logtoSso.SsoConnector) =>
      new logtoSso.SamlSigningKey("key", { connectorId: connector.id, active: true });
    await user.writes({ connector: saml(user, { signAuthnRequest: true }), more: key });
    await user.stack.up();
    await user.writes({ connector: saml(user, { signAuthnRequest: true }) });
    await user.fails(["up"], /can_not_deactivate_signing_key_in_use/);
    await user.edits("signAuthnRequest to false", "signAuthnRequest: false", {
      connector: saml(user, { signAuthnRequest: false }),
    });
  },
  "not-found: get of an ID that does not exist": async (user) => {
    const row = byHand(user);
    const get = (id: string) => () => logtoSso.SsoConnector.get("existing", id);
    await user.writes({ instead: get("nope") });
    await user.fails(["preview"], /has no SSO connector with the ID "nope"/);
    await user.edits("Check the ID", "the ID", { instead: get(row.id) });
  },
  "settings of the last up: an endpoint, in refresh": (user) =>
    ofRecorded(user, { "logto:endpoint": nobody }, ["refresh"], "up"),
  "settings of the last up: an application, in destroy": (user) =>
    ofRecorded(user, { "logto:clientId": "nobody" }, ["destroy"], "up"),
  "settings of the last up: a secret, in up --refresh": (user) =>
    ofRecorded(user, { "logto:clientSecret": { secret: "canary-wrong" } }, ["up", "--refresh"], "up"),
  "settings of the last up: a resource indicator, in refresh": (user) =>
    ofRecorded(user, { "logto:resource": "https://api.acme.com" }, ["refresh"], "refresh --run-program"),
  "retainOnDelete: the change is taken back": async (user) => {
    const kept = (connector: object, options: object = {}): Declared => ({ connector, options });
    await user.writes(kept(user.working(), { retainOnDelete: true }));
    await user.stack.up();
    await user.writes(kept(saml(user)));
    await user.fails(["up"], /belongs to the connector/);
    await user.edits("take the change of providerName back", "the former providerName", kept(user.working()));
  },
  "retainOnDelete: another connector beside it": async (user) => {
    await user.writes({ options: { retainOnDelete: true } });
    await user.stack.up();
    await user.writes({ connector: saml(user) });
    await user.fails(["up"], /belongs to the connector/);
    await user.edits("another connectorName", "connectorName", {
      connector: { ...saml(user), connectorName: "Acme SAML" },
    });
  },
  "replaceOnChanges with retainOnDelete": async (user) => {
    const options = { retainOnDelete: true, replaceOnChanges: ["domains"] };
    await user.writes({ options });
    await user.stack.up();
    const changed = { ...user.working(), domains: ["acme.org"] };
    await user.writes({ connector: changed, options });
    await user.fails(["up"], /belongs to the connector/);
    await user.edits("adopt: true", "adopt: true", { connector: { ...changed, adopt: true }, options });
  },
  "deleteBeforeReplace: false": async (user) => {
    await user.writes();
    await user.stack.up();
    await user.writes({ connector: saml(user), options: { deleteBeforeReplace: false } });
    await user.fails(["up"], /deleteBeforeReplace/);
    await user.edits("deleteBeforeReplace", "remove the option", { connector: saml(user) });
  },
  "state taint with retainOnDelete": async (user) => {
    await user.writes({ options: { retainOnDelete: true } });
    await user.stack.up();
    const urns = user.urns("SsoConnector");
    await user.stack.pulumi(["state", "taint", ...urns, "--yes"]);
    await user.fails(["up"], /belongs to the connector/);
    await user.edits("adopt: true", "adopt: true", { connector: { ...user.working(), adopt: true } });
  },
  "not-found: a connectorId that does not exist": async (user) => {
    const key = (connectorId: unknown) =>
      new logtoSso.SamlSigningKey("key", { connectorId: connectorId as string });
    await user.writes({ connector: saml(user), more: () => key("nope") });
    await user.fails(["up"], /nope/);
    await user.edits("Check connectorId", "connectorId", {
      connector: saml(user),
      more: (made) => key(made.id),
    });
  },
  "not-found: a look-up by name": async (user) => {
    byHand(user, { connectorName: "Globex" });
    const lookUp = (connectorName: string) => () => logtoSso.getSsoConnectorOutput({ connectorName });
    await user.writes({ instead: lookUp("Globx") });
    await user.fails(["preview"], /has no SSO connector with the name "Globx"/);
    await user.edits("Check the name", "the name", { instead: lookUp("Globex") });
  },
  "other-tenant": async (user) => {
    await user.writes();
    await user.stack.up();
    const other = await startLogto();
    try {
      await user.stack.setConfig({ "logto:endpoint": other.url });
      await user.writes({ connector: { ...user.working(), domains: ["acme.org"] } });
      await user.fails(["up"], /\[other-tenant\]/);
      await user.does("set logto:endpoint back to", "pulumi config set logto:endpoint …", () =>
        user.stack.setConfig({ "logto:endpoint": user.logto.url }),
      );
    } finally {
      await other.close();
    }
  },
  "single_sign_on.idp_initiated_authentication_redirect_uri_not_registered": (user) =>
    ofPortal(user, /redirect_uri_not_registered/, "set it to one that is there", {
      wrong: { redirectUri: "https://acme.com/nowhere" },
      right: { redirectUri: user.logto.webApplication.redirectUri },
    }),
  "single_sign_on.idp_initiated_authentication_invalid_application_type": (user) => {
    const { id } = user.logto.applications.insert({ type: "MachineToMachine" });
    return ofPortal(user, /invalid_application_type/, "the ID of a traditional web application", {
      wrong: { defaultApplicationId: id },
      right: {},
    });
  },
  "single_sign_on.idp_initiated_authentication_not_supported": async (user) => {
    const portal = (connector: logtoSso.SsoConnector) => portalOf(user, connector);
    await user.writes({ more: portal });
    await user.fails(["up"], /idp_initiated_authentication_not_supported/);
    await user.edits("or remove SsoConnectorIdpInitiatedAuth", "remove SsoConnectorIdpInitiatedAuth", {});
  },
  "the provider process was killed during a create": async (user) => {
    await user.writes();
    user.logto.beforeAnswer = ({ method, path }) => {
      if (method === "POST" && path === "/api/sso-connectors") killHost(user.stack);
    };
    await user.stack.up([], { mayFail: true });
    user.logto.beforeAnswer = () => undefined;
    await user.fails(["up"], /belongs to the connector/);
    await user.edits("add `adopt: true,` next to providerName", "adopt: true", {
      connector: { ...user.working(), adopt: true },
    });
  },
};

/** An address at which nothing listens. */
const nobody = "http://127.0.0.1:9";

/** Settings that do not work are recorded by an `up`, and corrected; a command then still has the recorded ones. */
async function ofRecorded(
  user: User,
  wrong: Config,
  command: Command,
  advised: "up" | "refresh --run-program",
): Promise<void> {
  await user.writes();
  await user.stack.up();
  // The engine records the settings, also where the update fails.
  await user.stack.setConfig({ ...wrong, "logto:timeoutSeconds": "1" });
  await user.stack.up([], { mayFail: true });
  await user.stack.setConfig(workingSettings(user.logto));
  await user.fails(command, /take the stack config from the state/);
  if (advised === "up") await user.runs("up");
  else
    await user.does("add `--run-program`", `pulumi ${advised}`, () => user.stack.refresh(["--run-program"]));
}

const portalOf = (user: User, connector: logtoSso.SsoConnector, more: object = {}) =>
  new logtoSso.SsoConnectorIdpInitiatedAuth("portal", {
    connectorId: connector.id,
    defaultApplicationId: user.logto.webApplication.id,
    autoSendAuthorizationRequest: true,
    ...more,
  });

/** IdP-initiated sign-in that Logto refuses, and then takes. */
async function ofPortal(
  user: User,
  says: RegExp,
  advised: string,
  { wrong, right }: { readonly wrong: object; readonly right: object },
): Promise<void> {
  const declared = (more: object): Declared => ({
    connector: saml(user),
    more: (made) => portalOf(user, made, more),
  });
  await user.writes(declared(wrong));
  await user.fails(["up"], says);
  await user.edits(advised, "SsoConnectorIdpInitiatedAuth", declared(right));
}
