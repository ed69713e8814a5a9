/** Hints for errors of Logto: what to do. Pure. */
import type { SettingName } from "./settingTable";

/** The request that failed, as far as a hint depends on it. */
interface Failed {
  readonly method: string;
  readonly status: number;
  /** Returns where a setting was found, as messages name it. */
  readonly origin: (name: SettingName) => string;
}

/** A POST creates an object: what does not exist is what it refers to. */
const gone = ({ method }: Failed) =>
  method === "POST"
    ? "What the resource refers to is not in Logto. Check its IDs, and that they are of this tenant (the option `provider`)."
    : "It no longer exists in Logto. Run `pulumi up --refresh` to reconcile.";
const role =
  "Assign the machine-to-machine application a role with the permission `all` of the Logto Management API.";
const proxy = ({ origin }: Failed) =>
  `The access token did not reach Logto. Check that ${origin("endpoint")} is the address of Logto itself, or that the proxy in front of it passes the header Authorization on.`;
const refused =
  "Correct what is named in parentheses. If it is as documented, this version of Logto has another rule: use a newer Logto, or a newer version of this package.";
const plan =
  "The plan of the tenant on Logto Cloud has no room for it. Upgrade the plan, or delete what is not needed.";
const failed = "Logto failed. Try again, and check Logto's log.";
const application = ({ origin }: Failed) =>
  `Check that ${origin("clientId")} is the ID of a machine-to-machine application.`;

/** Hints by Logto's error code. */
export const hints: Readonly<Record<string, string | ((failed: Failed) => string)>> = {
  "auth.authorization_header_missing": proxy,
  "auth.authorization_token_type_not_supported": proxy,
  "auth.exceed_token_limit":
    "The tenant on Logto Cloud has used up the tokens of its plan. Upgrade the plan, or wait for the next period.",
  "auth.expected_role_not_found": role,
  "auth.forbidden": role,
  "auth.jwt_sub_missing": application,
  "auth.unauthorized": ({ origin }) =>
    `Logto rejected the access token. Check ${origin("resource")} and the clocks of both machines.`,
  "connector.invalid_config": "Logto validates a config against the identity provider's discovery document.",
  "connector.invalid_metadata": "Logto reads the SAML metadata to validate a config.",
  "connector.invalid_certificate": "Logto found no valid signing certificate of the identity provider.",
  "connector.not_found": (request) =>
    request.status === 422
      ? "This Logto has no connectors for this providerName. Choose another one, or upgrade Logto."
      : gone(request),
  "connector.token_storage_not_supported":
    "Logto stores tokens of OIDC identity providers only. Remove enableTokenStorage.",
  "entity.create_failed": failed,
  "entity.db_constraint_violated": refused,
  "entity.invalid_input": refused,
  "entity.not_exists_with_id": gone,
  "entity.not_exists": gone,
  "entity.not_found": gone,
  "entity.relation_foreign_key_not_found":
    "The organization or the connector is not in Logto. Check both IDs, and that they are of this tenant (the option `provider`).",
  "entity.unique_integrity_violation": "It exists already. Run `pulumi up --refresh` to reconcile.",
  "entity.value_too_long":
    "An ID is longer than any of Logto's. Check organizationId, which has at most 21 characters.",
  "guard.invalid_input": refused,
  "guard.invalid_pagination":
    "This Logto has other pages than this version of the package expects. Use its newest version.",
  "oidc.access_denied": application,
  "oidc.invalid_client": ({ origin }) => `Check ${origin("clientId")} and ${origin("clientSecret")}.`,
  "oidc.invalid_request": application,
  "oidc.invalid_scope": role,
  "oidc.invalid_target": ({ origin }) => `Set ${origin("resource")} to the identifier of the Management API.`,
  "oidc.server_error": failed,
  "oidc.unauthorized_client": application,
  "oidc.unsupported_grant_type": application,
  "request.general": failed,
  "request.rate_limited": ({ origin }) => rateLimit(origin),
  "request.feature_not_supported":
    "Logto needs a key to encrypt stored tokens: set SECRET_VAULT_KEK on the server, or remove enableTokenStorage.",
  "single_sign_on.active_signing_key_required":
    "The connector's active signing key was deactivated in the meantime. Run `pulumi up` again, which creates one where there is none.",
  "single_sign_on.can_not_deactivate_signing_key_in_use":
    "Logto signs with this key: make another key of the connector active first, or set signAuthnRequest to false.",
  "single_sign_on.can_not_delete_active_signing_key":
    "Make another key of the connector active first, or set signAuthnRequest to false.",
  "single_sign_on.idp_initiated_authentication_invalid_application_type":
    "Set defaultApplicationId to the ID of a traditional web application of your own or of a SAML application. Without " +
    "autoSendAuthorizationRequest, it can be a single-page application as well.",
  "single_sign_on.idp_initiated_authentication_not_supported":
    "Only SAML connectors have IdP-initiated sign-in. Set connectorId to the ID of one, or remove SsoConnectorIdpInitiatedAuth.",
  "single_sign_on.idp_initiated_authentication_redirect_uri_not_registered":
    "Add redirectUri to the redirect URIs of the application in Logto, or set it to one that is there, spelt exactly as there.",
  "single_sign_on.invalid_domain_format": "Correct the domain in domains.",
  "subscription.get_plan_failed": failed,
  "subscription.limit_exceeded": plan,
  "subscription.tenant_suspended": "The tenant on Logto Cloud is suspended. Ask Logto's support.",
  "system_limit.limit_exceeded": plan,
  "single_sign_on.duplicated_domains": "Remove the duplicates from domains.",
  "single_sign_on.forbidden_domains":
    "Logto accepts no domain in which anybody can have an email address. Remove it from domains.",
  "single_sign_on.duplicate_connector_name":
    "Another connector of the tenant has this name. Choose another connectorName, or rename or delete that connector in Logto.",
};

/** Returns the hint for a code, else for the status of an error without a code that says more. */
export function hintFor(code: string, request: Failed): string | undefined {
  const { status, origin } = request;
  const hint = Object.hasOwn(hints, code) ? hints[code] : undefined;
  if (hint !== undefined) return typeof hint === "string" ? hint : hint(request);
  if (status === 429) return rateLimit(origin);
  return status >= 500
    ? "Logto, or a proxy in front of it, failed. Try again, and check Logto's log."
    : undefined;
}

function rateLimit(origin: Failed["origin"]): string {
  return `Logto limits the rate of requests. Try again later, or lower ${origin("maxRequestsPerSecond")}.`;
}
