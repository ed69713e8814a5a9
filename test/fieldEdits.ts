/** Edits of single fields of connectors, as somebody makes them in Logto's console. */
import type { Row } from "./logto";
import { next, pem } from "./provider/inputs/certificates";

interface FieldEdit {
  /** The last part of the path at which drift must be reported. */
  readonly path: string;
  readonly edit: (row: Row) => void;
}

/**
 * Returns an edit of each field of a connector.
 *
 * @param idp the address of the identity providers
 */
export function editsOf(row: Row, idp: string): FieldEdit[] {
  const field = (path: string, edit: (row: Row) => void) => ({ path, edit });
  const inConfig = (key: string, value: unknown) =>
    field(key, (edited) => {
      edited.config = { ...edited.config, [key]: value };
    });
  const inMapping = (key: string) =>
    field(key, ({ config }) => {
      config.attributeMapping = { ...(config.attributeMapping as object | undefined), [key]: "other" };
    });
  const inBranding = (key: string) =>
    field(key, ({ branding }) => {
      branding[key] = "https://acme.com/other";
    });
  const oidc = !("metadataUrl" in row.config || "entityId" in row.config);
  return [
    field("connectorName", (edited) => (edited.connectorName += " edited")),
    field("domains", (edited) => edited.domains.push("zzz.com")),
    ...["displayName", "logo", "darkLogo"].map(inBranding),
    field("syncProfile", (edited) => (edited.syncProfile = !edited.syncProfile)),
    ...(oidc
      ? [
          field("enableTokenStorage", (edited) => (edited.enableTokenStorage = !edited.enableTokenStorage)),
          ...["clientId", "scope"].map((key) => inConfig(key, "edited")),
          inConfig("clientSecret", "canary-edited"),
          inConfig("trustUnverifiedEmail", row.config.trustUnverifiedEmail !== true),
          row.providerName === "GoogleWorkspace"
            ? inConfig("offlineAccess", row.config.offlineAccess !== true)
            : inConfig("issuer", `${idp}/edited`),
        ]
      : [
          ...["id", "email", "name"].map(inMapping),
          inConfig("signAuthnRequest", true),
          inConfig("requestSignatureAlgorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
          ...("metadataUrl" in row.config
            ? [inConfig("metadataUrl", `${idp}/saml/metadata?edited`)]
            : [
                inConfig("entityId", "urn:edited"),
                inConfig("signInEndpoint", "https://idp.acme.com/edited"),
                inConfig("x509Certificate", pem(next)),
              ]),
        ]),
  ];
}
