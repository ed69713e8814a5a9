/**
 * Asks identity providers from this machine whether a sign-in through Logto can work: whether they accept the credentials in
 * a connector's config, and whether the redirect URI is registered. It changes nothing: the code that it sends cannot be
 * valid, and the sign-in that it begins must not show anything. An identity provider may log both as a failed sign-in.
 */
import type { ApiConnector } from "../../connector/apiConnector";
import { identityProviders, isProviderName } from "../../connector/identityProviders";
import { registrationUrls } from "../../connector/registrationUrls";
import { mapInParallel } from "../../logto/parallel";
import { type Redact, redactor } from "../../logto/redaction";
import { discover, type Discovery, type DiscoveryDocument } from "./discovery";
import { type ProbeResult, unknown } from "./probeResult";
import {
  type AuthorizationAnswer,
  type AuthorizationResults,
  readAuthorizationResponse,
  withOtherAnswer,
  withPlainAnswer,
} from "./readAuthorization";
import { type ProbeResponse, readTokenResponse } from "./readResponse";
import { createSend, isAllowed, reasonOf, type SendProbe, withDeadline } from "./requests";
import { authorizationUrl, type Credentials, tokenRequest, unregisteredUri } from "./signInRequests";

/** A connector whose identity provider is asked. */
export interface ProbeTarget {
  readonly connector: Pick<ApiConnector, "id" | "providerName" | "config">;
  /** Where the users of its tenant sign in (`logto:signInEndpoint`). */
  readonly signInEndpoint: string;
  /** Whether the program may have another `signInEndpoint`, which its state does not record. Default: `false`. */
  readonly mayHaveOtherSignInEndpoint?: boolean;
}

/** The results of probing the identity provider of a connector. */
export interface ConnectorProbe extends AuthorizationResults {
  /** Whether this machine can read the discovery document: `accepted`, else `unknown`, since Logto may be able to. */
  readonly discovery: ProbeResult;
  readonly credentials: ProbeResult;
}

/** The timeout of a request to an identity provider. */
export const defaultTimeoutMs = 10_000;

/**
 * Probes the identity providers of OIDC connectors: each discovery document is read once, each client's credentials are sent
 * once, and each redirect URI is asked for once, however many connectors share them. It throws nothing: what fails is
 * `unknown`, with the reason.
 *
 * @param targets others than OIDC connectors are left out
 * @param timeoutMs for each discovery document, and for each answer of an endpoint
 * @returns the probes by their targets. Their texts contain no secret
 */
export async function probeIdentityProviders<Target extends ProbeTarget>(
  targets: readonly Target[],
  timeoutMs = defaultTimeoutMs,
): Promise<Map<Target, ConnectorProbe>> {
  const probes = new Map<Target, ConnectorProbe>();
  const clients = new Map<string, Client<Target>>();
  for (const target of targets) {
    const { connector, signInEndpoint } = target;
    const { id, providerName } = connector;
    if (!isProviderName(providerName) || identityProviders[providerName].protocol !== "oidc") continue;
    const credentials = credentialsOf(connector);
    const { redirectUri } = registrationUrls(providerName, id, signInEndpoint);
    if (typeof credentials === "string" || redirectUri === undefined) {
      const reason = unknown(typeof credentials === "string" ? credentials : "It has no redirect URI");
      probes.set(target, { discovery: reason, credentials: reason, redirectUri: reason, signIn: reason });
      continue;
    }
    const { issuer, clientId, clientSecret } = credentials;
    const key = JSON.stringify([issuer, clientId, clientSecret]);
    const client = clients.get(key) ?? { ...credentials, redirectUris: new Map<Target, string>() };
    client.redirectUris.set(target, redirectUri);
    clients.set(key, client);
  }
  if (clients.size === 0) return probes;
  const send = await createSend();
  const discoveries = new Map<string, Promise<Discovery>>();
  await mapInParallel(clients.values(), async (client) => {
    const discovery = discoveries.get(client.issuer) ?? discover(send, client.issuer, timeoutMs);
    discoveries.set(client.issuer, discovery);
    for (const [target, probe] of await probeClient(send, client, await discovery, timeoutMs))
      probes.set(target, probe);
  });
  return probes;
}

/** Returns the result that decides about a sign-in: that of what refuses it, or else whether the credentials are accepted. */
export function decisiveResult({ credentials, redirectUri, signIn }: ConnectorProbe): ProbeResult {
  const refusals = ["rejected", "sign-in-refused", "redirect-not-registered"];
  const all = [credentials, signIn, redirectUri];
  return (
    refusals
      .map((refusal) => all.find(({ meaning }) => meaning === refusal))
      .find((result) => result !== undefined) ?? credentials
  );
}

/** A client at an identity provider, with the redirect URIs of its connectors. */
interface Client<Target> extends Credentials {
  readonly redirectUris: Map<Target, string>;
}

/** The issuer of every Google Workspace connector (Logto: sso/GoogleWorkspaceSsoConnector/index.ts). */
const googleIssuer = "https://accounts.google.com";

/** Returns why a connector cannot be probed, where it lacks something. */
function credentialsOf({ providerName, config = {} }: ProbeTarget["connector"]): Credentials | string {
  const { clientId, clientSecret, scope } = config;
  const issuer = providerName === "GoogleWorkspace" ? googleIssuer : config.issuer;
  if (!isText(clientId) || !isText(clientSecret) || !isText(issuer)) {
    return "Not asked, as its config is incomplete";
  }
  if (!isAllowed(issuer, issuer)) {
    return "Not asked, as its issuer is not an https:// address: the client secret would be sent in clear";
  }
  return { issuer, clientId, clientSecret, scope: isText(scope) ? scope : "" };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

async function probeClient<Target extends ProbeTarget>(
  send: SendProbe,
  client: Client<Target>,
  discovery: Discovery,
  timeoutMs: number,
): Promise<[Target, ConnectorProbe][]> {
  const { issuer, clientSecret, redirectUris } = client;
  // In base64 as well, behind whatever client ID.
  const redact = redactor([clientSecret]);
  const reason = (error: unknown) => reasonOf(error, timeoutMs, redact);
  if ("failure" in discovery) {
    const failure = unknown(`This machine cannot read its discovery document: ${reason(discovery.failure)}`);
    const rest = unknown("Not asked, without its discovery document");
    const probe = { discovery: failure, credentials: rest, redirectUri: rest, signIn: rest };
    return [...redirectUris.keys()].map((target) => [target, probe]);
  }
  const { document } = discovery;
  const ask = createAsk(document, issuer, timeoutMs, reason);
  const askForSignIn = createAskForSignIn(send, client, ask, redact);
  const [firstUri = ""] = redirectUris.values();
  const [credentials, results] = await Promise.all([
    ask<ProbeResult>(
      "token_endpoint",
      (endpoint, signal) => send(endpoint, tokenRequest(client, firstUri, signal)),
      (response) => explained(readTokenResponse(response, redact), client, document),
      (failure) => failure,
    ),
    mapInParallel(redirectUris, async ([target, uri]) => {
      const { redirectUri, signIn } = await probeSignIn(uri, askForSignIn);
      return [target, { redirectUri: withOtherSignInEndpoint(redirectUri, target), signIn }] as const;
    }),
  ]);
  const read = { meaning: "accepted", message: "This machine reads its discovery document." } as const;
  return results.map(([target, signInResults]) => [
    target,
    { discovery: read, credentials, ...signInResults },
  ]);
}

/** Asks for a sign-in, and again, where the answer can have several reasons. */
type AskForSignIn = (redirectUri: string, isSilent: boolean) => Promise<AuthorizationAnswer>;

/** Returns a function that asks for sign-ins of a client; the one of nobody's redirect URI once. */
function createAskForSignIn(send: SendProbe, client: Credentials, ask: Ask, redact: Redact): AskForSignIn {
  let unregistered: Promise<AuthorizationAnswer> | undefined;
  const request: AskForSignIn = (uri, isSilent) =>
    ask<AuthorizationAnswer>(
      "authorization_endpoint",
      (endpoint, signal) =>
        send(authorizationUrl(endpoint, client, uri, isSilent), { method: "GET", signal }),
      (response) => readAuthorizationResponse(response, uri, isSilent, redact),
      (failure) => ({ form: "no answer", redirectUri: failure, signIn: failure }),
    );
  return (uri, isSilent) =>
    uri === unregisteredUri ? (unregistered ??= request(uri, isSilent)) : request(uri, isSilent);
}

async function probeSignIn(uri: string, askForSignIn: AskForSignIn): Promise<AuthorizationResults> {
  const silent = await askForSignIn(uri, true);
  switch (silent.form) {
    case "sent back":
      return silent.signIn.meaning === "accepted"
        ? silent
        : withPlainAnswer(silent, await askForSignIn(uri, false));
    case "error page":
      return withPlainAnswer(silent, await askForSignIn(uri, false));
    case "page":
      return withOtherAnswer(silent, await askForSignIn(unregisteredUri, true), uri);
    case "known error":
    case "no answer":
      return silent;
  }
}

type EndpointName = "token_endpoint" | "authorization_endpoint";

/** @param fail makes a result of why there is no answer */
type Ask = <Result>(
  name: EndpointName,
  request: (endpoint: string, signal: AbortSignal) => Promise<ProbeResponse>,
  read: (response: ProbeResponse) => Result,
  fail: (failure: ProbeResult) => Result,
) => Promise<Result>;

/** Returns a function that asks an endpoint, unless it has left an earlier request without a response. */
function createAsk(
  document: DiscoveryDocument,
  issuer: string,
  timeoutMs: number,
  reason: (error: unknown) => string,
): Ask {
  const silent = new Map<EndpointName, ProbeResult>();
  return async (name, request, read, fail) => {
    const silence = silent.get(name);
    if (silence !== undefined) return fail(silence);
    const endpoint = document[name];
    const label = name.replace("_", " ");
    if (!isAllowed(endpoint, issuer)) {
      return fail(unknown(`Not asked, as its ${label} is not an https:// address`));
    }
    return withDeadline(timeoutMs, (signal) =>
      request(endpoint, signal).then(read, (error: unknown) => {
        const result = unknown(`The ${label} gave no answer: ${reason(error)}`);
        if (signal.aborted) silent.set(name, result);
        return fail(result);
      }),
    );
  };
}

/** Registering the URI would not help where the state lacks the address at which users sign in. */
function withOtherSignInEndpoint(
  result: ProbeResult,
  { mayHaveOtherSignInEndpoint = false }: ProbeTarget,
): ProbeResult {
  if (!mayHaveOtherSignInEndpoint || result.meaning !== "redirect-not-registered") return result;
  return {
    ...result,
    remedy:
      "If the connector's logto.Provider has a signInEndpoint, run `pulumi up` and check again: the state was written by a " +
      `version of this package that did not record it. ${result.remedy ?? ""}`.trimEnd(),
  };
}

/** Adds why an identity provider can reject correct credentials: Logto sends them in one way only. */
function explained(
  result: ProbeResult,
  { clientId, clientSecret }: Credentials,
  document: DiscoveryDocument,
): ProbeResult {
  if (result.meaning !== "rejected") return result;
  const methods = document.token_endpoint_auth_methods_supported;
  // RFC 8414, 2: left out, it is client_secret_basic.
  if (Array.isArray(methods) && !methods.includes("client_secret_basic")) {
    return {
      ...result,
      message: `${result.message} It does not support client_secret_basic, by which Logto authenticates.`,
      remedy: "Let the client authenticate by client_secret_basic at the identity provider.",
    };
  }
  if (clientId.includes(":")) {
    return {
      ...result,
      message: `${result.message} The client ID contains a colon, at which HTTP Basic ends it: Logto sends it without encoding.`,
      remedy: "Have the identity provider register a client whose ID is without a colon.",
    };
  }
  if (!/[%+]/.test(clientId + clientSecret)) return result;
  return {
    ...result,
    message: `${result.message} One of them contains % or +, which Logto sends without the encoding that RFC 6749 asks for.`,
    remedy: "Have the identity provider issue another client secret, without these characters.",
  };
}
