/** The format of the recordings (see recordings/README.md), and the comparison of a response with them. */
import { isDeepStrictEqual } from "node:util";

export interface Step {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly raw?: string;
  readonly contentType?: string;
  readonly auth?: "none" | "garbage" | "basic" | "noscope";
  readonly devFeatures?: boolean;
  readonly save?: string;
  readonly cleanup?: boolean;
  readonly namesOnly?: boolean;
  readonly unordered?: boolean;
  readonly partial?: boolean;
  readonly expect?: Expectation;
}

export interface Expectation {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly allow?: string;
  readonly location?: string;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly statuses?: readonly number[];
}

interface Comparison {
  readonly step: Step;
  readonly expected: Expectation;
  /** Whether pages come in the recorded order. */
  readonly isOrdered: boolean;
}

/** Returns the part of a response that is compared: the fields that were recorded, and always the body. */
export function comparable(response: Expectation, { step, expected, isOrdered }: Comparison): unknown {
  const { body, ...rest } = canonical(response) as Expectation;
  const recorded = Object.entries(rest).filter(([name]) => Object.hasOwn(expected, name));
  return { ...Object.fromEntries(recorded), body: comparableBody(body, { step, expected, isOrdered }) };
}

/**
 * Returns the paths of the values that a response has and the recorded one lacks; `undefined` if the two differ otherwise. In a
 * list, such as of the keys of a state, an item is no addition: it can change what the list says.
 */
export function additionsTo(expected: unknown, got: unknown): string[] | undefined {
  const isPair = isValues(expected) && isValues(got);
  if (!isPair) return isDeepStrictEqual(expected, got) ? [] : undefined;
  if (Array.isArray(expected) || Array.isArray(got)) {
    if (!Array.isArray(expected) || !Array.isArray(got) || expected.length !== got.length) return undefined;
  }
  const paths: string[] = [];
  for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    if (!Object.hasOwn(got, key)) return undefined;
    const below = Object.hasOwn(expected, key) ? additionsTo(expected[key], got[key]) : [""];
    if (below === undefined) return undefined;
    const name = Array.isArray(expected) ? "[]" : key;
    paths.push(...below.map((path) => (path === "" ? name : `${name}.${path}`)));
  }
  return [...new Set(paths)];
}

function isValues(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function comparableBody(body: unknown, { step, expected, isOrdered }: Comparison): unknown {
  // The database chooses which rows a page contains, so only their number is compared.
  const isAnyPage =
    (step.unordered ?? (step.namesOnly === true && !isOrdered)) && step.path.includes("page=");
  if (isAnyPage && Array.isArray(body)) return body.length;
  if (step.unordered && Array.isArray(body)) return sorted(body);
  if (!step.partial) return body;
  const recorded = Object.keys(expected.body as object);
  return Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => recorded.includes(name)));
}

function sorted(items: readonly unknown[]): unknown[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Replaces values that differ between runs, and removes messages, which the recordings omit. */
function canonical(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, key));
    // Logto reads signing keys, and what the sign-in page gets of connectors, without an order: they changed places between runs.
    const isKeys = value.every((item: object | null) => Object.hasOwn(item ?? {}, "fingerprints"));
    return isKeys || key === "ssoConnectors" || key === "connectorIds" ? sorted(items) : items;
  }
  if (typeof value === "object" && value !== null) {
    // The error of Logto's HTTP client, with all its options: only its name and code were recorded.
    if ("options" in value && "name" in value && "code" in value)
      return { code: value.code, name: value.name };
    return Object.fromEntries(
      Object.entries(value)
        // Messages, what Logto says of its providers, and an empty body were not recorded.
        .filter(([name, inner]) => inner !== undefined && !["message", "details"].includes(name))
        .filter(([name]) => !(name === "description" && "providerType" in value))
        .filter(([name, inner]) => !(name === "body" && inner === null))
        .map(([name, inner]) => [name, canonical(inner, name)]),
    );
  }
  if (["createdAt", "expiresAt", "certificateExpiresAt"].includes(key)) return "<time>";
  if (["formatted", "unformatted"].includes(key)) return "<fingerprint>";
  if (key === "certificate") return "<cert>";
  // The ID of a connector that no later step refers to.
  if (key === "id" && typeof value === "string" && !value.startsWith("<")) return "<id>";
  if (typeof value === "string" && value.startsWith("data:image")) return "<image>";
  return value;
}
