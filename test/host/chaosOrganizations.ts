/** The organizations of the first part of `npm run chaos`: what the program declares of them, and what became of it in Logto. */
import type { Declaration } from "../engine/engineDouble";
import type { Logto } from "../logto";

type Declared = Readonly<Record<string, Declaration>>;

/** The descriptions of organizations, by name. */
const descriptions = {
  before: { "kept org": "kept", "changed org": "old", "dropped org": "dropped" },
  after: { "kept org": "kept", "changed org": "new", "added org": "added" },
};
/** The just-in-time roles of organizations that no stack manages, by ID. */
const roles = {
  before: { changing: ["member"], dropping: ["member"] },
  after: { changing: ["admin"], adding: ["admin", "member"], dropping: [] },
};
const emailDomains = {
  before: { changing: ["a.com"], dropping: ["a.com"] },
  after: { changing: ["b.com"], adding: ["c.com", "d.com"], dropping: [] },
};

/** What exists before the program. */
export function prepareOrganizations({ organizations, organizationRoles }: Logto): void {
  for (const id of Object.keys(roles.after)) organizations.put(id, id, []);
  for (const name of ["admin", "member"]) organizationRoles.insert({ name });
}

export function organizationsIn(state: "before" | "after"): Declared {
  const sets = (resource: Declaration["resource"], key: string, all: Readonly<Record<string, string[]>>) =>
    Object.entries(all)
      .filter(([, elements]) => elements.length > 0)
      .map(([organizationId, elements]): [string, Declaration] => [
        `${key} of ${organizationId}`,
        { resource, argsFrom: () => ({ organizationId, [key]: elements }) },
      ]);
  return Object.fromEntries([
    ...Object.entries(descriptions[state]).map(([name, description]): [string, Declaration] => [
      name,
      { resource: "organization", argsFrom: () => ({ name, description }) },
    ]),
    ...sets("organizationJitRoles", "roles", roles[state]),
    ...sets("organizationJitEmailDomains", "emailDomains", emailDomains[state]),
  ]);
}

interface Outcome {
  readonly problems: readonly string[];
  readonly orphans: number;
  readonly duplicates: number;
  readonly lost: number;
}

/** @param managedIds of the objects in the state */
export function outcomeOf(
  { organizations, organizationRoles }: Logto,
  managedIds: ReadonlySet<string>,
): Outcome {
  const rows = organizations.rows.filter(({ id }) => !(id in roles.after));
  const names = rows.map(({ name }) => name).sort();
  const declared = Object.entries(descriptions.after);
  const nameOf = (id: string) => organizationRoles.rows.get(id)?.name ?? id;
  const wrongSets = [
    ...wrongIn(roles.after, (id) => organizations.jitRoles.of(id).map(nameOf)),
    ...wrongIn(emailDomains.after, (id) => organizations.jitEmailDomains.of(id)),
  ];
  const isWanted = names.join() === Object.keys(descriptions.after).sort().join();
  return {
    problems: [...(isWanted ? [] : [`Logto has ${names.join()}`]), ...wrongSets],
    orphans: rows.filter(({ id }) => !managedIds.has(id)).length,
    duplicates: names.length - new Set(names).size,
    lost:
      wrongSets.length +
      declared.filter(([name, description]) =>
        rows.every((row) => row.name !== name || row.description !== description),
      ).length,
  };
}

function wrongIn(wanted: Readonly<Record<string, string[]>>, inLogto: (id: string) => string[]): string[] {
  return Object.entries(wanted).flatMap(([id, elements]) => {
    const found = inLogto(id).sort().join();
    return found === elements.join() ? [] : [`the organization ${id} has "${found}"`];
  });
}
