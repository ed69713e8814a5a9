/** Every field of a connector with two values, by which connectors of one field each are declared, changed and edited. */
import { certificate, samlMetadata } from "../logto/idpServers";
import { secret } from "./program";
import type { TenantFeatures } from "./testedTenant";

export interface FieldChange {
  /** The kind of connector and the field, such as `OIDC config.scope`. */
  readonly name: string;
  readonly providerName: string;
  /** The path of the field, as drift is reported. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Another value, as somebody sets it by hand. */
  readonly byHand: unknown;
  /** The declaration of the connector without the field. */
  readonly rest: Readonly<Record<string, unknown>>;
  readonly needs?: keyof TenantFeatures;
}

type Values = Readonly<Record<string, unknown>>;
type Change = readonly [path: string, before: unknown, after: unknown, byHand: unknown];

/**
 * @param idp the address of identity providers that answer below any path
 * @param otherCertificate a certificate other than that of the metadata, as PEM
 */
export function fieldChanges(idp: string, otherCertificate: string): FieldChange[] {
  const oidc = { clientId: "client", clientSecret: "canary-config", issuer: `${idp}/acme` };
  const byUrl = { metadataUrl: `${idp}/saml/metadata` };
  const manual = {
    entityId: "urn:acme:idp",
    signInEndpoint: "https://idp.acme.test/sso",
    x509Certificate: certificate,
  };
  const metadata = (entityId: string) => ({ metadata: samlMetadata(entityId, "https://idp.acme.test/sso") });
  const google = { clientId: "client", clientSecret: "canary-config" };
  const ofClient: Change[] = [
    ["config.clientId", "client", "client2", "by-hand"],
    ["config.clientSecret", "canary-1", "canary-2", "canary-3"],
    ["config.scope", "groups", "groups roles", "by-hand"],
    ["config.trustUnverifiedEmail", false, true, true],
  ];
  const ofOidc: Change[] = [...ofClient, ["config.issuer", `${idp}/acme`, `${idp}/other`, `${idp}/by-hand`]];
  const ofSaml: Change[] = [
    ["config.attributeMapping.id", "uid", "employeeNumber", "by-hand"],
    ["config.attributeMapping.email", "mail", "emailAddress", "by-hand"],
    ["config.attributeMapping.name", "cn", "displayName", "by-hand"],
  ];
  return [
    ...changes("OIDC", oidc, [
      ["connectorName", "first", "second", "by hand"],
      ["domains", ["a.test"], ["a.test", "b.test"], ["by-hand.test"]],
      ["branding.displayName", "Acme", "Acme Inc", "By hand"],
      ["branding.logo", "https://acme.test/1.svg", "https://acme.test/2.svg", "https://acme.test/3.svg"],
      ["branding.darkLogo", "https://acme.test/1.svg", "https://acme.test/2.svg", "https://acme.test/3.svg"],
      ["syncProfile", false, true, true],
      ["enableTokenStorage", false, true, true],
      ...ofOidc,
    ]),
    ...changes("GoogleWorkspace", google, [...ofClient, ["config.offlineAccess", false, true, true]]),
    ...changes("Okta", oidc, ofOidc),
    ...changes("AzureAdOidc", oidc, ofOidc),
    ...changes("SAML", byUrl, [
      ...ofSaml,
      ["config.metadataUrl", `${idp}/saml/metadata`, `${idp}/saml/metadata?2`, `${idp}/saml/metadata?3`],
    ]),
    ...changes("AzureAD", byUrl, ofSaml),
    ...changes("SAML", manual, [
      ["config.entityId", "urn:acme:1", "urn:acme:2", "urn:acme:3"],
      [
        "config.signInEndpoint",
        "https://idp.acme.test/1",
        "https://idp.acme.test/2",
        "https://idp.acme.test/3",
      ],
      ["config.x509Certificate", certificate, otherCertificate, certificate],
    ]),
    ...changes("SAML", metadata("urn:acme:1"), [
      [
        "config.metadata",
        metadata("urn:acme:1").metadata,
        metadata("urn:acme:2").metadata,
        metadata("urn:acme:3").metadata,
      ],
    ]),
  ];
}

function changes(providerName: string, config: Values, list: readonly Change[]): FieldChange[] {
  return list.map(([path, before, after, byHand]) => ({
    name: `${providerName} ${path}`,
    providerName,
    path,
    before,
    after,
    byHand,
    rest: { config },
    ...(path === "enableTokenStorage" && { needs: "token storage" as const }),
    ...(providerName === "GoogleWorkspace" && { needs: "access to Google" as const }),
  }));
}

/** Returns the inputs of a connector whose field has a value. */
export function inputsWith({ providerName, path, rest, name }: FieldChange, value: unknown): Values {
  const given = path === "config.clientSecret" ? secret(String(value)) : value;
  return withField({ providerName, connectorName: name, ...rest }, path.split("."), given);
}

/** Returns a copy of an object in which a field has a value. */
export function withField(object: Values, [key = "", ...others]: readonly string[], value: unknown): Values {
  if (others.length === 0) return { ...object, [key]: value };
  return { ...object, [key]: withField((object[key] ?? {}) as Values, others, value) };
}

export function fieldOf(object: object, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Values | undefined)?.[key], object);
}
