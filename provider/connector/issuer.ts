/** The issuer: the address at which Logto finds an OIDC identity provider, and the name by which it recognizes users. Pure. */
import { quote } from "../untrustedText";
import type { Values } from "../values";
import { withoutExposed } from "./exposedSecret";
import type { Problem } from "./problem";
import { readSamlMetadata } from "./samlMetadata";

/** Logto requests this below the issuer. */
const discoveryPath = "/.well-known/openid-configuration";

/** Returns why no discovery document can be found below a URL. */
export function issuerProblem(issuer: string): string | undefined {
  const trimmed = issuer.trim();
  if (/[\s\p{Control}\p{Format}]/u.test(trimmed)) {
    return "must not contain white space or an invisible character.";
  }
  const [base = ""] = trimmed.split(/[?#]|\/\.well-known/, 1);
  const write = `Write ${quote(withoutSlash(base))}.`;
  const adds = `Logto adds ${discoveryPath} to the issuer by itself.`;
  if (/\/\.well-known(\/|$)/.test(trimmed))
    return `must not be the address of the discovery document: ${adds} ${write}`;
  if (/[?#]/.test(trimmed)) return `must not have a query or a fragment: ${adds} ${write}`;
  return trimmed === issuer ? undefined : `must not have white space around it. Write ${quote(trimmed)}.`;
}

/** Returns a warning of a new issuer. One that is in use works, since Logto has read its discovery document. */
export function issuerWarning(issuer: string): string | undefined {
  if (!issuer.endsWith("/")) return undefined;
  return (
    `ends with a slash: Logto 1.42 requests ${quote(`${issuer}${discoveryPath}`)}, to which not every identity provider ` +
    `responds (logto#9583). Write ${quote(withoutSlash(issuer))}, unless the connector exists already and its issuer ends ` +
    "with a slash: Logto recognizes users by it."
  );
}

/** Returns why nobody can sign in at an issuer of Entra ID for all tenants, other than with the connector made for it. */
export function entraWarning(issuer: string): string | undefined {
  const [, tenants] =
    /^https:\/\/login\.microsoftonline\.[a-z]+\/(common|organizations)(?:\/|$)/i.exec(issuer) ?? [];
  if (tenants === undefined) return undefined;
  return (
    `is that of Entra ID for several tenants (${tenants}), whose tokens name the tenant of the user as their issuer. Logto accepts ` +
    'that with providerName "AzureAdOidc" only (Logto\'s code): use that, or replace ' +
    `${quote(tenants)} by the ID of your tenant.`
  );
}

/**
 * Returns the warning for a config whose identity provider gets another name. Logto knows the users of a connector by this name
 * and their ID (Logto: queries/user-sso-identities.ts; logto#9586).
 */
export function issuerChange(state: Values, declared: Values): Problem | undefined {
  const [before, after] = [nameOf(state), nameOf(declared)];
  if (before === undefined || after === undefined || before.name === after.name) return undefined;
  const noun = after.key === "issuer" ? "issuer" : "entity ID";
  return {
    path: `config.${after.key}`,
    message: `the ${noun} changes from ${quote(withoutExposed(before.name))} to ${quote(after.name)}. ${becomesUnknown}`,
    isWarning: true,
  };
}

/** The consequence of a change of that by which Logto knows users. */
export const becomesUnknown =
  "Logto recognizes the users of a connector by it: at their next sign-in they are unknown, and each is linked by the email " +
  "address that the identity provider gives, or becomes a new user.";

/** Returns the name of the identity provider and the key that gives it; `undefined` if the config does not say it. */
function nameOf({ issuer, entityId, metadata }: Values): { key: string; name: string } | undefined {
  if (typeof issuer === "string") return { key: "issuer", name: issuer };
  if (typeof entityId === "string") return { key: "entityId", name: entityId };
  if (typeof metadata !== "string") return undefined;
  const read = readSamlMetadata(metadata);
  return "message" in read ? undefined : { key: "metadata", name: read.entityId };
}

function withoutSlash(url: string): string {
  let { length } = url;
  while (url[length - 1] === "/") length--;
  return url.slice(0, length);
}
