/** What a browser does during a sign-in: cookies, redirects, forms, and the requests of Logto's sign-in page. */
import { randomUUID } from "node:crypto";
import type { Logto, SsoUser } from "./logto";

interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

/**
 * Signs a user in at Logto with an email address, at the identity provider of the connector that Logto offers for it.
 * Returns the user as Logto recorded it. Rejects with the page at which the sign-in ended.
 */
export async function signIn(logto: Logto, email: string): Promise<SsoUser & { connectorId: string }> {
  const browser = new Browser();
  const experience = async (method: string, path: string, body?: object) => {
    const page = await browser.open(`${logto.url}/api/experience${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (page.status >= 400) throw ended(page);
    return JSON.parse(page.text || "{}") as Record<string, string>;
  };
  await browser.open(`${logto.url}/oidc/auth?client_id=app`);
  await experience("PUT", "", { interactionEvent: "SignIn" });
  const offered = await experience("GET", `/sso-connectors?email=${encodeURIComponent(email)}`);
  const [connectorId] = offered.connectorIds ?? [];
  if (connectorId === undefined) throw new Error(`Logto offers no connector for ${email}.`);

  const [state, redirectUri] = [randomUUID(), `${logto.url}/callback/${connectorId}`];
  const sso = `/verification/sso/${connectorId}`;
  const request = await experience("POST", `${sso}/authorization-uri`, { state, redirectUri });
  const page = await browser.fillIn(await browser.open(request.authorizationUri ?? ""), {
    login: email,
    password: "canary-password",
  });
  const { state: returned, ...rest } = Object.fromEntries(new URL(page.url).searchParams);
  if (!page.url.startsWith(`${redirectUri}?`) || returned !== state) throw ended(page);

  const { verificationId } = request;
  const connectorData = { ...rest, redirectUri };
  await experience("POST", `${sso}/verify`, { verificationId, connectorData });
  await experience("POST", "/identification", { verificationId });
  const [user] = logto.enterpriseSso.signedIn.slice(-1);
  if (user === undefined) throw new Error("Logto recorded no sign-in.");
  return user;
}

function ended({ url, status, text }: Page): Error {
  return new Error(`The sign-in ended with ${status} at ${url.replace(/\?.*/, "")}: ${text}`);
}

class Browser {
  /** The cookies by origin, since real servers differ in their hosts, not their ports. */
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Sends a request and follows redirects. */
  async open(url: string, init: RequestInit = {}): Promise<Page> {
    const { origin } = new URL(url);
    const cookies = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, cookies);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(init.headers as Record<string, string> | undefined), cookie };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get("location");
    if (location !== null) return this.open(new URL(location, url).href);
    return { url, status: response.status, text };
  }

  /** Fills in and submits the form of a page, and those of the pages that follow. */
  async fillIn(page: Page, values: Readonly<Record<string, string>>): Promise<Page> {
    const [, action] = /<form[^>]* action="([^"]*)"/.exec(page.text) ?? [];
    if (action === undefined) return page;
    const fields = [...page.text.matchAll(/<input[^>]*? name="([^"]*)"(?: value="([^"]*)")?/g)];
    const body = new URLSearchParams(
      Object.fromEntries(fields.map(([, name = "", value]) => [name, value ?? values[name] ?? ""])),
    );
    const url = new URL(action.replaceAll("&amp;", "&"), page.url).href;
    return this.fillIn(await this.open(url, { method: "POST", body }), values);
  }
}
