/** The six kinds of identity provider and the schema of each one's config. */
import { z } from "zod/v3";
import { internalError, Refusal } from "./answer";
import type { Config } from "./rows";

const oidcConfig = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  issuer: z.string(),
  scope: z.string().optional(),
  trustUnverifiedEmail: z.boolean().optional().default(false),
});
const googleWorkspaceConfig = oidcConfig
  .omit({ issuer: true })
  .extend({ offlineAccess: z.boolean().optional() });

const samlOptions = {
  attributeMapping: z
    .object({ id: z.string().optional(), email: z.string().optional(), name: z.string().optional() })
    .optional(),
  signAuthnRequest: z.boolean().optional(),
  requestSignatureAlgorithm: z
    .enum([
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    ])
    .optional(),
};
/** The first schema that matches wins; keys that are not part of it are dropped. */
const samlConfig = z.union([
  z.object({ metadataUrl: z.string(), ...samlOptions }),
  z.object({ metadata: z.string(), ...samlOptions }),
  z.object({ entityId: z.string(), signInEndpoint: z.string(), x509Certificate: z.string(), ...samlOptions }),
]);

interface Kind {
  readonly name: string;
  readonly providerType: "oidc" | "saml";
  readonly config: z.ZodType<Config, z.ZodTypeDef, unknown>;
}

/** The kinds by provider name, in the order in which Logto lists them. */
export const kinds: Readonly<Record<string, Kind>> = {
  OIDC: { name: "OIDC", providerType: "oidc", config: oidcConfig },
  SAML: { name: "SAML", providerType: "saml", config: samlConfig },
  AzureAD: { name: "Microsoft Entra ID (SAML)", providerType: "saml", config: samlConfig },
  AzureAdOidc: { name: "Microsoft Entra ID (OIDC)", providerType: "oidc", config: oidcConfig },
  GoogleWorkspace: { name: "Google Workspace", providerType: "oidc", config: googleWorkspaceConfig },
  Okta: { name: "Okta", providerType: "oidc", config: oidcConfig },
};

/**
 * Looks for the name with `in`, as Logto does, which also finds inherited properties: a connector with the provider
 * "toString" can be created and then breaks every list (measured).
 */
export function isKnown(providerName: string): boolean {
  return providerName in kinds;
}

export function kindOf(providerName: string): Kind {
  const kind = Object.hasOwn(kinds, providerName) ? kinds[providerName] : undefined;
  if (kind === undefined) throw internalError();
  return kind;
}

export function isOidc(providerName: string): boolean {
  return kinds[providerName]?.providerType === "oidc";
}

export function parseConfig(providerName: string, config: Config): Config {
  const result = kindOf(providerName).config.safeParse(config);
  if (!result.success) throw new Refusal(400, "connector.invalid_config");
  return result.data;
}

const logos = new Map<string, string>();

/** Returns a logo, which in Logto is a data URI of several kB. */
export function logo(providerName: string): string {
  const made =
    logos.get(providerName) ??
    `data:image/svg+xml;base64,${Buffer.from(`<svg>${providerName.padEnd(2000)}</svg>`).toString("base64")}`;
  logos.set(providerName, made);
  return made;
}
