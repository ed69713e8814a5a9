/** The issuer: where Logto finds an OIDC identity provider, and by what it recognizes the users of any. Pure. */
import { quote } from "../untrustedText";
import type { Values } from "../values";
import { withoutExposed } from "./exposedSecret";
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

/** Returns what a new issuer is about to cause. One that is in use works, since Logto has read its discovery document. */
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
 * and their ID (Logto's code, logto#9586).
 */
export function issuerChange(
  before: Values,
  after: Values,
): { property: string; reason: string } | undefined {
  const [old, current] = [nameOf(before), nameOf(after)];
  if (old === undefined || current === undefined || old.name === current.name) return undefined;
  const what = current.key === "issuer" ? "issuer" : "entity ID";
  return {
    property: `config.${current.key}`,
    reason:
      `the ${what} changes from ${quote(withoutExposed(old.name))} to ${quote(current.name)}. Logto recognizes the users of a connector by it: at ` +
      "their next sign-in they are unknown, and each is linked by the email address that the identity provider gives, or " +
      "becomes a new user.",
  };
}

/** `undefined` if Logto alone knows it, or nobody yet. */
function nameOf({ issuer, entityId, metadata }: Values): { key: string; name: string } | undefined {
  if (typeof issuer === "string") return { key: "issuer", name: issuer };
  if (typeof entityId === "string") return { key: "entityId", name: entityId };
  if (typeof metadata !== "string") return undefined;
  const found = readSamlMetadata(metadata);
  return "problem" in found ? undefined : { key: "metadata", name: found.entityId };
}

function withoutSlash(url: string): string {
  let { length } = url;
  while (url[length - 1] === "/") length--;
  return url.slice(0, length);
}
