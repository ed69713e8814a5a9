/** Reads of connectors that share lists. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiConnector } from "../connector/apiConnector";
import { type ConnectorList, findByName, type ReadableList } from "./connectorList";

/** Reads that begin within this time of the first form one batch. */
const batchMs = 10;
/** How long a list serves reads: one operation, which takes the engine about a quarter of a minute for 5,000 of them. */
const freshMs = 60_000;
/**
 * How long a read waits for a list that is on its way, from the beginning of the list. A read that still waits at one of
 * these points falls back to a GET: Logto contacts every identity provider of the tenant for a list, so that many connectors, or
 * one identity provider that is down (3.5 s) or hangs (forever), delay it. The gaps widen because the engine issues a
 * few reads at a time: after each gap that brings new reads, there are likely more to come, for which a list is worth more.
 */
const checkpointsMs = [1000, 3000, 5000];

/** Limits of a read: the age of what it returns, and its duration, in milliseconds. */
export interface ReadLimits {
  /** Default: 60,000, for which a list serves reads. With 0, nothing that is older than the read is returned. */
  readonly maxAgeMs?: number;
  /** Default: `logto:timeoutSeconds`. */
  readonly withinMs?: number;
}

interface ReadSource {
  /** Resolves when requests can be made: reads that begin until then belong to one batch. */
  ready(): Promise<unknown>;
  get(id: string, timeoutMs?: number): Promise<ApiConnector | undefined>;
  list(): ConnectorList;
}

/** A list, and the number of writes that preceded it. */
interface Snapshot {
  readonly list: ConnectorList;
  readonly writes: number;
}

/** The reads that begin within a moment. */
interface Batch {
  /** The number of GETs that a list would save. */
  gets: number;
  /** Resolves with a list that is begun after all of them; `undefined` if there is nothing but a single GET. */
  readonly snapshot: Promise<Snapshot | undefined>;
}

/**
 * Serves many reads by one list: those of a batch, and the following ones. A read gets a connector from an older list only if
 * this process has not written the connector since. Only Logto says that a connector does not exist.
 */
export class SharedReads {
  #latest: Snapshot | undefined;
  #batch: Batch | undefined;
  /** Whether a read was a single GET since the last list: a second one makes a list worth while. */
  #hasSingleRead = false;
  #writes = 0;
  /** The number of the last write of each connector, by its ID and by its name. */
  readonly #lastWrites = new Map<string, number>();

  constructor(private readonly source: ReadSource) {}

  /** Reads a connector; `undefined` where it does not exist, never by the list alone: the engine would create it again. */
  async read(
    id: string,
    { maxAgeMs = freshMs, withinMs }: ReadLimits = {},
  ): Promise<ApiConnector | undefined> {
    const begun = Date.now();
    const snapshot = this.#latestWithin(maxAgeMs) ?? (await this.#joinBatch(this.#countGets(maxAgeMs)));
    const listed =
      snapshot && this.#unlessWritten(snapshot, (await byIdInTime(snapshot.list, withinMs))?.get(id));
    return listed ?? this.source.get(id, withinMs && withinMs - (Date.now() - begun));
  }

  /** Finds a connector by its name in the last list: `undefined` says nothing of whether there is one. */
  async findListed(
    connectorName: string,
    { maxAgeMs = freshMs }: ReadLimits = {},
  ): Promise<ApiConnector | undefined> {
    const snapshot = this.#latestWithin(maxAgeMs);
    return snapshot && this.#unlessWritten(snapshot, await connectorOfName(snapshot, connectorName));
  }

  /**
   * Finds a connector by a name that is known to be taken: a list from before it was taken does not suffice.
   *
   * @throws LogtoError where the connector may be one of those that can't be read
   */
  async findTaken(connectorName: string): Promise<ApiConnector | undefined> {
    const snapshot = this.#latestWithin(freshMs);
    const listed = snapshot && (await connectorOfName(snapshot, connectorName));
    const connector = listed && (await this.source.get(listed.id));
    return connector?.connectorName === connectorName
      ? connector
      : findByName(connectorName, await this.list());
  }

  /** Lists every connector that can be read. Lists that are asked for within a moment are one; an older one is not used. */
  async list(): Promise<ReadableList> {
    const snapshot = await this.#joinBatch(Infinity);
    return (snapshot ?? this.#beginList()).list.readable();
  }

  /** Makes a write. From then on, the connector is not taken from a list that was begun before the end of the write. */
  async write<Result>(
    { id, connectorName }: { readonly id?: string; readonly connectorName?: string | undefined },
    send: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await send();
    } finally {
      this.#writes++;
      for (const key of [id, connectorName]) if (key !== undefined) this.#lastWrites.set(key, this.#writes);
    }
  }

  /** The last list, unless it is too old. */
  #latestWithin(maxAgeMs: number): Snapshot | undefined {
    return this.#latest && this.#latest.list.ageMs < maxAgeMs ? this.#latest : undefined;
  }

  #unlessWritten({ writes }: Snapshot, connector: ApiConnector | undefined): ApiConnector | undefined {
    if (connector === undefined) return undefined;
    const isWritten = (key: string) => (this.#lastWrites.get(key) ?? 0) > writes;
    return isWritten(connector.id) || isWritten(connector.connectorName) ? undefined : connector;
  }

  #joinBatch(gets: number): Promise<Snapshot | undefined> {
    this.#batch ??= this.#beginBatch();
    this.#batch.gets += gets;
    return this.#batch.snapshot;
  }

  #beginBatch(): Batch {
    const ready = Promise.all([this.source.ready(), sleep(batchMs)]).finally(() => {
      this.#batch = undefined;
    });
    const batch: Batch = {
      gets: 0,
      snapshot: ready.then(() => (batch.gets > 1 ? this.#beginList() : undefined)),
    };
    return batch;
  }

  #beginList(): Snapshot {
    this.#hasSingleRead = false;
    this.#latest = { list: this.source.list(), writes: this.#writes };
    return this.#latest;
  }

  /** Counts the second read that an older list could have served as two, since there are likely more to come. */
  #countGets(maxAgeMs: number): number {
    if (maxAgeMs === 0) return 1;
    const gets = this.#hasSingleRead ? 2 : 1;
    this.#hasSingleRead = true;
    return gets;
  }
}

async function connectorOfName({ list }: Snapshot, connectorName: string): Promise<ApiConnector | undefined> {
  const readable = await list.readable().catch(() => undefined);
  return readable?.connectors.find((connector) => connector.connectorName === connectorName);
}

/**
 * Returns the connectors of a list by ID; `undefined` where they do not arrive in time or can't be read: each can be read by
 * itself.
 */
async function byIdInTime(
  list: ConnectorList,
  withinMs = Infinity,
): Promise<ReadonlyMap<string, ApiConnector> | undefined> {
  if (list.byId === undefined) {
    const { ageMs } = list;
    const waitMs = (checkpointsMs.find((ms) => ms > ageMs) ?? ageMs) - ageMs;
    // A read with a time limit keeps half of it for its GET.
    await Promise.race([list.arrival, sleep(Math.min(waitMs, withinMs / 2), undefined, { ref: false })]);
  }
  return list.byId;
}
