/** Validation of bodies, with zod 3 as in Logto, because error responses contain zod's issues. */
import { z } from "zod/v3";
import { asUtf8 } from "./database";
import { ApiError, type ApiRequest } from "./http";

const json: z.ZodType<unknown> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(json)]),
);
export const jsonObject = z.record(json);

const branding = z.object({
  displayName: z.string().optional(),
  logo: z.string().optional(),
  darkLogo: z.string().optional(),
});
const connectorName = z.string().min(1).max(128).transform(asUtf8);

/** The fields are in Logto's order, which is also the order of the issues. */
export const createGuard = z.object({
  config: jsonObject.optional(),
  domains: z.array(z.string()).optional(),
  branding: branding.optional(),
  syncProfile: z.boolean().optional(),
  enableTokenStorage: z.boolean().optional(),
  providerName: z.string().min(1).max(128),
  connectorName,
});
export const patchGuard = z
  .object({
    config: jsonObject,
    domains: z.array(z.string()),
    branding,
    syncProfile: z.boolean(),
    connectorName,
    enableTokenStorage: z.boolean(),
  })
  .partial();

/** Taken from a body, although Logto sets it itself. */
export const tenantId = z.string().max(21).optional();

/** Whether a parameter of a query is a yes to Logto (@silverhand/essentials 2). */
export const isYes = (text: string | null | undefined) => /^(1|true|y|yes|yep|yeah)$/i.test(text ?? "");

/** Parses the parameters of a query: one that is given twice is a list. */
export function queryOf<Output>(
  { query }: Pick<ApiRequest, "query">,
  schema: z.ZodType<Output, z.ZodTypeDef, unknown>,
): Output {
  const values = [...query.keys()].map((key) => {
    const all = query.getAll(key);
    return [key, all.length > 1 ? all : all[0]] as const;
  });
  return guard(schema, Object.fromEntries(values));
}

export function guard<Output>(schema: z.ZodType<Output, z.ZodTypeDef, unknown>, body: unknown): Output {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { issues } = result.error;
  const details = issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n");
  throw new ApiError(400, "guard.invalid_input", { issues, name: "ZodError" }, { details });
}

/** The list of `@logto/schemas` 1.43.0. */
const publicMailDomains = new Set(
  "gmail yahoo hotmail outlook live icloud aol yandex mail protonmail yanex gmx zoho qq 163 126 sina sohu"
    .split(" ")
    .map((name) => `${name}.com`)
    .concat("mail.ru"),
);

/** Reports public mail domains before duplicates, each domain once. */
export function guardDomains(domains: readonly string[]): void {
  const forbidden = domains.filter((domain) => publicMailDomains.has(domain));
  if (forbidden.length > 0) {
    throw new ApiError(422, "single_sign_on.forbidden_domains", { data: [...new Set(forbidden)] });
  }
  const doubled = domains.filter((domain, index) => domains.indexOf(domain) < index);
  if (doubled.length > 0) {
    throw new ApiError(422, "single_sign_on.duplicated_domains", { data: [...new Set(doubled)] });
  }
}
