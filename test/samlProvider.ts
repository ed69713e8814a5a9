/** A SAML identity provider: the library `samlify`, with a page that asks who signs in. */
import { randomUUID } from "node:crypto";
import { generate } from "selfsigned";
import { type SamlIdentityProvider, samlify, type SamlServiceProvider } from "./logto/samlify";
import { type ReceivedRequest, type ScriptedResponse, startScriptedServer } from "./scriptedServer";

/** A service provider, which is Logto, as it is registered at the identity provider. */
export interface SamlApplication {
  entityId?: unknown;
  assertionConsumerServiceUrl?: unknown;
  /** A PEM certificate. If there is one, requests must be signed with its key. */
  certificate?: unknown;
  /** The names of the user's attributes in responses. Default: `email` and `name`. */
  attributes?: { readonly email: string; readonly name: string };
}

export interface SamlProvider {
  /** Where applications are registered over HTTP, in a format of our own, since there is no standard one. */
  readonly applicationsUrl: string;
  readonly applications: ReadonlyMap<string, SamlApplication>;
  /** Registers an application. Returns the URL of the metadata for it. */
  register(application: SamlApplication): string;
  /** Returns the page on which users start an application without a request of it, by the URL of its metadata. */
  startPage(metadataUrl: string): string;
  close(): Promise<void>;
}

const day = 86_400_000;
const bindings = "urn:oasis:names:tc:SAML:2.0:bindings:";

/**
 * @param expiresInDays when its certificate expires, which may be in the past
 * @param beginsInDays when it becomes valid
 */
export async function startSamlProvider(expiresInDays = 365, beginsInDays = -400): Promise<SamlProvider> {
  const key = await generate([{ name: "commonName", value: "idp.acme.com" }], {
    keySize: 2048, // a smaller key causes warnings
    notBeforeDate: new Date(Date.now() + beginsInDays * day),
    notAfterDate: new Date(Date.now() + expiresInDays * day),
  });
  const applications = new Map<string, SamlApplication>();
  const server = await startScriptedServer((request) => respond(request));
  const applicationsUrl = `${server.url}/applications`;

  function add(application: SamlApplication): { id: string; metadataUrl: string } {
    const id = randomUUID();
    applications.set(id, application);
    return { id, metadataUrl: `${applicationsUrl}/${id}/metadata` };
  }

  async function respond({ method, path, body }: ReceivedRequest): Promise<ScriptedResponse> {
    const [, id = "", page = ""] = /^\/applications\/?([^/]*)\/?(\w*)/.exec(path) ?? [];
    const application = applications.get(id);
    if (id === "" && method === "POST")
      return { status: 201, body: add(JSON.parse(body) as SamlApplication) };
    if (application === undefined) return { status: 404 };
    const url = `${applicationsUrl}/${id}`;
    switch (page) {
      case "metadata":
        return { body: identityProviderOf(url, application, key).getMetadata() };
      case "sso":
      case "start":
        if (method === "GET") return { body: form(path, '<input name="login">') };
        return signIn(identityProviderOf(url, application, key), application, path, body).catch(
          (error: unknown) => ({ status: 400, body: (error as Error).message }),
        );
    }
    if (method === "PUT") applications.set(id, JSON.parse(body) as SamlApplication);
    if (method === "DELETE") applications.delete(id);
    return { status: 204 };
  }

  return {
    applicationsUrl,
    applications,
    register: (application) => add(application).metadataUrl,
    startPage: (metadataUrl) => metadataUrl.replace(/metadata$/, "start"),
    close: () => server.close(),
  };
}

/** Each application has an identity provider of its own, as in Okta and Entra ID. */
function identityProviderOf(
  url: string,
  { certificate, attributes = { email: "email", name: "name" } }: SamlApplication,
  key: { private: string; cert: string },
): SamlIdentityProvider {
  const service = [{ Binding: `${bindings}HTTP-Redirect`, Location: `${url}/sso` }];
  return samlify().IdentityProvider({
    entityID: url,
    privateKey: key.private,
    signingCert: key.cert,
    wantAuthnRequestsSigned: certificate !== undefined,
    singleSignOnService: service,
    // Without one, the library complains on the console.
    singleLogoutService: service,
    loginResponseTemplate: {
      context: samlify().SamlLib.defaultLoginResponseTemplate.context,
      attributes: Object.entries(attributes).map(([valueTag, name]) => ({
        name,
        valueTag,
        nameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
        valueXsiType: "xs:string",
      })),
    },
  });
}

function serviceProviderOf(application: SamlApplication): SamlServiceProvider {
  const { entityId, assertionConsumerServiceUrl, certificate } = application;
  return samlify().ServiceProvider({
    entityID: entityId,
    assertionConsumerService: [{ Binding: `${bindings}HTTP-POST`, Location: assertionConsumerServiceUrl }],
    authnRequestsSigned: certificate !== undefined,
    ...(certificate === undefined ? {} : { signingCert: certificate }),
    wantAssertionsSigned: true,
  });
}

/** Verifies Logto's request, if there is one, and lets the browser post a signed response to Logto. */
async function signIn(
  identityProvider: SamlIdentityProvider,
  application: SamlApplication,
  path: string,
  body: string,
): Promise<ScriptedResponse> {
  const [, search = ""] = path.split("?");
  const query = Object.fromEntries(new URLSearchParams(search));
  const serviceProvider = serviceProviderOf(application);
  const request =
    query.SAMLRequest === undefined
      ? { extract: { issuer: String(application.entityId), request: {} } }
      : await identityProvider.parseLoginRequest(serviceProvider, "redirect", {
          query,
          octetString: search.replace(/&Signature=.*/, ""),
        });
  const { issuer, request: { id } = {} } = request.extract;
  if (issuer === undefined || issuer !== application.entityId)
    throw new Error(`The service provider ${String(issuer)} is not registered.`);
  const email = new URLSearchParams(body).get("login") ?? "";
  const acs = String(application.assertionConsumerServiceUrl);
  const values = {
    ...assertionValues(identityProvider.entityMeta.getEntityID() ?? "", acs, id),
    Audience: issuer,
    NameID: `id-of-${email}`,
    attrEmail: email,
    attrName: "A user",
  };
  const fillIn = (template: string) => ({
    id: values.ID,
    context: samlify().SamlLib.replaceTagsByValue(template, values),
  });
  const { context } = await identityProvider.createLoginResponse(
    serviceProvider,
    request,
    "post",
    {},
    fillIn,
  );
  const { RelayState } = query;
  const fields = { SAMLResponse: context, ...(RelayState === undefined ? {} : { RelayState }) };
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
  return { body: form(acs, inputs.join("")) };
}

function assertionValues(issuer: string, acs: string, requestId: string | undefined) {
  const [now, end] = [0, 300_000].map((ms) => new Date(Date.now() + ms).toISOString()) as [string, string];
  return {
    ID: `_${randomUUID()}`,
    AssertionID: `_${randomUUID()}`,
    InResponseTo: requestId,
    Issuer: issuer,
    IssueInstant: now,
    Destination: acs,
    SubjectRecipient: acs,
    StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
    ConditionsNotBefore: now,
    ConditionsNotOnOrAfter: end,
    SubjectConfirmationDataNotOnOrAfter: end,
    NameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    AuthnStatement: "",
  };
}

function form(action: string, inputs: string): string {
  return `<form method="post" action="${action.replaceAll("&", "&amp;")}">${inputs}</form>`;
}
