/**
 * Asks identity providers from this machine whether a sign-in through Logto can work: whether they accept the credentials in
 * a connector's config, and whether the redirect URI is registered. It changes nothing: the code that it sends cannot be
 * valid, and the sign-in that it begins must not show anything. An identity provider may log both as a failed sign-in.
 */
import { randomUUID } from "node:crypto";
import type { ApiConnector } from "../../connector/apiConnector";
import { isObject } from "../../values";
import { identityProviders, isProviderName } from "../../connector/identityProviders";
import { registrationUrls } from "../../connector/registrationUrls";
import { isUrl } from "../../connector/url";
import { mapInParallel } from "../../logto/parallel";
import { ExpectedError } from "../../expectedError";
import { type Redact, redactor } from "../../logto/redaction";
import { parseJson } from "../../logto/response";
import {
  type Answer,
  type Meaning,
  readAuthorizationAnswer,
  readTokenAnswer,
  unknown,
  type Verdict,
} from "./answers";
import { createSend, isAllowed, reasonOf, type Send, withDeadline } from "./requests";

/** A connector whose identity provider is asked. */
export interface ProbeTarget {
  readonly connector: Pick<ApiConnector, "id" | "providerName" | "config">;
  /** Where the users of its tenant sign in (`logto:signInEndpoint`). */
  readonly signInEndpoint: string;
  /** Whether the program may have another `signInEndpoint`, which its state does not record. Default: `false`. */
  readonly mayHaveOtherSignInEndpoint?: boolean;
}

/** What an identity provider answered. */
export interface Probe {
  /** Whether this machine can read the discovery document: `accepted`, else `unknown`, since Logto may be able to. */
  readonly discovery: Verdict;
  /** The issuer that the discovery document names, where it was read. */
  readonly issuer: string | undefined;
  readonly credentials: Verdict;
  readonly redirectUri: Verdict;
}

/** What a probe means for sign-ins. */
export interface ProbeOutcome {
  readonly outcome: Meaning;
  readonly reason: string;
  readonly remedy?: string;
}

export interface ProbeOptions {
  /** How long each identity provider has for its discovery document, and for each of its answers. Default: 10 s. */
  readonly timeoutMs?: number;
}

/**
 * Probes the identity providers of OIDC connectors: each discovery document is read once, each client's credentials are sent
 * once, and each redirect URI is asked for once, however many connectors share them. It throws nothing: what fails is
 * `unknown`, with the reason.
 *
 * @param targets others than OIDC connectors are left out
 * @returns the probes by their targets. Their texts contain no secret
 */
export async function probeIdentityProviders(
  targets: readonly ProbeTarget[],
  { timeoutMs = 10_000 }: ProbeOptions = {},
): Promise<Map<ProbeTarget, Probe>> {
  const probes = new Map<ProbeTarget, Probe>();
  const clients = new Map<string, Client>();
  for (const target of targets) {
    const { connector, signInEndpoint } = target;
    const { id, providerName } = connector;
    if (!isProviderName(providerName) || identityProviders[providerName].protocol !== "oidc") continue;
    const credentials = credentialsOf(connector);
    const { redirectUri } = registrationUrls(providerName, id, signInEndpoint);
    if (typeof credentials === "string" || redirectUri === undefined) {
      const reason = unknown(typeof credentials === "string" ? credentials : "It has no redirect URI");
      probes.set(target, { discovery: reason, issuer: undefined, credentials: reason, redirectUri: reason });
      continue;
    }
    const { issuer, clientId, clientSecret } = credentials;
    const key = JSON.stringify([issuer, clientId, clientSecret]);
    const client = clients.get(key) ?? { ...credentials, redirectUris: new Map() };
    client.redirectUris.set(target, redirectUri);
    clients.set(key, client);
  }
  if (clients.size === 0) return probes;
  const send = await createSend();
  const documents = new Map<string, Promise<Discovered>>();
  await mapInParallel(clients.values(), async (client) => {
    const document = documents.get(client.issuer) ?? discover(send, client.issuer, timeoutMs);
    documents.set(client.issuer, document);
    for (const [target, probe] of await probeClient(send, client, await document, timeoutMs))
      probes.set(target, probe);
  });
  return probes;
}

/** Sums a probe up: a sign-in fails at the first of the two that fails. */
export function outcomeOf({ credentials, redirectUri }: Probe): ProbeOutcome {
  const decisive =
    [credentials, redirectUri].find(({ meaning }) => meaning === "rejected") ??
    [redirectUri, credentials].find(({ meaning }) => meaning === "redirect-not-registered") ??
    credentials;
  const { meaning, message, remedy } = decisive;
  return { outcome: meaning, reason: message, ...(remedy === undefined ? {} : { remedy }) };
}

interface Credentials {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** A client at an identity provider, with the redirect URIs of its connectors. */
interface Client extends Credentials {
  readonly redirectUris: Map<ProbeTarget, string>;
}

/** Fixed in Logto (its code). */
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

type Document = Readonly<Record<string, unknown>>;

/** A discovery document, or why there is none. */
type Discovered = { readonly document: Document } | { readonly failure: unknown };

const maxRedirects = 5;

/** Reads the discovery document where Logto reads it (its code): a slash at the end of the issuer makes two. */
async function discover(send: Send, issuer: string, timeoutMs: number): Promise<Discovered> {
  try {
    return await withDeadline(timeoutMs, async (signal) => {
      let url = `${issuer}/.well-known/openid-configuration`;
      for (let redirects = 0; redirects <= maxRedirects; redirects++) {
        const { status, location, text } = await send(url, { method: "GET", signal });
        if (status >= 300 && status < 400 && location !== undefined && isUrl(location, url)) {
          url = new URL(location, url).href;
          if (isAllowed(url, issuer)) continue;
          return { failure: new ExpectedError("it redirects to an address without https://") };
        }
        const document = status === 200 ? parseJson(text) : undefined;
        if (isObject(document)) return { document };
        const what = status === 200 ? "and not with a JSON object" : "and not with a discovery document";
        return { failure: new ExpectedError(`it responded with ${status}, ${what}`) };
      }
      return { failure: new ExpectedError("it redirects in circles") };
    });
  } catch (failure) {
    return { failure };
  }
}

async function probeClient(
  send: Send,
  client: Client,
  discovered: Discovered,
  timeoutMs: number,
): Promise<[ProbeTarget, Probe][]> {
  const { issuer, clientId, clientSecret, redirectUris } = client;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  // In base64 as well, behind whatever client ID.
  const redact = redactor([clientSecret]);
  const reason = (error: unknown) => reasonOf(error, timeoutMs, redact);
  if ("failure" in discovered) {
    const discovery = unknown(
      `This machine cannot read its discovery document: ${reason(discovered.failure)}`,
    );
    const rest = unknown("Not asked, without its discovery document");
    const probe = { discovery, issuer: undefined, credentials: rest, redirectUri: rest };
    return [...redirectUris.keys()].map((target) => [target, probe]);
  }
  const { document } = discovered;

  /** What is said of an endpoint that has not answered in time, instead of waiting for it again. */
  const silent = new Map<string, Verdict>();
  const ask = async (
    name: "token_endpoint" | "authorization_endpoint",
    request: (endpoint: string, signal: AbortSignal) => Promise<Answer>,
    read: (answer: Answer) => Verdict,
  ): Promise<Verdict> => {
    const known = silent.get(name);
    if (known !== undefined) return known;
    const endpoint = document[name];
    const label = name.replace("_", " ");
    if (!isAllowed(endpoint, issuer)) return unknown(`Not asked, as its ${label} is not an https:// address`);
    const answer = await withDeadline(timeoutMs, (signal) =>
      request(endpoint, signal).catch((error: unknown) => {
        const verdict = unknown(`The ${label} gave no answer: ${reason(error)}`);
        if (signal.aborted) silent.set(name, verdict);
        return verdict;
      }),
    );
    return "meaning" in answer ? answer : read(answer);
  };
  const [firstUri = ""] = redirectUris.values();
  const [credentials, verdicts] = await Promise.all([
    ask(
      "token_endpoint",
      (endpoint, signal) => send(endpoint, tokenRequest(basic, firstUri, signal)),
      (answer) => explained(readTokenAnswer(answer, redact), client, document),
    ),
    mapInParallel(redirectUris, async ([target, uri]) => {
      const verdict = await ask(
        "authorization_endpoint",
        (endpoint, signal) => send(authorizationUrl(endpoint, client, uri), { method: "GET", signal }),
        (answer) => readAuthorizationAnswer(answer, uri, redact),
      );
      return [target, withOtherSignInEndpoint(verdict, target)] as const;
    }),
  ]);
  const common = {
    discovery: { meaning: "accepted", message: "This machine reads its discovery document." },
    issuer: issuerIn(document, issuer, redact),
    credentials,
  } as const;
  return verdicts.map(([target, redirectUri]) => [target, { ...common, redirectUri }]);
}

/** Registering the URI would not help where the state lacks the address at which users sign in. */
function withOtherSignInEndpoint(
  verdict: Verdict,
  { mayHaveOtherSignInEndpoint = false }: ProbeTarget,
): Verdict {
  if (!mayHaveOtherSignInEndpoint || verdict.meaning !== "redirect-not-registered") return verdict;
  return {
    ...verdict,
    remedy:
      "If the connector's logto.Provider has a signInEndpoint, run `pulumi up` and check again: the state was written by a " +
      `version of this package that did not record it. ${verdict.remedy ?? ""}`.trimEnd(),
  };
}

function issuerIn({ issuer }: Document, configured: string, redact: Redact): string | undefined {
  if (issuer === configured) return configured;
  return typeof issuer === "string" ? redact(issuer) : undefined;
}

/**
 * The request that Logto sends during a sign-in (its code): always with HTTP Basic, whatever the discovery document says, and
 * with the client ID and the secret as they are, although RFC 6749, 2.3.1, has them form-encoded.
 */
function tokenRequest(basic: string, redirectUri: string, signal: AbortSignal) {
  return {
    method: "POST" as const,
    headers: {
      accept: "application/json",
      authorization: `Basic ${basic}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: "logto-sso-probe-this-is-no-code",
      redirect_uri: redirectUri,
    }).toString(),
    signal,
  };
}

/** The sign-in that Logto begins (its code), but without anything to show: `prompt=none`. */
function authorizationUrl(endpoint: string, { clientId, scope }: Client, redirectUri: string): string {
  const url = new URL(endpoint);
  const scopes = ["openid", "profile", "email", ...scope.split(/[ +]/)].filter((name) => name !== "");
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: [...new Set(scopes)].join(" "),
    state: randomUUID(),
    nonce: randomUUID(),
    prompt: "none",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** Adds why correct credentials can be rejected: by the way in which Logto sends them. */
function explained(verdict: Verdict, { clientId, clientSecret }: Client, document: Document): Verdict {
  if (verdict.meaning !== "rejected") return verdict;
  const methods = document.token_endpoint_auth_methods_supported;
  // RFC 8414, 2: left out, it is client_secret_basic.
  if (Array.isArray(methods) && !methods.includes("client_secret_basic")) {
    return {
      ...verdict,
      message: `${verdict.message} It does not support client_secret_basic, by which Logto authenticates.`,
      remedy: "Let the client authenticate by client_secret_basic at the identity provider.",
    };
  }
  if (!/[%+]/.test(clientId + clientSecret)) return verdict;
  return {
    ...verdict,
    message: `${verdict.message} One of them contains % or +, which Logto sends without the encoding that RFC 6749 asks for.`,
    remedy: "Have the identity provider issue another client secret, without these characters.",
  };
}
