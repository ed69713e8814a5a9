/** Which bodies and configs Logto takes. Written with zod 3, as Logto is, whose issues its error answers hold. */
import { z } from "zod/v3";
import { Refusal } from "./answer";

const json: z.ZodType<unknown> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(json)]),
);

const optionalFields = {
  config: z.record(json).optional(),
  domains: z.array(z.string()).optional(),
  branding: z
    .object({
      displayName: z.string().optional(),
      logo: z.string().optional(),
      darkLogo: z.string().optional(),
    })
    .optional(),
  syncProfile: z.boolean().optional(),
  enableTokenStorage: z.boolean().optional(),
};
const connectorName = z.string().min(1).max(128);

export const createGuard = z.object({
  providerName: z.string().min(1).max(128),
  connectorName,
  ...optionalFields,
});
export const patchGuard = z.object({ connectorName: connectorName.optional(), ...optionalFields });

export function guard<Output>(schema: z.ZodType<Output, z.ZodTypeDef, unknown>, body: unknown): Output {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ message, ...issue }) => issue);
  throw new Refusal(400, "guard.invalid_input", { issues, name: "ZodError" });
}

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
/** The first that fits wins, and what it does not know is dropped. */
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
export type Config = Record<string, unknown>;

/** The six kinds of identity provider, in the order in which Logto lists them. */
export const kinds: Readonly<Record<string, Kind>> = {
  OIDC: { name: "OIDC", providerType: "oidc", config: oidcConfig },
  SAML: { name: "SAML", providerType: "saml", config: samlConfig },
  AzureAD: { name: "Microsoft Entra ID (SAML)", providerType: "saml", config: samlConfig },
  AzureAdOidc: { name: "Microsoft Entra ID (OIDC)", providerType: "oidc", config: oidcConfig },
  GoogleWorkspace: { name: "Google Workspace", providerType: "oidc", config: googleWorkspaceConfig },
  Okta: { name: "Okta", providerType: "oidc", config: oidcConfig },
};

export function parseConfig(kind: Kind, config: Config): Config {
  const result = kind.config.safeParse(config);
  if (!result.success) throw new Refusal(400, "connector.invalid_config");
  return result.data;
}

/** From `@logto/schemas` 1.43.0. */
const publicMailDomains = new Set(
  "gmail yahoo hotmail outlook live icloud aol yandex mail protonmail yanex gmx zoho qq 163 126 sina sohu"
    .split(" ")
    .map((name) => `${name}.com`)
    .concat("mail.ru"),
);

/** Public mail domains are told before duplicates, each domain once. */
export function guardDomains(domains: readonly string[]): void {
  const forbidden = domains.filter((domain) => publicMailDomains.has(domain));
  if (forbidden.length > 0) {
    throw new Refusal(422, "single_sign_on.forbidden_domains", { data: [...new Set(forbidden)] });
  }
  const doubled = domains.filter((domain, index) => domains.indexOf(domain) < index);
  if (doubled.length > 0) {
    throw new Refusal(422, "single_sign_on.duplicated_domains", { data: [...new Set(doubled)] });
  }
}
