/** `Organization`. Names are not unique in Logto, so that an organization is known by its ID, and by nothing else. */
import { type Canonical, canonical, propertiesOf } from "../connector/canonical";
import { changedProperties, unmetPaths } from "../connector/compare";
import { organizationInputs, resources, type Resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import type { ApiOrganization } from "../logto/organizations";
import { printable, quote } from "../untrustedText";
import type { Values } from "../values";
import { ignoredMessage, notFound } from "./errorContext";
import { createOnce } from "./lostAnswer";
import { isPending, pendingId } from "./pendingCreate";
import { pollUntil } from "./pollUntil";
import { type CreateResult, IncompleteError } from "./results";
import type { Run, Verbs } from "./tableLifecycle";

const { outputs, noun } = resources.organization;

/** How long an organization can take to appear after the answer to its create was lost. Logto only inserts a row. */
const insertMs = 1000;

type Declared = Canonical<typeof organizationInputs>;

export const organization: Verbs<Resources["organization"]> = {
  async create(client, declared, run, { adopt, allowDuplicate = false }) {
    const created =
      adopt === undefined
        ? await create(client, declared, run, allowDuplicate)
        : await takeOver(client, adopt, declared);
    verifyApplied(created.id, declared, created.outputs);
    return created;
  },

  async read(client, id, state) {
    const found =
      state !== undefined && isPending(id)
        ? await findPending(client, state as Declared)
        : await client.organizations.read(id);
    return found && { id: found.id, outputs: organizationState(found) };
  },

  async update(client, id, state, declared) {
    const changed = changedProperties(organizationInputs, state, declared);
    if (changed.length === 0) return { ...state, ...declared };
    const patch = Object.fromEntries(changed.map((key) => [key, declared[key] ?? null]));
    const updated = organizationState(await client.organizations.update(id, patch));
    verifyApplied(id, Object.fromEntries(changed.map((key) => [key, declared[key]])), updated);
    // What the program left alone stays as the state has it: a refresh reports what else differs in Logto.
    return { ...state, ...declared };
  },

  async delete(client, id, state) {
    const found = isPending(id) ? await findPending(client, state as Declared) : { id };
    if (found !== undefined) await client.organizations.delete(found.id);
  },

  replacedBy: (id) => (isPending(id) ? "name" : undefined),
};

/**
 * Logto takes any number of organizations that are the same, so nothing but the answer says which one a create made. Therefore
 * those that exist before are noted: after a lost answer, one that is as requested and was not there is the requested one.
 */
async function create(
  client: LogtoClient,
  declared: Declared,
  run: Run,
  allowDuplicate: boolean,
): Promise<CreateResult> {
  const { objects } = run;
  const before = (await client.organizations.recent()).filter((one) => isAsRequested(one, declared));
  const others = before.filter(({ id }) => !objects.isTouched(id) && !objects.isDeclared(id));
  const [other] = others;
  const former = objects.findFormer(({ id, name }) => name === declared.name && isPending(id));
  if (other !== undefined && others.length === 1 && former !== undefined) return found(other, run);
  if (other !== undefined && !allowDuplicate) throw alreadyThere(declared, others, run);
  const known = new Set(before.map(({ id }) => id));
  const isNew = ({ id }: ApiOrganization) => !known.has(id) && !objects.isTouched(id);
  return createOnce(
    async () => found(await client.organizations.create({ ...declared }), run),
    async (error) => {
      if (error.outcome !== "unknown") return undefined;
      const lookUp = async () => {
        const named = await client.organizations.named(declared.name);
        const lost = named.find((one) => isNew(one) && isAsRequested(one, declared));
        return lost && found(lost, run);
      };
      return pollUntil(lookUp, insertMs, client.interruption).catch(() => {
        throw error;
      });
    },
  ).catch((error: unknown) => {
    if (!(error instanceof LogtoError && error.outcome === "unknown")) throw error;
    throw new IncompleteError(error, pendingId(declared.name), { ...declared });
  });
}

/** No other resource of the run takes it. */
function found(organization: ApiOrganization, { objects }: Run): CreateResult {
  objects.recordSeen(organization.id);
  return { id: organization.id, outputs: organizationState(organization) };
}

async function takeOver(client: LogtoClient, id: string, declared: Declared): Promise<CreateResult> {
  const existing = await client.organizations.get(id);
  if (existing === undefined) throw notFound(`${noun} with the ID ${quote(id)}`, "adopt");
  const changed = changedProperties(organizationInputs, organizationState(existing), declared);
  const patch = Object.fromEntries(changed.map((key) => [key, declared[key] ?? null]));
  const current = changed.length === 0 ? existing : await client.organizations.update(id, patch);
  return { id, outputs: organizationState(current), adopted: true };
}

/** Returns the organization that Logto created after all; `undefined` if it did not. */
async function findPending(client: LogtoClient, declared: Declared): Promise<ApiOrganization | undefined> {
  const [first, ...others] = (await client.organizations.named(declared.name)).filter((one) =>
    isAsRequested(one, declared),
  );
  if (first === undefined || others.length === 0) return first;
  const ids = [first, ...others].map(({ id }) => printable(id)).join(", ");
  throw new LogtoError(
    { method: "GET", path: "/api/organizations" },
    {
      code: "duplicate",
      message:
        `the answer to its create was lost, and Logto has several organizations that are as requested: ${ids}. Delete those that ` +
        "are not needed in Logto's console, under Organizations, and try again.",
    },
  );
}

function isAsRequested(organization: ApiOrganization, declared: Declared): boolean {
  return changedProperties(organizationInputs, organizationState(organization), declared).length === 0;
}

function alreadyThere({ name }: Declared, others: readonly ApiOrganization[], { objects }: Run): LogtoError {
  // It may be the object of a resource that this run is about to delete.
  for (const { id } of others) objects.recordSeen(id);
  const ids = others.map(({ id }) => printable(id));
  const which =
    ids.length === 1 ? `an organization ${quote(name)}` : `${ids.length} organizations ${quote(name)}`;
  return new LogtoError(
    { method: "GET", path: "/api/organizations" },
    {
      code: "duplicate",
      message:
        `Logto has ${which} already that ${ids.length === 1 ? "is" : "are"} the same in all that is declared: ${ids.join(", ")}. An ` +
        "interrupted deployment may have created it. If no other stack manages it, add " +
        `\`adopt: "${ids[0] ?? ""}",\` next to name, which takes it over with its members. If this stack manages it as a resource ` +
        "that was renamed or moved, add the option `aliases` to the new one; if it is being replaced, as by `--replace` or " +
        "`pulumi state taint`, add `deleteBeforeReplace: true`. To create another one, add `allowDuplicate: true,`.",
    },
  );
}

/** @throws IncompleteError if Logto ignored something */
function verifyApplied(id: string, requested: Values, state: Values): void {
  const ignored = unmetPaths(requested, state);
  if (ignored.length > 0) throw new IncompleteError(ignoredMessage(`${noun} ${id}`, ignored), id, state);
}

export function organizationState(organization: ApiOrganization): Values & Partial<Declared> {
  const fields = { ...organizationInputs, ...outputs };
  return propertiesOf(fields, canonical(fields, organization));
}
