/** The discovery document of an identity provider. */
import { ExpectedError } from "../../expectedError";
import { isUrl } from "../../connector/url";
import { parseJson } from "../../logto/response";
import { isObject } from "../../values";
import { isAllowed, type SendProbe, withDeadline } from "./requests";

export type DiscoveryDocument = Readonly<Record<string, unknown>>;

/** A discovery document, or the reason why there is none. */
export type Discovery = { readonly document: DiscoveryDocument } | { readonly failure: unknown };

const maxRedirects = 5;

/** Reads the discovery document where Logto does: a slash at the end of the issuer makes two (Logto: sso/OidcConnector/utils.ts). */
export async function discover(send: SendProbe, issuer: string, timeoutMs: number): Promise<Discovery> {
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
