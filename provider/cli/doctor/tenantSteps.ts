/** The steps that all sign-ins of a tenant have in common. Pure. */
import { domainOfAddress, writtenDomainOf } from "../../connector/domain";
import { addressProblem } from "../../connector/domainProblem";
import { withoutExposed } from "../../connector/exposedSecret";
import { publicMailDomains } from "../../connector/publicMailDomains";
import { hasCode, LogtoError } from "../../logto/errors";
import { type Settings, SettingsError } from "../../logto/settings";
import { isConsole } from "../../logto/signInExperience";
import { settingNames, settingOf } from "../../logto/settingTable";
import { quote } from "../../untrustedText";
import { findingClasses } from "../health/findingClasses";
import { missingFrom, otherTenantOf } from "../tenant/wrongTenant";
import { isUnconfirmed, managedById, unconfirmedRemedy } from "../stack/managedResources";
import { type Joined, joinsByDomain } from "../tenant/joinedOrganizations";
import type { Tenant } from "../tenant/tenants";
import { unreadableNote } from "../health/idpHealth";
import { emailDomainStep, organizationsStep } from "../health/organizationsStep";
import { counted } from "../io/layout";
import { listed } from "../io/names";
import type { ExaminedTenant, LogtoAccess } from "./examinedTenant";
import type { ExaminedConnector } from "../health/examinedConnector";
import { allUnknown, fail, pass, type Step, unknown } from "../health/step";

export function tenantSteps({ provider, settings, proxy, logto }: ExaminedTenant): Step[] {
  if (settings instanceof SettingsError) {
    const others = allUnknown(
      ["proxy", "token", "role", "connectors", "switch"],
      "Not asked, without settings.",
    );
    return [fail("settings", settings.message), ...others];
  }
  const console = logto && consoleStep(settings, logto);
  if (console !== undefined) {
    const others = allUnknown(
      ["token", "role", "connectors", "switch"],
      "Not known: this is not the tenant.",
    );
    return [console, proxyStep(proxy), ...others];
  }
  return [
    pass("settings", settingsText(provider, settings)),
    proxyStep(proxy),
    ...(logto === undefined
      ? allUnknown(["token", "role", "connectors", "switch"], "Not asked, as the proxy cannot be used.")
      : [...tokenSteps(settings, logto), connectorsStep(logto), switchStep(logto)]),
  ];
}

function settingsText(provider: string | undefined, settings: Settings): string {
  if (provider !== undefined) return `They are complete, from the logto.Provider ${quote(provider)}.`;
  const origins = settingNames
    .filter((name) => settingOf(name).required)
    .map((name) => settings.origin(name));
  return `They are complete: ${origins.join(", ")}.`;
}

/** Returns the step that says that the endpoint is that of Logto's console, if its sign-in page and its refusal say so. */
function consoleStep({ endpoint, origin }: Settings, logto: LogtoAccess): Step | undefined {
  const { page, token, tenant, tenantEndpoint } = logto;
  const isRefused = token !== undefined || tenant instanceof LogtoError;
  if (page instanceof LogtoError || !isConsole(page) || !isRefused) return undefined;
  const of = tenantEndpoint === undefined ? undefined : withoutExposed(tenantEndpoint.replace(/\/+$/, ""));
  return fail(
    "settings",
    `${endpoint} is the address of Logto's console (the tenant \`admin\`), not that of the tenant with the connectors.`,
    of === undefined
      ? `Set ${origin("endpoint")} to the tenant's own address: of a self-hosted Logto, that of port 3001, or ENDPOINT in its environment.`
      : `Set ${origin("endpoint")} to ${of}, the address of the tenant according to the console.`,
  );
}

function proxyStep(proxy: ExaminedTenant["proxy"]): Step {
  if (proxy === undefined) return pass("proxy", "None is used for this endpoint.");
  if (proxy instanceof SettingsError) return fail("proxy", proxy.message);
  return pass("proxy", `${proxy.address} is used (${proxy.variable}).`);
}

/** Codes of failures that a token which Logto has issued meets at the API. */
const forbidden = ["no-role", "auth.forbidden"];

function tokenSteps({ clientId }: Settings, { token, tenant }: LogtoAccess): Step[] {
  const issued = pass("token", `Logto issued a token to the application ${quote(clientId)}.`);
  const refused = [token, tenant].find((error): error is LogtoError => hasCode(error, ...forbidden));
  if (refused !== undefined) return [issued, fail("role", refused.message)];
  if (token !== undefined)
    return [fail("token", token.message), unknown("role", "Not known, without a token.")];
  return [issued, pass("role", "It has the permission `all` of the Management API.")];
}

function connectorsStep({ token, tenant, sameTenantAs, page, hasStack }: LogtoAccess): Step {
  if (sameTenantAs !== undefined) {
    return pass("connectors", `This is the tenant at ${sameTenantAs}: its connectors are examined there.`);
  }
  if (tenant === undefined) {
    return unknown("connectors", `Not read, without ${token?.code === "no-role" ? "the role" : "a token"}.`);
  }
  if (tenant instanceof LogtoError) {
    return forbidden.includes(tenant.code)
      ? unknown("connectors", "Not read, without the role.")
      : fail("connectors", tenant.message);
  }
  const { connectors, managed, unread, unreadable } = tenant;
  const inTenant = counted(connectors.length + unreadable, "connector");
  const unknownCount = unreadable - unread.size;
  const note = unreadNote(unknownCount, tenant, page);
  if (!hasStack) {
    return unknown(
      "connectors",
      `The tenant has ${inTenant}. No stack was read to compare them with.${note}`,
      "Run this in a Pulumi project, or name a stack with --stack or an exported state with --state.",
    );
  }
  const other = otherTenantOf(tenant);
  if (other !== undefined) {
    return fail("connectors", `This looks like another tenant: ${other.reason}`, other.remedy);
  }
  const unconfirmed = managed.filter(isUnconfirmed);
  const count = managedById(managed).size - unconfirmed.length;
  const missing = missingFrom(tenant);
  const here = count - missing.length;
  const message =
    count === 0
      ? `The stack has no connectors, the tenant ${inTenant}.`
      : `${here} of the stack's ${counted(count, "connector")} ${here === 1 ? "is" : "are"} in this tenant, which has ${inTenant}.`;
  if (missing.length > 0) {
    const names = listed(missing.map(({ declared, resourceName }) => declared.connectorName ?? resourceName));
    const { remedy } = findingClasses.missing;
    return fail(
      "connectors",
      `${message} ${names} no longer ${missing.length === 1 ? "exists" : "exist"}.${note}`,
      remedy,
    );
  }
  if (unconfirmed.length > 0) {
    const names = listed(
      unconfirmed.map(({ declared, resourceName }) => declared.connectorName ?? resourceName),
    );
    const lost = `Whether Logto created ${names} is not known: the answer to the create was lost.`;
    return fail("connectors", `${message} ${lost}${note}`, unconfirmedRemedy("connector"));
  }
  return unknownCount > 0
    ? unknown("connectors", message + note, "Restore those identity providers.")
    : pass("connectors", message);
}

/** Says which connectors are not in the stack and cannot be read either, as far as the sign-in page tells. */
function unreadNote(count: number, { connectors, unread }: Tenant, page: LogtoAccess["page"]): string {
  if (count <= 0) return "";
  const listedIds = new Set([...connectors.map(({ id }) => id), ...unread]);
  const ids = page instanceof LogtoError ? [] : page.connectorIds.filter((id) => !listedIds.has(id));
  return ` ${unreadableNote(count, ids.length === count ? ` (${ids.join(", ")})` : "")}`;
}

function switchStep({ token, page }: LogtoAccess): Step {
  if (page instanceof LogtoError) {
    return unknown("switch", page.code === token?.code ? "Not read, for the same reason." : page.message);
  }
  if (!page.singleSignOnEnabled) {
    return fail(
      "switch",
      "Enterprise SSO is disabled, so nobody is offered a connector.",
      findingClasses["sso-disabled"].remedy,
    );
  }
  return page.signInMode === "SignIn"
    ? pass(
        "switch",
        "Enterprise SSO is enabled, but user registration is not: only those who have an account sign in.",
        "To let others in at their first sign-in, enable user registration in Logto's console, under Sign-in experience, " +
          "Sign-up and sign-in.",
      )
    : pass("switch", "Enterprise SSO is enabled.");
}

/**
 * Returns the step that says whether there is a connector with a name.
 *
 * @param similar the name that was probably meant
 */
export function nameStep(name: string, { tenant }: LogtoAccess, exists: boolean, similar?: string): Step {
  const connector = quote(name);
  if (exists) return pass("connector", `${connector} is in this tenant.`);
  if (tenant === undefined || tenant instanceof LogtoError) {
    return unknown(
      "connector",
      `Whether ${connector} exists is not known: the connectors could not be read.`,
    );
  }
  if (tenant.unreadable > 0) {
    return unknown(
      "connector",
      `Whether ${connector} exists is not known: ${counted(tenant.unreadable, "connector")} could not be read.`,
    );
  }
  return fail(
    "connector",
    `There is no connector ${connector} in this tenant.`,
    similar === undefined
      ? "`logto-sso list` shows their names, which are case-sensitive."
      : `Did you mean ${quote(withoutExposed(similar))}? \`logto-sso list\` shows all names, which are case-sensitive.`,
  );
}

/** Returns the steps that say which connectors an email address leads to, and what its users join without one. */
export function emailSteps(
  email: string,
  logto: LogtoAccess,
  claiming: readonly ExaminedConnector[],
  joined: Joined | LogtoError | undefined,
): Step[] {
  const step = emailStep(email, logto, claiming, joined);
  if (joined === undefined) return [step];
  // With a connector, its own step says that they could not be read.
  if (joined instanceof LogtoError) return claiming.length > 0 ? [step] : [step, organizationsStep(joined)];
  const { byDomain, byConnector } = joined;
  const throughConnectors = offeredOf(claiming, logto.page).map(
    ({ connector }) => byConnector.get(connector.id) ?? [],
  );
  return [step, emailDomainStep(writtenDomainOf(email), byDomain, throughConnectors) ?? []].flat();
}

/** Returns the connectors that users are offered: none where the sign-in page is not known. */
function offeredOf(
  claiming: readonly ExaminedConnector[],
  page: LogtoAccess["page"],
): readonly ExaminedConnector[] {
  if (page instanceof LogtoError) return [];
  return claiming.filter(({ connector }) => page.connectorIds.includes(connector.id));
}

function emailStep(
  email: string,
  { page, tenant }: LogtoAccess,
  claiming: readonly ExaminedConnector[],
  joined: Joined | LogtoError | undefined,
): Step {
  const isJoining = claiming.length === 0 && joinsByDomain(joined);
  // Only for enterprise SSO does Logto refuse addresses.
  const problem = isJoining ? undefined : addressProblem(email);
  if (problem !== undefined) return fail("email", problem.message, problem.remedy);
  const domain = domainOfAddress(email);
  if (tenant === undefined || tenant instanceof LogtoError) {
    return unknown("email", "Not known: the connectors could not be read.");
  }
  if (claiming.length === 0) return unclaimedStep(domain, tenant, joined);
  const names = (connectors: readonly ExaminedConnector[]) =>
    listed(connectors.map(({ connector }) => connector.connectorName));
  const claim = `${names(claiming)} ${claiming.length === 1 ? "has" : "have"} the domain ${domain}`;
  if (page instanceof LogtoError)
    return unknown("email", `${claim}. Whether users are offered it is not known.`);
  if (!page.singleSignOnEnabled) {
    return fail("email", `${claim}, but enterprise SSO is disabled.`);
  }
  const shownAtSignIn = offeredOf(claiming, page);
  const [first, ...others] = shownAtSignIn;
  if (first === undefined)
    return fail("email", `${claim}, but users are not offered it.`, "See its steps below.");
  const rest = claiming.filter((connector) => !shownAtSignIn.includes(connector));
  const idle =
    rest.length === 0
      ? ""
      : ` ${names(rest)} ${rest.length === 1 ? "has" : "have"} the domain too, but users are not offered it.`;
  return others.length === 0
    ? pass("email", `Users of ${domain} are offered ${names(shownAtSignIn)}.${idle}`)
    : pass(
        "email",
        `Users of ${domain} choose between ${names(shownAtSignIn)}.${idle}`,
        findingClasses["domain-conflict"].remedy,
      );
}

/** Returns the step of a domain that no connector has. */
function unclaimedStep(
  domain: string,
  { unreadable }: Tenant,
  joined: Joined | LogtoError | undefined,
): Step {
  const isJoining = joinsByDomain(joined);
  if (publicMailDomains.has(domain) && !isJoining) {
    return fail(
      "email",
      `${domain} is a public mail domain, which Logto allows on no connector.`,
      "Use an address of the customer's own domain.",
    );
  }
  const message = `No connector has the domain ${domain}`;
  if (unreadable > 0)
    return unknown("email", `${message}, but ${counted(unreadable, "connector")} could not be read.`);
  if (isJoining) return pass("email", `${message}: its users sign in without enterprise SSO.`);
  const remedy = `Add "${domain}" to the domains of their connector. Subdomains are domains of their own.`;
  if (joined === undefined || joined instanceof LogtoError)
    return unknown("email", `${message}, so its users are offered none.`, remedy);
  const similar = joined.byOtherCase.map(({ name }) => name);
  return fail(
    "email",
    similar.length === 0
      ? `${message}, so its users are offered none, and no organization has it as a just-in-time email domain.`
      : `${message}, so its users are offered none. ${listed(similar)} ${similar.length === 1 ? "has" : "have"} it as a just-in-time email domain in other letter case, which Logto takes for another domain.`,
    remedy,
  );
}
