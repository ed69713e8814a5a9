/** Reads of objects of one kind that share lists. */
import { setTimeout as sleep } from "node:timers/promises";

/** Reads that begin within this time of the first form one batch. */
const batchMs = 10;
/** How long a list serves reads: one operation, which takes the engine about a quarter of a minute for 5,000 of them. */
export const freshMs = 60_000;
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

/** An object in Logto. */
interface Item {
  readonly id: string;
}

/** One list, requested when it is made. */
export interface SharedList<I extends Item> {
  readonly ageMs: number;
  /** The objects by ID, as soon as they have arrived. */
  readonly byId: ReadonlyMap<string, I> | undefined;
  /** Resolves when the list has arrived or failed. */
  readonly arrival: Promise<void>;
}

export interface ReadSource<I extends Item, List extends SharedList<I>> {
  /** Resolves when requests can be made: reads that begin until then belong to one batch. */
  ready(): Promise<unknown>;
  get(id: string, timeoutMs?: number): Promise<I | undefined>;
  list(): List;
  /** What an object is known by, besides its ID. */
  nameOf?(item: I): string;
}

/** A list, and the number of writes that preceded it. */
export interface Snapshot<List> {
  readonly list: List;
  readonly writes: number;
}

/** The reads that begin within a moment. */
interface Batch<List> {
  /** The number of GETs that a list would save. */
  gets: number;
  /** Resolves with a list that is begun after all of them; `undefined` if there is nothing but a single GET. */
  readonly snapshot: Promise<Snapshot<List> | undefined>;
}

/**
 * Serves many reads by one list: those of a batch, and the following ones. A read gets an object from an older list only if this
 * process has not written the object since. Only Logto says that an object does not exist.
 */
export class SharedReads<I extends Item, List extends SharedList<I>> {
  #latest: Snapshot<List> | undefined;
  #batch: Batch<List> | undefined;
  /** Whether a read was a single GET since the last list: a second one makes a list worth while. */
  #hasSingleRead = false;
  #writes = 0;
  /** The number of the last write of each object, by its ID and by its name. */
  readonly #lastWrites = new Map<string, number>();

  constructor(protected readonly source: ReadSource<I, List>) {}

  /** Reads an object; `undefined` where it does not exist, never by the list alone: the engine would create it again. */
  async read(id: string, { maxAgeMs = freshMs, withinMs }: ReadLimits = {}): Promise<I | undefined> {
    const begun = Date.now();
    const snapshot = this.latestWithin(maxAgeMs) ?? (await this.#joinBatch(this.#countGets(maxAgeMs)));
    const listed =
      snapshot && this.unlessWritten(snapshot, (await byIdInTime(snapshot.list, withinMs))?.get(id));
    return listed ?? this.source.get(id, withinMs && withinMs - (Date.now() - begun));
  }

  /** Returns the list that is begun by all who ask for one within a moment, and by nobody before. */
  async newList(): Promise<List> {
    return ((await this.#joinBatch(Infinity)) ?? this.#beginList()).list;
  }

  /**
   * Makes a write. From then on, the object is not taken from a list that was begun before the end of the write.
   *
   * @param keys the ID and the name of the object, as far as the write concerns them
   */
  async write<Result>(keys: readonly (string | undefined)[], send: () => Promise<Result>): Promise<Result> {
    try {
      return await send();
    } finally {
      this.#writes++;
      for (const key of keys) if (key !== undefined) this.#lastWrites.set(key, this.#writes);
    }
  }

  /** The last list, unless it is too old. */
  protected latestWithin(maxAgeMs: number): Snapshot<List> | undefined {
    return this.#latest && this.#latest.list.ageMs < maxAgeMs ? this.#latest : undefined;
  }

  protected unlessWritten({ writes }: Snapshot<List>, item: I | undefined): I | undefined {
    if (item === undefined) return undefined;
    const isWritten = (key: string | undefined) =>
      key !== undefined && (this.#lastWrites.get(key) ?? 0) > writes;
    return isWritten(item.id) || isWritten(this.source.nameOf?.(item)) ? undefined : item;
  }

  #joinBatch(gets: number): Promise<Snapshot<List> | undefined> {
    this.#batch ??= this.#beginBatch();
    this.#batch.gets += gets;
    return this.#batch.snapshot;
  }

  #beginBatch(): Batch<List> {
    const ready = Promise.all([this.source.ready(), sleep(batchMs)]).finally(() => {
      this.#batch = undefined;
    });
    const batch: Batch<List> = {
      gets: 0,
      snapshot: ready.then(() => (batch.gets > 1 ? this.#beginList() : undefined)),
    };
    return batch;
  }

  #beginList(): Snapshot<List> {
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

/**
 * Returns the objects of a list by ID; `undefined` where they do not arrive in time or can't be read: each can be read by
 * itself.
 */
async function byIdInTime<I extends Item>(
  list: SharedList<I>,
  withinMs = Infinity,
): Promise<ReadonlyMap<string, I> | undefined> {
  if (list.byId === undefined) {
    const { ageMs } = list;
    const waitMs = (checkpointsMs.find((ms) => ms > ageMs) ?? ageMs) - ageMs;
    // A read with a time limit keeps half of it for its GET.
    await Promise.race([list.arrival, sleep(Math.min(waitMs, withinMs / 2), undefined, { ref: false })]);
  }
  return list.byId;
}
