/** The row of a connector in Logto's database, and PostgreSQL's treatment of values. */
import { randomBytes } from "node:crypto";
import { ApiError, internalError } from "./http";

export type Config = Record<string, unknown>;

export interface Row {
  readonly id: string;
  readonly tenantId: string;
  readonly createdAt: number;
  readonly providerName: string;
  connectorName: string;
  config: Config;
  domains: string[];
  branding: Record<string, unknown>;
  syncProfile: boolean;
  enableTokenStorage: boolean;
}

/** Returns an ID of lower-case letters and digits: 12 for a connector, 21 for an application. */
export function newId(length = 12): string {
  return randomBytes(length).toString("base64url").toLowerCase().replace(/[-_]/g, "0").slice(0, length);
}

/** Returns a copy of the row, as a SELECT does. */
export function bare(row: Row): Row {
  return {
    ...row,
    config: inJsonbOrder(row.config),
    branding: inJsonbOrder(row.branding),
    domains: [...row.domains],
  };
}

/** Sorts the keys of an object as PostgreSQL's jsonb does: by length, then by bytes. */
export function inJsonbOrder<Value extends Record<string, unknown>>(value: Value): Value {
  const keys = Object.keys(value).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(
    keys.map((key) => {
      const inner = value[key];
      const isObject = typeof inner === "object" && inner !== null && !Array.isArray(inner);
      return [key, isObject ? inJsonbOrder(inner as Record<string, unknown>) : inner];
    }),
  ) as Value;
}

/** Checks a parameter of a query. PostgreSQL's text can't contain NUL, which Logto does not expect (measured). */
export function guardText(text: string): void {
  if (text.includes("\0")) throw internalError();
}

/** Encodes a string as UTF-8 for PostgreSQL, which turns a lone surrogate into U+FFFD (measured). */
export function asUtf8(text: string): string {
  return Buffer.from(text).toString();
}

/** Checks a value for a jsonb column, which can contain neither NUL nor a lone surrogate. */
export function guardJson(value: unknown): void {
  if (typeof value === "string") {
    guardText(value);
    if (/\p{Surrogate}/u.test(value)) throw new ApiError(422, "entity.invalid_input");
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.entries(value).flat()) guardJson(inner);
  }
}

/** Checks the lengths of columns in this order, as the database does before its keys. Reads have no limit (measured). */
export function guardLengths(values: readonly (readonly [text: string, limit: number])[]): void {
  for (const [text] of values) guardText(text);
  // PostgreSQL counts characters: a surrogate pair is one.
  const [, limit] = values.find(([text, most]) => Array.from(text).length > most) ?? [];
  if (limit === undefined) return;
  const message = `value too long for type character varying(${limit})`;
  throw new ApiError(422, "entity.value_too_long", { message });
}

/** Checks the tenant to which a PATCH moves a row, which the policies of the database allow to no other tenant. */
export function guardTenant(tenantId: string | undefined): void {
  if (tenantId !== undefined && tenantId !== "default") throw internalError();
}

/** Returns whether one of some texts contains `q` as with ILIKE: `%` and `_` are wildcards, which a backslash escapes. */
export function matcherOf(q = ""): (texts: readonly (string | null)[]) => boolean {
  guardText(q);
  // As Logto builds it, so that a backslash at the end of `q` escapes the last wildcard.
  const source = `%${q}%`.replace(/\\?[^]/gu, (part) => {
    if (part === "%") return ".*";
    if (part === "_") return ".";
    return part.replace(/^\\(?=.)/su, "").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
  const pattern = new RegExp(`^${source}$`, "isu");
  return (texts) => q === "" || texts.some((text) => text !== null && pattern.test(text));
}
