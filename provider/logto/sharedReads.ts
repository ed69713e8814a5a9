/** Many reads of connectors, served by one list. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiConnector } from "../connector/apiConnector";
import { type ConnectorList, findByName, type ReadableList } from "./connectorList";

/** Reads that begin within this time of the first form one batch. */
const batchMs = 10;
/** How long a list serves reads: one operation, which takes the engine about a quarter of a minute for 5,000 of them. */
const freshMs = 60_000;
/**
 * How long a read waits for a list that is on its way, from the beginning of the list. A read that still waits at one of
 * these points falls back to a GET: Logto contacts every identity provider of the tenant for a list, so that many rows, or
 * one identity provider that is down (3.5 s) or hangs (forever), delay it. The gaps widen because the engine issues a
 * few reads at a time: after each gap that brings new reads, there are likely more to come, for which a list is worth more.
 */
const checkpointsMs = [1000, 3000, 5000];

/** How old a row may be, and how long a read may take. */
export interface ReadLimits {
  /** Default: the time for which a list serves reads. */
  readonly maxAgeMs?: number;
  /** Default: `logto:timeoutSeconds`. */
  readonly withinMs?: number;
}

interface Source {
  /** Resolves when requests can be made: reads that begin until then belong to one batch. */
  ready(): Promise<unknown>;
  get(id: string, timeoutMs?: number): Promise<ApiConnector | undefined>;
  list(): ConnectorList;
}

/**
 * Reads rows by ID: the reads of a batch share one list, and the following ones use it as well; a single read is a GET. A
 * row that is not in the list, or was written since, is a GET too.
 */
export class SharedReads {
  #list: ConnectorList | undefined;
  #batch: Promise<ConnectorList | undefined> | undefined;
  /** Number of reads since the last list. */
  #reads = 0;
  readonly #written = new Set<string>();

  constructor(private readonly source: Source) {}

  /** Reads a row; `undefined` where it does not exist, never by the list alone: the engine would create it again. */
  async read(
    id: string,
    { maxAgeMs = freshMs, withinMs }: ReadLimits = {},
  ): Promise<ApiConnector | undefined> {
    const begun = Date.now();
    const list = await this.#join(maxAgeMs);
    const row = list && (await rowsInTime(list, withinMs))?.get(id);
    if (row !== undefined && !this.#written.has(id)) return row;
    return this.source.get(id, withinMs && withinMs - (Date.now() - begun));
  }

  /**
   * Finds a row by a name that is known to be taken: a list from before it was taken does not suffice.
   *
   * @throws LogtoError where the row may be one of those that can't be read
   */
  async find(connectorName: string): Promise<ApiConnector | undefined> {
    if (this.#list && isFresh(this.#list)) {
      const { rows } = await this.#list.readable().catch(() => ({ rows: [] }));
      const known = findByName(connectorName, { rows, unreadable: 0 });
      const row = known && (await this.source.get(known.id));
      if (row?.connectorName === connectorName) return row;
    }
    this.#list = this.source.list();
    return findByName(connectorName, await this.#list.readable());
  }

  /** Lists every row that can be read, from a fresh list or a new one. */
  async all(): Promise<ReadableList> {
    this.#list = this.#list && isFresh(this.#list) ? this.#list : this.source.list();
    return this.#list.readable();
  }

  /** Must be called before a row is written: the list's copy of it becomes stale. */
  forget(id: string): void {
    this.#written.add(id);
  }

  /** Returns the list to read from, `undefined` for a read that is the only one so far. */
  #join(maxAgeMs: number): Promise<ConnectorList | undefined> {
    if (this.#list && isFresh(this.#list, maxAgeMs)) return Promise.resolve(this.#list);
    this.#reads++;
    this.#batch ??= this.#collect();
    return this.#batch;
  }

  async #collect(): Promise<ConnectorList | undefined> {
    try {
      await Promise.all([this.source.ready(), sleep(batchMs)]);
    } finally {
      this.#batch = undefined;
    }
    if (this.#reads === 1) return undefined;
    this.#reads = 0;
    this.#list = this.source.list();
    return this.#list;
  }
}

function isFresh(list: ConnectorList, maxAgeMs = freshMs): boolean {
  return list.ageMs < maxAgeMs;
}

/** Returns `undefined` where the rows do not arrive in time or can't be read: each can be read by itself. */
async function rowsInTime(
  list: ConnectorList,
  withinMs = Infinity,
): Promise<ReadonlyMap<string, ApiConnector> | undefined> {
  if (list.rows === undefined) {
    const { ageMs } = list;
    const waitMs = (checkpointsMs.find((ms) => ms > ageMs) ?? ageMs) - ageMs;
    // A read with a time limit keeps half of it for its GET.
    await Promise.race([list.arrival, sleep(Math.min(waitMs, withinMs / 2), undefined, { ref: false })]);
  }
  return list.rows;
}
