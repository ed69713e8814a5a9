/** Logto's request to a SAML identity provider, and its reading of the response (Logto's code). */
import { z } from "zod/v3";
import type { Config, Row } from "./database";
import type { SsoUser } from "./enterpriseSso";
import { ApiError } from "./http";
import { identityProviderSettings } from "./saml";
import { samlify } from "./samlify";

const configGuard = z.object({
  serviceProvider: z.object({ entityId: z.string(), assertionConsumerServiceUrl: z.string() }),
  identityProvider: z.object({
    entityId: z.string(),
    signInEndpoint: z.string(),
    x509Certificate: z.string(),
  }),
});
const userGuard = z.object({
  id: z.string(),
  email: z.string().optional(),
  name: z.string().optional(),
  phone: z.string().optional(),
  avatar: z.string().optional(),
});

/** @param key the active signing key */
export function samlRequest(
  { config: { signAuthnRequest, requestSignatureAlgorithm } }: Row,
  config: unknown,
  relayState: string,
  key: { readonly certificate: string; readonly privateKey: string } | undefined,
): string {
  const { serviceProvider, identityProvider } = parsed(config);
  const isSigned = signAuthnRequest === true;
  if (isSigned && key === undefined) throw new ApiError(500, "single_sign_on.sso_signing_unavailable");
  const signing = {
    signingCert: key?.certificate,
    privateKey: key?.privateKey,
    requestSignatureAlgorithm:
      requestSignatureAlgorithm ?? "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  };
  const { IdentityProvider, ServiceProvider } = samlify();
  return ServiceProvider({
    entityID: serviceProvider.entityId,
    relayState,
    authnRequestsSigned: isSigned,
    ...(isSigned ? signing : {}),
    assertionConsumerService: [
      {
        Location: serviceProvider.assertionConsumerServiceUrl,
        Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
      },
    ],
  }).createLoginRequest(
    // Logto asks itself, not the metadata, whether requests are signed.
    IdentityProvider({ ...identityProviderSettings(identityProvider), wantAuthnRequestsSigned: isSigned }),
    "redirect",
  ).context;
}

/** Verifies the response, and maps the attributes in it. */
export async function samlUser(
  { config }: Row,
  providerConfig: unknown,
  SAMLResponse: string,
): Promise<SsoUser> {
  const { serviceProvider, identityProvider } = parsed(providerConfig);
  const { IdentityProvider, ServiceProvider } = samlify();
  const failure = new ApiError(401, "connector.authorization_failed", {
    ssoErrorCode: "authorization_failed",
    message: "Invalid SAML assertion",
  });
  const { extract } = await ServiceProvider({ entityID: serviceProvider.entityId })
    .parseLoginResponse(IdentityProvider(identityProviderSettings(identityProvider)), "post", {
      body: { SAMLResponse },
    })
    .catch(() => {
      throw failure;
    });
  const given = { ...(extract.nameID && { nameID: extract.nameID }), ...extract.attributes };
  const mapping = { id: "nameID", email: "email", name: "name", ...(config.attributeMapping as Config) };
  const user = userGuard.safeParse(mapped(given, mapping));
  if (!user.success) throw failure;
  const { id, email, name } = user.data;
  return { id, ...(email !== undefined && { email }), ...(name !== undefined && { name }) };
}

/** Of several fields with one attribute, the last has it; an attribute without a field keeps its name (Logto: sso/SamlConnector/utils.ts). */
function mapped(attributes: Readonly<Record<string, unknown>>, mapping: object): object {
  const fieldOf = new Map(Object.entries(mapping).map(([field, attribute]) => [String(attribute), field]));
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [fieldOf.get(key) ?? key, value]),
  );
}

function parsed(config: unknown): z.output<typeof configGuard> {
  const result = configGuard.safeParse(config);
  if (!result.success) throw new ApiError(500, "connector.invalid_config");
  return result.data;
}
