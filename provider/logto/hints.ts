/** Hints for errors of Logto: what to do. Pure. */
import type { SettingName } from "./settingTable";

const gone = "It no longer exists in Logto. Run `pulumi up --refresh` to reconcile.";

/** Returns where a setting was found, as messages name it. */
type OriginOf = (name: SettingName) => string;

/** Hints by Logto's error code. */
export const hints: Readonly<Record<string, string | ((origin: OriginOf) => string)>> = {
  "auth.forbidden":
    "Assign the machine-to-machine application a role with the permission `all` of the Logto Management API.",
  "auth.unauthorized": (origin) =>
    `Logto rejected the access token. Check ${origin("resource")} and the clocks of both machines.`,
  "connector.invalid_config": "Logto validates a config against the identity provider's discovery document.",
  "connector.invalid_metadata": "Logto reads the SAML metadata to validate a config.",
  "connector.invalid_certificate": "Logto found no valid signing certificate of the identity provider.",
  "connector.token_storage_not_supported":
    "Logto stores tokens of OIDC identity providers only. Remove enableTokenStorage.",
  "entity.not_exists_with_id": gone,
  "entity.not_exists": gone,
  "entity.not_found": gone,
  "entity.relation_foreign_key_not_found":
    "The organization or the connector does not exist. Check both IDs, then run `pulumi up --refresh`.",
  "entity.value_too_long":
    "An ID is longer than any of Logto's. Check organizationId, which has at most 21 characters.",
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
  "single_sign_on.duplicated_domains": "Remove the duplicates from domains.",
  "single_sign_on.forbidden_domains":
    "Logto accepts no domain in which anybody can have an email address. Remove it from domains.",
  "single_sign_on.duplicate_connector_name":
    "Another connector of the tenant has this name. Choose another connectorName, or rename or delete that connector in Logto.",
};

/** Returns the hint for a code, else for the status of an error without a code that says more. */
export function hintFor(code: string, status: number, origin: OriginOf): string | undefined {
  const hint = Object.hasOwn(hints, code) ? hints[code] : undefined;
  if (hint !== undefined) return typeof hint === "string" ? hint : hint(origin);
  if (status === 429) {
    return `Logto limits the rate of requests. Try again later, or lower ${origin("maxRequestsPerSecond")}.`;
  }
  return status >= 500
    ? "Logto, or a proxy in front of it, failed. Try again, and check Logto's log."
    : undefined;
}
