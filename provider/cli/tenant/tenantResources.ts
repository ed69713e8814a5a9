/**
 * The resources of a tenant that Logto's list of connectors does not contain. Only what the stack declares is asked for, and
 * everything once. Read-only.
 */
import { certificatesIn } from "../../connector/certificate";
import { isPending } from "../../lifecycle/pendingCreate";
import { LogtoError } from "../../logto/errors";
import { mapInParallel } from "../../logto/parallel";
import type { SigningKey } from "../../logto/signingKeys";
import { logtoError } from "../io/commandError";
import { expiresSoon } from "../health/expiry";
import { missingFrom } from "./wrongTenant";
import { askedIdOf, isPart, ownerIdOf, type PartKind, partKinds, partRules } from "./parts";
import type { Tenant } from "./tenants";

/** A value from Logto, or the error of reading it; `undefined` if it does not exist. */
export type Fetched<Value> = Value | LogtoError | undefined;

type Answers<Value = unknown> = ReadonlyMap<string, Fetched<Value>>;

export interface TenantResources {
  /** Whether enterprise SSO is enabled; `undefined` if that is of no concern. */
  readonly enabled: Fetched<boolean>;
  /** The signing keys by the ID of the connector. */
  readonly keys: Answers<readonly SigningKey[]>;
  /** What was asked of each kind, by the ID that was asked about. */
  readonly answers: ReadonlyMap<PartKind, Answers>;
  /** How many requests were sent. */
  readonly requests: number;
}

/** Returns the answers by what was asked, without those that failed. */
export function otherAnswersOf({ enabled, answers }: TenantResources): Map<string, unknown> {
  const ofParts = [...answers].flatMap(([kind, ofKind]) =>
    [...ofKind].map(([id, answer]) => [`${kind} ${id}`, answer] as const),
  );
  const all = [...(enabled === undefined ? [] : [["enabled", enabled] as const]), ...ofParts];
  return new Map(all.filter(([, answer]) => !(answer instanceof LogtoError)));
}

/** Merges what was read at two endpoints of one tenant: one of them may have read what the other could not. */
export function mergedResources(first: TenantResources, second: TenantResources): TenantResources {
  const isRead = (answer: unknown) => answer !== undefined && !(answer instanceof LogtoError);
  const merged = (a: Answers = new Map(), b: Answers = new Map()) =>
    new Map([...a, ...[...b].filter(([id, answer]) => !a.has(id) || isRead(answer))]);
  const kinds = [...first.answers.keys(), ...second.answers.keys()];
  return withKeys({
    enabled: isRead(first.enabled) ? first.enabled : (second.enabled ?? first.enabled),
    answers: new Map(kinds.map((kind) => [kind, merged(first.answers.get(kind), second.answers.get(kind))])),
    requests: first.requests + second.requests,
  });
}

function withKeys(resources: Omit<TenantResources, "keys">): TenantResources {
  const keys = (resources.answers.get("samlSigningKey") ?? new Map()) as TenantResources["keys"];
  return { ...resources, keys };
}

export async function readTenantResources(
  tenant: Tenant,
  expiryDays: number,
  now: number,
): Promise<TenantResources> {
  const { client, managed, others } = tenant;
  const requestsBefore = client.requests;
  // What belongs to a connector is gone with it.
  const missing = new Set(missingFrom(tenant).map(({ id }) => id));

  const reads: (() => Promise<void>)[] = [];
  function each<Value>(ids: Iterable<string>, read: (id: string) => Promise<Value | undefined>) {
    const answers = new Map<string, Fetched<Value>>();
    for (const id of ids) reads.push(async () => void answers.set(id, await read(id).catch(logtoError)));
    return answers;
  }
  const needsSwitch = managed.length > 0 || others.some(({ kind }) => kind === "singleSignOn");
  const switches = each(needsSwitch ? [tenant.endpoint] : [], async () => {
    const { singleSignOnEnabled } = await client.signInExperience.get();
    return singleSignOnEnabled;
  });
  // A key that no resource declares is read only if the state says that it expires soon.
  const expiring = managed.filter(({ signingCertificate = "" }) =>
    certificatesIn(signingCertificate).some(({ validTo }) =>
      expiresSoon(Date.parse(validTo), now, expiryDays),
    ),
  );
  const parts = others.filter(isPart).filter((part) => !missing.has(ownerIdOf(part)) && !isPending(part.id));
  const idsOf = (kind: PartKind) => [
    ...parts.filter((part) => part.kind === kind).map(askedIdOf),
    ...(kind === "samlSigningKey" ? expiring.map(({ id }) => id).filter((id) => !missing.has(id)) : []),
  ];
  const answers = new Map<PartKind, Answers>();
  for (const kind of partKinds)
    answers.set(
      kind,
      each(new Set(idsOf(kind)), (id) => partRules[kind].read(client, id)),
    );
  await mapInParallel(reads, (read) => read());
  const enabled = switches.get(tenant.endpoint);
  return withKeys({ enabled, answers, requests: client.requests - requestsBefore });
}
