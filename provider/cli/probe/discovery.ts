/** The discovery document of an identity provider. */
import { ExpectedError } from "../../expectedError";
import { parseJson } from "../../logto/response";
import { isObject } from "../../values";
import { getDocument, type SendProbe, withDeadline } from "./requests";

export type DiscoveryDocument = Readonly<Record<string, unknown>>;

/** A discovery document, or the reason why there is none. */
export type Discovery = { readonly document: DiscoveryDocument } | { readonly failure: unknown };

/** The keys without a text in which Logto refuses a discovery document (Logto: sso/types/oidc.ts, `oidcConfigResponseGuard`). */
const requiredKeys = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"];

/** Reads the discovery document where Logto does: a slash at the end of the issuer makes two (Logto: sso/OidcConnector/utils.ts). */
export async function discover(send: SendProbe, issuer: string, timeoutMs: number): Promise<Discovery> {
  try {
    return await withDeadline(timeoutMs, async (signal) => {
      const { status, text } = await getDocument(send, `${issuer}/.well-known/openid-configuration`, signal);
      const document = status === 200 ? parseJson(text) : undefined;
      if (!isObject(document)) {
        const what = status === 200 ? "and not with a JSON object" : "and not with a discovery document";
        return { failure: new ExpectedError(`it responded with ${status}, ${what}`) };
      }
      const missing = requiredKeys.filter((key) => typeof document[key] !== "string");
      return missing.length === 0
        ? { document }
        : { failure: new ExpectedError(`what it responded with lacks ${missing.join(", ")}`) };
    });
  } catch (failure) {
    return { failure };
  }
}
