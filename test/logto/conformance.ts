// npm run conformance: sends what was recorded of a real Logto to the stand-in, and compares the answers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
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

const client = { id: "conformance", secret: "canary-conformance" };

export async function replay(file: string): Promise<{ steps: number; differences: Difference[] }> {
  const steps = JSON.parse(readFileSync(file, "utf8")) as Step[];
  const idp = await startIdentityProviders();
  // A real one asks a dead identity provider for 3 s; that it does is a test of its own.
  const logto = await startLogto({ applications: [client], retryDelayMs: 5 });
  try {
    const player = new Player(logto.url, idp.url);
    const differences: Difference[] = [];
    for (const [index, step] of steps.entries()) {
      const expected = step.expect && canonical(step.expect);
      const got = await player.play(step);
      if (expected !== undefined && !isDeepStrictEqual(got, expected)) {
        differences.push({ step: `${index} ${step.name}: ${step.method} ${step.path}`, expected, got });
      }
    }
    return { steps: steps.length, differences };
  } finally {
    await logto.close();
    await idp.close();
  }
}

class Player {
  readonly #ids = new Map<string, string>();
  readonly #tokens = new Map<string, string>();

  constructor(
    private readonly url: string,
    private readonly idp: string,
  ) {}

  async play(step: Step): Promise<unknown> {
    const { method, path, body, raw, contentType = "application/json" } = step;
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const sent = text === undefined ? undefined : this.#filledIn(text);
    const authorization = await this.#authorization(step.auth);
    const response = await fetch(this.url + this.#filledIn(path), {
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
    await fetch(`${this.url}/api/sso-connectors/${id}`, { method: "DELETE", headers: { authorization } });
  }

  async #authorization(auth?: Step["auth"]): Promise<string | undefined> {
    const basic = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
    if (auth === "none") return undefined;
    if (auth === "garbage") return "Bearer garbage";
    if (auth === "basic") return basic;
    const scope = auth === "noscope" ? "" : "all";
    const known = this.#tokens.get(scope);
    if (known !== undefined) return known;
    const response = await fetch(`${this.url}/oidc/token`, {
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
      .replaceAll(this.url, "{{endpoint}}")
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

/** Values that differ from run to run, and prose, which the recordings leave out. */
function canonical(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item, key));
  if (typeof value === "object" && value !== null) {
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
  const file = process.argv[2] ?? join(__dirname, "recordings", "logto-1.42.json");
  replay(file).then(
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
