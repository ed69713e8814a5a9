/** The six identity providers that a connector can name, and the schema of each one's config. */
import { z } from "zod/v3";
import type { Config } from "./database";
import { ApiError, internalError } from "./http";

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

interface IdentityProvider {
  readonly name: string;
  readonly providerType: "oidc" | "saml";
  readonly config: z.ZodType<Config, z.ZodTypeDef, unknown>;
}

/** The identity providers by provider name, in the order in which Logto lists them. */
export const identityProviders: Readonly<Record<string, IdentityProvider>> = {
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
  return providerName in identityProviders;
}

export function identityProviderOf(providerName: string): IdentityProvider {
  const identityProvider = Object.hasOwn(identityProviders, providerName)
    ? identityProviders[providerName]
    : undefined;
  if (identityProvider === undefined) throw internalError();
  return identityProvider;
}

export function isOidc(providerName: string): boolean {
  return identityProviders[providerName]?.providerType === "oidc";
}

export function parseConfig(providerName: string, config: Config): Config {
  const result = identityProviderOf(providerName).config.safeParse(config);
  if (!result.success) throw new ApiError(400, "connector.invalid_config");
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
