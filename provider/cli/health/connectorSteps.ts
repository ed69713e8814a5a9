/** The steps of a sign-in through one connector. Pure. */
import { domainsOf } from "../../connector/domain";
import type { ApiConnector } from "../../connector/apiConnector";
import { withoutExposed } from "../../connector/exposedSecret";
import { identityProviders, isProviderName } from "../../connector/identityProviders";
import { LogtoError } from "../../logto/errors";
import type { SignInPage } from "../../logto/signInExperience";
import { counted } from "../io/layout";
import type { ConnectorProbe } from "../probe/probe";
import type { ProbeResult } from "../probe/probeResult";
import type { ExaminedConnector } from "./examinedConnector";
import { findingClasses } from "./findingClasses";
import { type IdpHealth, idpHealthOf, unreadReason } from "./idpHealth";
import { oidcSteps, shownAddress } from "./oidcSteps";
import { samlSteps } from "./samlSteps";
import { fail, pass, type Step, type StepName, unknown } from "./step";

/** @param now milliseconds since the epoch */
export function connectorSteps(
  examined: ExaminedConnector,
  page: SignInPage | LogtoError,
  now: number,
): Step[] {
  const { connector, isUnread, probe } = examined;
  const health = idpHealthOf(connector, now);
  const { usable } = health;
  const isSaml =
    isProviderName(connector.providerName) && identityProviders[connector.providerName].protocol === "saml";
  return [
    usable
      ? pass("config", isUnread ? "It has a config, according to the state." : "It has a config.")
      : fail("config", "It has no config, so nobody can sign in with it.", findingClasses.unusable.remedy),
    domainsStep(connector, page, usable),
    ...(usable
      ? [
          reachStep(examined, health),
          ...(isSaml ? samlSteps(examined, health, now) : oidcSteps(connector)),
          ...(probe === undefined ? [] : probeSteps(probe)),
        ]
      : []),
  ];
}

/**
 * Returns the step of a connector without domains; `undefined` if it has any. Without domains, Logto leaves it out of sign-ins,
 * also of those that name it, such as one that an identity provider starts (Logto: libraries/sso-connector.ts,
 * `getAvailableSsoConnectors`).
 */
export function withoutDomains(connector: ApiConnector): Step | undefined {
  if (domainsOf(connector).length > 0) return undefined;
  return fail("domains", "It has no domains, so nobody is offered it.", findingClasses["not-served"].remedy);
}

function domainsStep(connector: ApiConnector, page: SignInPage | LogtoError, usable: boolean): Step {
  const lackingDomains = withoutDomains(connector);
  if (lackingDomains !== undefined) return lackingDomains;
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

function reachStep({ connector, isUnread }: ExaminedConnector, { reachable }: IdpHealth): Step {
  const { config = {}, providerName } = connector;
  const address = config.issuer ?? config.metadataUrl;
  const target =
    shownAddress(address) ?? (address === undefined ? `${providerName}'s identity provider` : "its address");
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

function probeSteps({ discovery, credentials, redirectUri, signIn }: ConnectorProbe): Step[] {
  return [
    probeStep("discovery", discovery),
    probeStep("credentials", credentials),
    probeStep("redirect-uri", redirectUri),
    probeStep("sign-in", signIn),
  ];
}

function probeStep(step: StepName, { meaning, message, remedy }: ProbeResult): Step {
  const of = meaning === "accepted" ? pass : meaning === "unknown" ? unknown : fail;
  return of(step, message, remedy);
}
