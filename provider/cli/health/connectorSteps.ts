/** The steps of a sign-in through one connector. Pure. */
import { secretsOf } from "../../connector/configSecrets";
import { exposedSecretProblem, withoutExposed } from "../../connector/exposedSecret";
import { identityProviders, isProviderName } from "../../connector/identityProviders";
import { isSigned } from "../../connector/apiConnector";
import { isObject } from "../../values";
import { isUrl } from "../../connector/url";
import { LogtoError } from "../../logto/errors";
import { type Redact, redactor } from "../../logto/redaction";
import { isLoopback } from "../../logto/addresses";
import { findingClasses } from "./findingClasses";
import {
  certificateName,
  certificateNote,
  certificateState,
  defaultExpiryDays,
  expiresSoon,
  type IdpHealth,
  idpHealthOf,
  unreadReason,
} from "./idpHealth";
import { excerptsOf, wholeOf } from "../io/excerpts";
import type { Verdict } from "../probe/answers";
import type { Probe } from "../probe/probe";
import { counted } from "../io/layout";
import type { SignInPage } from "../../logto/signInExperience";
import type { ConnectorFacts } from "./connectorFacts";
import { fail, pass, type Step, type StepName, unknown } from "./step";

const dayMs = 86_400_000;

/** @param now milliseconds since the epoch */
export function connectorSteps(facts: ConnectorFacts, page: SignInPage | LogtoError, now: number): Step[] {
  const { connector, isUnread, probe } = facts;
  const health = idpHealthOf(connector, now);
  const { usable } = health;
  const isSaml =
    isProviderName(connector.providerName) && identityProviders[connector.providerName].protocol === "saml";
  return [
    usable
      ? pass("config", isUnread ? "It has a config, according to the state." : "It has a config.")
      : fail("config", "It has no config, so nobody can sign in with it.", findingClasses.unusable.remedy),
    domainsStep(facts, page, usable),
    ...(usable
      ? [
          reachStep(facts, health),
          ...(isSaml ? samlSteps(facts, health, now) : oidcSteps(facts)),
          ...(probe === undefined ? [] : probeSteps(probe)),
        ]
      : []),
  ];
}

/** The domains of a connector, in lower case. */
export function domainsOf({ domains }: ConnectorFacts["connector"]): string[] {
  return Array.isArray(domains) ? [...new Set(domains.map((domain) => String(domain).toLowerCase()))] : [];
}

/**
 * The step of a connector that nobody is offered, whatever else is true; `undefined` if it has domains. Without any, the
 * sign-in page does not know it, not even for a sign-in that names it, as one does that an identity provider starts
 * (Logto's code).
 */
export function withoutDomains(connector: ConnectorFacts["connector"]): Step | undefined {
  if (domainsOf(connector).length > 0) return undefined;
  return fail("domains", "It has no domains, so nobody is offered it.", findingClasses["not-served"].remedy);
}

function domainsStep({ connector }: ConnectorFacts, page: SignInPage | LogtoError, usable: boolean): Step {
  const unserved = withoutDomains(connector);
  if (unserved !== undefined) return unserved;
  const [first = "", ...others] = domainsOf(connector).map(withoutExposed);
  const names = others.length === 0 ? first : `${first} and ${counted(others.length, "other domain")}`;
  if (page instanceof LogtoError)
    return unknown("domains", `Whether users of ${names} are offered it is not known.`);
  if (!page.singleSignOnEnabled) {
    return pass("domains", `Users of ${names} are offered it once enterprise SSO is enabled.`);
  }
  if (page.connectorIds.includes(connector.id)) return pass("domains", `Users of ${names} are offered it.`);
  return fail(
    "domains",
    `Users of ${names} are not offered it, as ${usable ? "Logto considers its config incomplete" : "it has no config"}.`,
    usable ? "Complete its config in the program." : undefined,
  );
}

function reachStep({ connector, isUnread }: ConnectorFacts, { reachable }: IdpHealth): Step {
  const { config = {}, providerName } = connector;
  const address = config.issuer ?? config.metadataUrl;
  const target =
    shown(address) ?? (address === undefined ? `${providerName}'s identity provider` : "its address");
  if (isUnread) {
    return fail("identity-provider", unreadReason(target), findingClasses["idp-unreachable"].remedy);
  }
  if (reachable) {
    const isGiven = config.metadata !== undefined || config.x509Certificate !== undefined;
    return pass(
      "identity-provider",
      isGiven ? "Its config has all that Logto needs." : `Logto reaches ${target}.`,
    );
  }
  return fail(
    "identity-provider",
    `Logto cannot reach ${target}, or cannot use what it answers.`,
    findingClasses["idp-unreachable"].remedy,
  );
}

function oidcSteps({ connector }: ConnectorFacts): Step[] {
  const { config = {}, providerConfig, providerName } = connector;
  // What the identity provider says of itself, which can repeat any secret.
  const redact = redactor(secretsOf(config));
  if (!isObject(providerConfig)) {
    return (["issuer", "endpoints"] as const).map((step) =>
      unknown(step, "Not known, as Logto did not read them."),
    );
  }
  const { issuer } = providerConfig;
  return [
    issuerStep(config.issuer, issuer === config.issuer ? issuer : redact(String(issuer)), providerName),
    endpointsStep(providerConfig, String(issuer), redact),
  ];
}

function issuerStep(configured: unknown, found: unknown, providerName: string): Step {
  const discovered = shown(found) ?? "something else";
  if (configured === undefined) return pass("issuer", `It is ${discovered}.`);
  if (configured === found) return pass("issuer", `It is ${discovered}, as configured.`);
  if (String(found).includes("{tenantid}")) {
    return providerName === "AzureAdOidc"
      ? pass("issuer", `It is ${discovered}, that of any tenant.`)
      : fail(
          "issuer",
          `It names itself ${discovered}, which no ID token has: Logto fills in the tenant for AzureAdOidc only.`,
          "Declare the connector with providerName AzureAdOidc, or use the issuer of a single tenant.",
        );
  }
  if (withoutSlash(configured) === withoutSlash(found)) {
    return pass("issuer", `It names itself ${discovered}, which differs by the slash at its end only.`);
  }
  return unknown(
    "issuer",
    `It names itself ${shown(found, configured) ?? "something else"}, not ${shown(configured, found) ?? "as configured"}. Sign-ins work only if its ID tokens have that issuer.`,
    "Set config.issuer to the issuer that it names, unless it is known to issue such tokens.",
  );
}

const withoutSlash = (issuer: unknown) => String(issuer).replace(/\/+$/, "");

/** Logto's names for what a sign-in needs of a discovery document. */
const endpoints = {
  authorizationEndpoint: "authorization",
  tokenEndpoint: "token",
  jwksUri: "JWKS",
} as const;

function endpointsStep(
  providerConfig: Readonly<Record<string, unknown>>,
  issuer: string,
  redact: Redact,
): Step {
  const found = Object.entries(endpoints).map(([key, name]) => {
    const address = providerConfig[key];
    const url = typeof address === "string" && isUrl(address) ? new URL(address) : undefined;
    return { name, url };
  });
  const wrong = found.filter(({ url }) => url === undefined || !["https:", "http:"].includes(url.protocol));
  if (wrong.length > 0) {
    return fail(
      "endpoints",
      `Its discovery document has no usable address for: ${wrong.map(({ name }) => name).join(", ")}.`,
      "Check that the issuer is that of an OpenID provider, and have the identity provider correct the document.",
    );
  }
  const clear = found.filter(({ url }) => url?.protocol === "http:" && !isLoopback(url.hostname));
  const origins = [...new Set(found.map(({ url }) => url?.origin ?? ""))];
  const shownOrigins = origins.map((origin) => (issuer.startsWith(origin) ? origin : redact(origin)));
  const message = `Authorization, token and JWKS are at ${shownOrigins.join(", ")}.`;
  return clear.length === 0
    ? pass("endpoints", message)
    : pass("endpoints", message, "Use https://: the client secret and tokens are sent in clear.");
}

function samlSteps({ connector, keys }: ConnectorFacts, health: IdpHealth, now: number): Step[] {
  return [certificatesStep(health, now), signingStep(connector, keys, now)];
}

function certificatesStep({ certificates }: IdpHealth, now: number): Step {
  if (certificates === undefined) return unknown("certificates", "Not known, as Logto did not read them.");
  const { expiresAt = NaN } = certificates;
  const [name, note] = [certificateName(certificates), certificateNote(certificates)];
  const { "certificate-invalid": invalid, "certificate-expiring": expiring } = findingClasses;
  switch (certificateState(certificates, now)) {
    case "invalid": {
      const when = expiresAt <= now ? `expired ${agoText(expiresAt, now)}` : "is not valid yet";
      return fail("certificates", `${name} ${when}.${note}`, invalid.remedy);
    }
    case "unknown":
      return unknown("certificates", `${name} is valid, but until when is not known.`);
    case "expiring":
      return pass("certificates", `${name} expires ${inText(expiresAt, now)}.${note}`, expiring.remedy);
    case "valid":
      return pass("certificates", `${name} expires ${inText(expiresAt, now)}.`);
  }
}

export function signingStep(
  { config }: ConnectorFacts["connector"],
  keys: ConnectorFacts["keys"],
  now: number,
  expiryDays = defaultExpiryDays,
): Step {
  if (!isSigned(config)) return pass("request-signing", "Logto does not sign its requests.");
  if (keys === undefined)
    return unknown("request-signing", "Logto signs its requests. Its keys were not read.");
  if (keys instanceof LogtoError) return unknown("request-signing", keys.message);
  const active = keys.find((key) => key.active);
  if (active === undefined) {
    return fail(
      "request-signing",
      "Logto must sign its requests, but has no active key.",
      "Run `pulumi up`, which creates one, or declare a SamlSigningKey with active: true.",
    );
  }
  const { expiresAt } = active;
  if (!Number.isFinite(expiresAt)) {
    return unknown("request-signing", "Logto signs its requests. When its key expires is not known.");
  }
  const rotate = findingClasses["signing-key-expiring"].remedy;
  if (expiresAt <= now) {
    return fail(
      "request-signing",
      `The key with which Logto signs its requests expired ${agoText(expiresAt, now)}.`,
      rotate,
    );
  }
  const message = `Logto signs its requests with a key that expires ${inText(expiresAt, now)}.`;
  return expiresSoon(expiresAt, now, expiryDays)
    ? pass("request-signing", message, rotate)
    : pass("request-signing", message);
}

function probeSteps({ discovery, credentials, redirectUri }: Probe): Step[] {
  return [
    verdictStep("discovery", discovery),
    verdictStep("credentials", credentials),
    verdictStep("redirect-uri", redirectUri),
  ];
}

function verdictStep(step: StepName, { meaning, message, remedy }: Verdict): Step {
  const of = meaning === "accepted" ? pass : meaning === "unknown" ? unknown : fail;
  return of(step, message, remedy);
}

/** Such as `in 12 days (2026-12-24)`. */
function inText(at: number, now: number): string {
  return `in ${counted(Math.floor((at - now) / dayMs), "day")} (${dayOf(at)})`;
}

function agoText(at: number, now: number): string {
  return `${counted(Math.floor((now - at) / dayMs), "day")} ago (${dayOf(at)})`;
}

function dayOf(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString().slice(0, 10) : "unknown";
}

/**
 * Returns an address that can be shown: others may contain a password.
 *
 * @param other the address that it differs from
 */
function shown(address: unknown, other: unknown = ""): string | undefined {
  if (typeof address !== "string" || exposedSecretProblem(address) !== undefined) return undefined;
  return wholeOf(excerptsOf(address, String(other), 200)[0]);
}
