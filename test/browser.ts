/** What a browser does during a sign-in: cookies, redirects and forms. */
export interface Page {
  readonly url: string;
  /** 0 if there was no response; `text` then says why. */
  readonly status: number;
  readonly text: string;
}

export class Browser {
  /** The cookies by origin, since real servers differ in their hosts, not their ports. */
  readonly #cookies = new Map<string, Map<string, string>>();

  /** @param lastOrigin where a redirect ends the journey, without a request: the origin of an application */
  constructor(private readonly lastOrigin: string) {}

  /** Sends a request and follows redirects. */
  async open(url: string, init: RequestInit = {}): Promise<Page> {
    const { origin } = new URL(url);
    const cookies = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, cookies);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(init.headers as Record<string, string> | undefined), cookie };
    // A string is the reason why there is no response: under Jest, an error of fetch is no Error of this realm.
    const response = await fetch(url, { ...init, headers, redirect: "manual" }).catch(reasonOf);
    if (typeof response === "string") return { url, status: 0, text: response };
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const { status } = response;
    const text = await response.text();
    const location = response.headers.get("location");
    if (location === null) return { url, status, text };
    const next = new URL(location, url);
    return next.origin === this.lastOrigin ? { url: next.href, status, text } : this.open(next.href);
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

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string } };
  return `${message}: ${cause?.message ?? ""}`;
}
