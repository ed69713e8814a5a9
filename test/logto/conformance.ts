// npm run conformance: sends what was recorded of a real Logto to the stand-in, and compares the answers. With
// `-- --endpoint URL` to a real Logto on the same host, with an empty tenant, so that a newer one is compared with what
// was recorded: LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET name an application with access to its Management API.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { certificate, samlMetadata, startIdentityProviders } from "./identityProviders";
import { startLogto } from "./server";

interface Step {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly raw?: string;
  readonly contentType?: string;
  readonly auth?: "none" | "garbage" | "basic" | "noscope";
  readonly save?: string;
  readonly cleanup?: boolean;
  readonly namesOnly?: boolean;
  readonly expect?: { status: number; headers?: Record<string, string>; body?: unknown };
}

export interface Difference {
  readonly step: string;
  readonly expected: unknown;
  readonly got: unknown;
}

const recordings = join(__dirname, "recordings");

interface Target {
  readonly url: string;
  readonly client: { readonly id: string; readonly secret: string };
  close?(): Promise<void>;
}

async function standIn(): Promise<Target> {
  const client = { id: "conformance", secret: "canary-conformance" };
  // A real one asks a dead identity provider for 3 s; that it does is a test of its own.
  const logto = await startLogto({ applications: [client], retryDelayMs: 5 });
  return { url: logto.url, client, close: () => logto.close() };
}

function real(endpoint: string): Target {
  const { LOGTO_CLIENT_ID: id, LOGTO_CLIENT_SECRET: secret } = process.env;
  if (!id || !secret)
    throw new Error("Set LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET to those of an application.");
  return { url: new URL(endpoint).origin, client: { id, secret } };
}

/** @param endpoint of a real Logto; else the stand-in answers */
export async function replay(endpoint?: string): Promise<{ steps: number; differences: Difference[] }> {
  const logto = endpoint === undefined ? await standIn() : real(endpoint);
  const idp = await startIdentityProviders();
  try {
    const differences: Difference[] = [];
    let steps = 0;
    for (const file of readdirSync(recordings).filter((name) => name.endsWith(".json"))) {
      const player = new Player(logto, idp.url);
      const recorded = JSON.parse(readFileSync(join(recordings, file), "utf8")) as Step[];
      steps += recorded.length;
      for (const [index, step] of recorded.entries()) {
        const sorted = (answer: unknown) => (endpoint === undefined ? answer : withoutOrder(step, answer));
        const expected = step.expect && sorted(canonical(step.expect));
        const got = sorted(await player.play(step));
        if (expected === undefined || isDeepStrictEqual(got, expected)) continue;
        const { name, method, path } = step;
        differences.push({ step: `${file} ${index} ${name}: ${method} ${path}`, expected, got });
      }
    }
    return { steps, differences };
  } finally {
    await logto.close?.();
    await idp.close();
  }
}

class Player {
  readonly #ids = new Map<string, string>();
  readonly #tokens = new Map<string, string>();

  constructor(
    private readonly logto: Target,
    private readonly idp: string,
  ) {}

  async play(step: Step): Promise<unknown> {
    const { method, path, body, raw, contentType = "application/json" } = step;
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const sent = text === undefined ? undefined : this.#filledIn(text);
    const authorization = await this.#authorization(step.auth);
    const response = await fetch(this.logto.url + this.#filledIn(path), {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(sent === undefined ? {} : { "content-type": contentType }),
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const answer = await read(response);
    const { id } = (answer ?? {}) as { id?: string };
    if (step.save !== undefined && id !== undefined) this.#ids.set(step.save, id);
    if (step.cleanup && id !== undefined) await this.#clean(id);

    const headers = ["total-number", "link", "content-type"].flatMap((name): [string, string][] => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, this.#emptied(value)]];
    });
    const shown = step.namesOnly ? names(answer) : answer;
    const json: unknown = shown === undefined ? undefined : JSON.parse(this.#emptied(JSON.stringify(shown)));
    return canonical({ status: response.status, headers: Object.fromEntries(headers), body: json });
  }

  async #clean(id: string): Promise<void> {
    const authorization = (await this.#authorization()) ?? "";
    await fetch(`${this.logto.url}/api/sso-connectors/${id}`, {
      method: "DELETE",
      headers: { authorization },
    });
  }

  async #authorization(auth?: Step["auth"]): Promise<string | undefined> {
    const basic = `Basic ${Buffer.from(`${this.logto.client.id}:${this.logto.client.secret}`).toString("base64")}`;
    if (auth === "none") return undefined;
    if (auth === "garbage") return "Bearer garbage";
    if (auth === "basic") return basic;
    const scope = auth === "noscope" ? "" : "all";
    const known = this.#tokens.get(scope);
    if (known !== undefined) return known;
    const response = await fetch(`${this.logto.url}/oidc/token`, {
      method: "POST",
      headers: { authorization: basic },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        resource: "https://default.logto.app/api",
        ...(scope === "" ? {} : { scope }),
      }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    this.#tokens.set(scope, `Bearer ${token}`);
    return `Bearer ${token}`;
  }

  /** A recorded text with this run's values in place of the placeholders. */
  #filledIn(text: string): string {
    const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
    return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => {
      if (name === "idp") return this.idp;
      if (name === "samlXml") return inJson(samlMetadata("urn:xml-idp", `${this.idp}/saml/sso`));
      if (name === "certPem") return inJson(certificate);
      if (name === "certBody") return certificateBody;
      return this.#ids.get(name) ?? whole;
    });
  }

  /** An answer with placeholders in place of this run's values. */
  #emptied(text: string): string {
    const saved = [...this.#ids].reduce((result, [name, id]) => result.replaceAll(id, `<${name}>`), text);
    return saved
      .replaceAll(this.idp, "{{idp}}")
      .replaceAll(this.logto.url, "{{endpoint}}")
      .replaceAll(JSON.stringify(certificate.trim()).slice(1, -1), "<certPem>")
      .replaceAll(certificateBody, "<certBody>");
  }
}

const certificateBody = certificate.replace(/-----[^-]+-----|\s/g, "");

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  return response.headers.get("content-type")?.startsWith("application/json")
    ? (JSON.parse(text) as unknown)
    : { text };
}

/** The keys of a connector are a list as well, but not of connectors: they are shown whole. */
function names(answer: unknown): unknown {
  const rows = answer as { connectorName?: string }[];
  return rows.every(({ connectorName }) => connectorName !== undefined)
    ? rows.map(({ connectorName }) => connectorName).sort()
    : rows;
}

/** Which connectors stand on a page is the database's to choose, and changes: on a real Logto, how many do counts. */
function withoutOrder(step: Step, answer: unknown): unknown {
  if (!step.namesOnly || !step.path.includes("page=")) return answer;
  const { body, ...rest } = answer as { body: unknown };
  return { ...rest, body: Array.isArray(body) ? body.length : body };
}

/** Values that differ from run to run, and prose, which the recordings leave out. */
function canonical(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, key));
    // Logto lists the signing keys of a connector in no order: that of two was another one from run to run.
    const isKeys = value.every((item: object | null) => Object.hasOwn(item ?? {}, "fingerprints"));
    return isKeys ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (typeof value === "object" && value !== null) {
    // A failed request of Logto's own, with all that its HTTP client knows: what it is called was recorded.
    if ("options" in value && "name" in value && "code" in value)
      return { code: value.code, name: value.name };
    return Object.fromEntries(
      Object.entries(value)
        // Not recorded: texts for people, and an empty body.
        .filter(
          ([name, inner]) => inner !== undefined && !["message", "details", "description"].includes(name),
        )
        .filter(([name, inner]) => !(name === "description" || (name === "body" && inner === null)))
        .map(([name, inner]) => [name, canonical(inner, name)]),
    );
  }
  if (["createdAt", "expiresAt", "certificateExpiresAt"].includes(key)) return "<time>";
  if (["formatted", "unformatted"].includes(key)) return "<fingerprint>";
  if (key === "certificate") return "<cert>";
  // Of a connector that no later step refers to.
  if (key === "id" && typeof value === "string" && !value.startsWith("<")) return "<id>";
  if (typeof value === "string" && value.startsWith("data:image")) return "<image>";
  return value;
}

if (require.main === module) {
  const { endpoint } = parseArgs({ options: { endpoint: { type: "string" } } }).values;
  replay(endpoint).then(
    ({ steps, differences }) => {
      for (const { step, expected, got } of differences) {
        console.log(`✕ ${step}\n  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(got)}`);
      }
      console.log(`${steps - differences.length} of ${steps} steps as recorded`);
      process.exitCode = differences.length === 0 ? 0 : 1;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
