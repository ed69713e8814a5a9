/** SAML connectors and the identity providers that they sign in at. */
import { rsa } from "../provider/inputs/certificates";
import { signInFromIdentityProvider } from "../signIn";
import type { SamlApplication } from "../samlProvider";
import type { Prepared, Registration, SignInCase, Values } from "./signInCase";
import type { SamlIdp } from "./world";

interface Odd {
  /** What differs from a usual application at the identity provider. */
  readonly application?: SamlApplication;
  readonly certificateDays?: readonly [from: number, to: number];
  /** The config, besides its attribute mapping. Default: the URL of the metadata. */
  readonly config?: (idp: SamlIdp) => Values;
  readonly attributeMapping?: Values;
  readonly inputs?: Values;
  /** What is registered at the identity provider. Default: what Logto has. */
  readonly registered?: (registration: Registration) => SamlApplication;
  readonly afterwards?: (idp: SamlIdp) => unknown;
}

function saml(name: string, odd: Odd = {}, more: Partial<SignInCase> = {}): SignInCase {
  const { application, certificateDays, attributeMapping, inputs, afterwards } = odd;
  const { config = byUrl, registered = usual } = odd;
  return {
    name,
    prepare: async (world) => {
      const idp = await world.samlIdp(application, certificateDays);
      return {
        inputs: {
          providerName: "SAML",
          config: { ...config(idp), ...(attributeMapping && { attributeMapping }) },
          ...inputs,
        },
        register: (registration) => {
          idp.register(registered(registration));
        },
        ...(afterwards && { afterwards: () => afterwards(idp) }),
      };
    },
    ...more,
  };
}

const byUrl = ({ metadataUrl }: SamlIdp): Values => ({ metadataUrl });
const byDocument = ({ metadata }: SamlIdp): Values => ({ metadata });
const byHand = ({ entityId, signInEndpoint, certificate }: SamlIdp): Values => ({
  entityId,
  signInEndpoint,
  x509Certificate: certificate,
});
const usual = ({ entityId, assertionConsumerServiceUrl }: Registration): SamlApplication => ({
  entityId,
  assertionConsumerServiceUrl,
});

const wantingSignatures: Odd = {
  application: { certificate: "required" },
  registered: (registration) => ({ ...usual(registration), certificate: "required" }),
};

/** An identity provider that names the email address as the user's ID, as many are set up. */
const mapped = (name: string, attributeMapping: Values) => saml(name, { attributeMapping });

export const samlCases: readonly SignInCase[] = [
  saml("SAML: metadata by its URL"),
  saml("SAML: metadata in the config", { config: byDocument }),
  saml("SAML: entity ID, endpoint and certificate", { config: byHand }),
  saml("Entra ID over SAML: as it should be", { inputs: { providerName: "AzureAD" } }),
  mapped("SAML: email from nameID", { email: "nameID" }),
  mapped("SAML: ID from email", { id: "email" }),
  mapped("SAML: name from nameID", { name: "nameID" }),
  mapped("SAML: name from email", { name: "email" }),
  mapped("SAML: ID from email, and email from nameID", { id: "email", email: "nameID" }),
  mapped("SAML: all three from one attribute", { id: "email", email: "email", name: "email" }),
  mapped("SAML: the defaults spelt out", { id: "nameID", email: "email", name: "name" }),
  saml(
    "SAML: ID from an attribute that is not sent",
    { attributeMapping: { id: "uid" } },
    { atProvider: true, beyondSight: "which attributes an identity provider sends shows in a response only" },
  ),
  saml(
    "SAML: Logto is not registered",
    { registered: () => ({}) },
    { atProvider: true, beyondSight: "SAML has no request by which one could ask" },
  ),
  saml(
    "SAML: another assertion consumer service URL is registered",
    {
      registered: (registration) => ({
        ...usual(registration),
        assertionConsumerServiceUrl: `${registration.assertionConsumerServiceUrl}x`,
      }),
    },
    { atProvider: true, beyondSight: "SAML has no request by which one could ask" },
  ),
  saml("SAML: signed requests are required, which Logto does not send", wantingSignatures, {
    atProvider: true,
  }),
  saml("SAML: signed requests are required by the metadata in the config", {
    ...wantingSignatures,
    config: byDocument,
  }),
  saml("SAML: the certificate has expired", { certificateDays: [-30, -1] }),
  saml("SAML: the certificate in the config has expired", { certificateDays: [-30, -1], config: byHand }),
  saml("SAML: the certificate is not valid yet", { certificateDays: [5, 30], config: byHand }),
  saml(
    "SAML: the certificate of another identity provider",
    { config: (idp) => ({ ...byHand(idp), x509Certificate: rsa }) },
    { atProvider: true, beyondSight: "with which key an identity provider signs shows in a response only" },
  ),
  saml("SAML: metadata that has moved", { afterwards: (idp) => idp.remove() }),
  {
    name: "SAML: an address without metadata",
    prepare: (world) => ({
      inputs: { providerName: "SAML", config: { metadataUrl: `${world.anyProvider}/saml/none` } },
    }),
  },
  {
    name: "SAML: metadata that has become a page",
    prepare: async (world, domain) => {
      const idp = await world.samlIdp();
      let isPage = false;
      const url = await world.server(() =>
        isPage ? { body: "<html><body>Sign in</body></html>" } : { body: idp.metadata },
      );
      return {
        inputs: { providerName: "SAML", domains: [domain], config: { metadataUrl: `${url}/metadata` } },
        register: (registration) => {
          idp.register(usual(registration));
        },
        afterwards: () => (isPage = true),
      };
    },
  },
  saml("SAML: metadata without HTTP-Redirect", {
    config: ({ metadata }) => ({ metadata: metadata.replaceAll("HTTP-Redirect", "HTTP-POST") }),
  }),
  fromProvider("no IdP-initiated sign-in is declared", undefined, {
    atProvider: true,
    beyondSight: "where users begin is not known",
  }),
  fromProvider("Logto sends the request itself", ({ id, redirectUri }) => ({
    autoSendAuthorizationRequest: true,
    defaultApplicationId: id,
    redirectUri,
  })),
  fromProvider("the application sends the request", callback("https://app.acme.test/start")),
  fromProvider("the address of the application has no scheme", callback("app.acme.test/start")),
  fromProvider("the address of the application is a path", callback("/start")),
  saml("SAML: enterprise SSO is disabled", {}, { isSwitchedOff: true }),
];

function callback(clientIdpInitiatedAuthCallbackUri: string): Prepared["idpInitiated"] {
  return ({ id }) => ({
    autoSendAuthorizationRequest: false,
    defaultApplicationId: id,
    clientIdpInitiatedAuthCallbackUri,
  });
}

/** A case in which a user begins at the identity provider. */
function fromProvider(
  name: string,
  idpInitiated: Prepared["idpInitiated"],
  more: Partial<SignInCase> = {},
): SignInCase {
  return {
    name: `SAML, begun at the identity provider: ${name}`,
    ...(idpInitiated && { needs: "IdP-initiated sign-in" as const }),
    prepare: async (world) => {
      const idp = await world.samlIdp();
      return {
        inputs: { providerName: "SAML", config: byUrl(idp) },
        register: (registration) => {
          idp.register(usual(registration));
        },
        ...(idpInitiated && { idpInitiated }),
        signIn: (target) => signInFromIdentityProvider(target, idp.startPage, "user@acme.test"),
      };
    },
    ...more,
  };
}
