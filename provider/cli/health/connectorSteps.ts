/** The steps of a sign-in through one connector. Pure. */
import { attributeMappingProblem } from "../../connector/attributeMapping";
import { domainsOf, isAcceptedDomain } from "../../connector/domain";
import { domainProblem, domainWarning } from "../../connector/domainProblem";
import type { ApiConnector } from "../../connector/apiConnector";
import { withoutExposed } from "../../connector/exposedSecret";
import { identityProviders, isProviderName } from "../../connector/identityProviders";
import { LogtoError } from "../../logto/errors";
import type { SignInPage } from "../../logto/signInExperience";
import { isObject } from "../../values";
import { counted } from "../io/layout";
import { listed } from "../io/names";
import type { ConnectorProbe } from "../probe/probe";
import type { ProbeResult } from "../probe/probeResult";
import type { ExaminedConnector } from "./examinedConnector";
import { findingClasses } from "./findingClasses";
import { hasConfig, type IdpHealth, idpHealthOf, unreadReason } from "./idpHealth";
import { oidcSteps, shownAddress } from "./oidcSteps";
import { organizationsStep } from "./organizationsStep";
import { samlSteps } from "./samlSteps";
import type { connectorsByDomain } from "./sharedDomains";
import { fail, pass, type Step, type StepName, unknown } from "./step";

/**
 * @param byDomain the connectors of the tenant by their domains
 * @param now milliseconds since the epoch
 */
export function connectorSteps(
  examined: ExaminedConnector,
  page: SignInPage | LogtoError,
  byDomain: ReturnType<typeof connectorsByDomain>,
  now: number,
): Step[] {
  const { connector, isUnread, probe, metadata, organizations } = examined;
  const health = idpHealthOf(connector, now, metadata?.found === "metadata" ? metadata.xml : undefined);
  const { usable } = health;
  return [
    configStep(connector, isUnread, usable),
    domainsStep(connector, page, byDomain, usable),
    ...(usable
      ? [
          reachStep(examined, health),
          ...(isSaml(connector) ? samlSteps(examined, health, now) : oidcSteps(connector)),
          ...(probe === undefined ? [] : probeSteps(probe)),
          ...(organizations === undefined ? [] : [organizationsStep(organizations)]),
        ]
      : []),
  ];
}

export function isSaml({ providerName }: ApiConnector): boolean {
  return isProviderName(providerName) && identityProviders[providerName].protocol === "saml";
}

function configStep({ config = {} }: ApiConnector, isUnread: boolean, usable: boolean): Step {
  if (!usable) {
    return fail("config", "It has no config, so nobody can sign in with it.", findingClasses.unusable.remedy);
  }
  const { attributeMapping } = config;
  const problem = isObject(attributeMapping) ? attributeMappingProblem(attributeMapping) : undefined;
  if (problem !== undefined) {
    const of = problem.isWarning === true ? pass : fail;
    return of(
      "config",
      `Its attributeMapping ${problem.message}`,
      "Correct config.attributeMapping in the program.",
    );
  }
  return pass("config", isUnread ? "It has a config, according to the state." : "It has a config.");
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

function domainsStep(
  connector: ApiConnector,
  page: SignInPage | LogtoError,
  byDomain: ReturnType<typeof connectorsByDomain>,
  usable: boolean,
): Step {
  const lackingDomains = withoutDomains(connector);
  if (lackingDomains !== undefined) return lackingDomains;
  const all = domainsOf(connector);
  const domains = all.filter(isAcceptedDomain);
  const [useless] = all.flatMap((domain) => domainProblem(domain) ?? domainWarning(domain, all) ?? []);
  if (!usable) return fail("domains", `Users of ${namesOf(all)} are not offered it, as it has no config.`);
  const users = `Users of ${namesOf(domains)}`;
  if (domains.length === 0) {
    return fail(
      "domains",
      `Logto accepts no email address of ${namesOf(all)}, so nobody is offered it.`,
      useless,
    );
  }
  if (page instanceof LogtoError)
    return unknown("domains", `Whether users of ${namesOf(domains)} are offered it is not known.`);
  if (page.singleSignOnEnabled && !page.connectorIds.includes(connector.id)) {
    return fail(
      "domains",
      `${users} are not offered it, as Logto considers its config incomplete.`,
      "Complete its config in the program.",
    );
  }
  const when = page.singleSignOnEnabled ? "" : " once enterprise SSO is enabled";
  const choice = choiceText(connector, domains, page, byDomain);
  const conflict = choice === "" ? undefined : findingClasses["domain-conflict"].remedy;
  return pass("domains", `${users} are offered it${when}.${choice}`, conflict ?? useless);
}

function namesOf(domains: readonly string[]): string {
  const [first = "", ...others] = domains.map(withoutExposed);
  return others.length === 0 ? first : `${first} and ${counted(others.length, "other domain")}`;
}

/** Says between which connectors users choose, as Logto gives them all those of their domain; with a space before it. */
function choiceText(
  connector: ApiConnector,
  domains: readonly string[],
  { singleSignOnEnabled, connectorIds }: SignInPage,
  byDomain: ReturnType<typeof connectorsByDomain>,
): string {
  const isOffered = (other: ApiConnector) =>
    singleSignOnEnabled ? connectorIds.includes(other.id) : hasConfig(other);
  const shared = domains.flatMap((domain) => {
    const others = (byDomain.get(domain) ?? []).filter(
      (other) => other.id !== connector.id && isOffered(other),
    );
    return others.length === 0 ? [] : [{ domain, others }];
  });
  const [first] = shared;
  if (first === undefined) return "";
  const names = first.others.map(({ connectorName }) => connectorName);
  return ` Those of ${namesOf(shared.map(({ domain }) => domain))} choose between it and ${listed(names)}.`;
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
