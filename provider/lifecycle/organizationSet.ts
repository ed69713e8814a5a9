/** A set that an organization has: a resource declares all of it, and has the ID of the organization. */
import type { Values } from "../values";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { printable, quote } from "../untrustedText";
import { notFound } from "./errorContext";
import { type CreateResult, IncompleteError } from "./results";
import type { Run } from "./tableLifecycle";

export interface OrganizationSet {
  /** The input that has the set. */
  readonly key: string;
  /**
   * Lists the set in Logto; `undefined` where there is no such organization.
   *
   * @param declared whose spelling an element has, where it can be spelt in several ways
   */
  list(
    client: LogtoClient,
    organizationId: string,
    declared: readonly string[],
  ): Promise<string[] | undefined>;
  /** Replaces the set, all or nothing. No elements are no error where there is no such organization. */
  replace(client: LogtoClient, organizationId: string, elements: readonly string[]): Promise<void>;
}

export async function createSet(
  client: LogtoClient,
  set: OrganizationSet,
  { organizationId, elements }: { readonly organizationId: string; readonly elements: readonly string[] },
  run: Run,
  adopt: boolean,
): Promise<CreateResult> {
  const existing = await set.list(client, organizationId, elements);
  if (existing === undefined) throw unknownOrganization(organizationId);
  const removed = existing.filter((element) => !elements.includes(element));
  if (removed.length > 0 && !adopt && !run.objects.isDeclared(organizationId)) {
    throw new LogtoError(
      { method: "GET", path: "" },
      {
        code: "other-config",
        message:
          `the organization already has ${removed.map((element) => quote(element)).join(", ")}, which the program does not ` +
          `declare. Add it to ${set.key}, or, to remove it, add \`adopt: true,\` next to organizationId.`,
      },
    );
  }
  const isSame = removed.length === 0 && existing.length === elements.length;
  const outputs = isSame
    ? outputsOf(set, organizationId, elements)
    : await replaceSet(client, set, organizationId, elements);
  return { id: organizationId, outputs, adopted: existing.length > 0 };
}

export async function readSet(
  client: LogtoClient,
  set: OrganizationSet,
  organizationId: string,
  state: Values = {},
): Promise<{ outputs: Values } | undefined> {
  const { [set.key]: declared } = state;
  const elements = await set.list(
    client,
    organizationId,
    Array.isArray(declared) ? (declared as string[]) : [],
  );
  return elements && { outputs: outputsOf(set, organizationId, elements) };
}

export async function updateSet(
  client: LogtoClient,
  set: OrganizationSet,
  organizationId: string,
  elements: readonly string[],
): Promise<Values> {
  if (elements.length === 0 && (await set.list(client, organizationId, [])) === undefined)
    throw unknownOrganization(organizationId);
  return replaceSet(client, set, organizationId, elements);
}

async function replaceSet(
  client: LogtoClient,
  set: OrganizationSet,
  organizationId: string,
  elements: readonly string[],
): Promise<Values> {
  await set.replace(client, organizationId, elements).catch((error: unknown) => {
    if (!(error instanceof LogtoError)) throw error;
    if (error.outcome === "unknown") throw new IncompleteError(error, organizationId, { organizationId });
    throw error.code === "entity.relation_foreign_key_not_found"
      ? unknownOrganization(organizationId)
      : error;
  });
  return outputsOf(set, organizationId, elements);
}

function outputsOf({ key }: OrganizationSet, organizationId: string, elements: readonly string[]): Values {
  return { organizationId, [key]: [...elements].sort() };
}

function unknownOrganization(organizationId: string): LogtoError {
  return notFound(`organization with the ID ${quote(printable(organizationId))}`, "organizationId");
}
