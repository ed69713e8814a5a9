/** Many reads by one list. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../connector/row";
import { type ConnectorList, type ReadableList, rowNamed } from "./connectorList";

/** Reads that begin within this time of the first are reads of one moment. */
const gatherMs = 10;
/** A list is good for the reads of one operation, of which 5,000 take the engine about a quarter of a minute. */
const goodMs = 60_000;
/**
 * How long a read waits for a list that is on its way, from its beginning. Whoever still waits at one of these points
 * goes on by a GET: Logto contacts every identity provider of the tenant for a list, so that many rows, or one
 * identity provider that is down (3.5 s) or hangs (for ever), hold it up. The gaps widen because the engine asks for
 * some at a time: after each gap that brings new reads, there are likely more to come, for which a list is worth more.
 */
const checkpointsMs = [1000, 3000, 5000];

/** How old a row may be, and how long a read may take. */
export interface ReadLimits {
  /** Default: that of a list which is good for the reads of one operation. */
  readonly maxAgeMs?: number;
  /** Default: as long as any request. */
  readonly withinMs?: number;
}

interface Source {
  /** Settles when requests can be made: reads that come until then are of one moment. */
  ready(): Promise<unknown>;
  get(id: string, timeoutMs?: number): Promise<Row | undefined>;
  list(): ConnectorList;
}

/**
 * Reads of rows by ID, as many as there are of them: the reads of a moment share one list, and the next ones use it as
 * well; a single read is a GET. What the list does not hold, or does not hold any more, is a GET too.
 */
export class SharedReads {
  #list: List | undefined;
  #moment: Promise<List | undefined> | undefined;
  /** Since the last list. */
  #reads = 0;
  readonly #written = new Set<string>();

  constructor(private readonly source: Source) {}

  /** `undefined` where there is no such row: never on the word of a list alone, for it means to create it anew. */
  async read(id: string, { maxAgeMs = goodMs, withinMs }: ReadLimits = {}): Promise<Row | undefined> {
    const begun = Date.now();
    const list = await this.#join(maxAgeMs);
    const row = (await list?.inTime(withinMs))?.get(id);
    if (row !== undefined && !this.#written.has(id)) return row;
    return this.source.get(id, withinMs && withinMs - (Date.now() - begun));
  }

  /**
   * A row by its name, which is known to be taken: a list that was asked for before it was taken does not do.
   *
   * @throws LogtoError where it may be one of those that can't be read
   */
  async find(connectorName: string): Promise<Row | undefined> {
    if (this.#list?.isGood()) {
      const { rows } = await this.#list.readable().catch(() => ({ rows: [] }));
      const known = rowNamed(connectorName, { rows, unreadable: 0 });
      const row = known && (await this.source.get(known.id));
      if (row?.connectorName === connectorName) return row;
    }
    this.#list = new List(this.source.list());
    return rowNamed(connectorName, await this.#list.readable());
  }

  /** Every row that can be read, by a list that is good yet or a new one. */
  async all(): Promise<ReadableList> {
    this.#list = this.#list?.isGood() ? this.#list : new List(this.source.list());
    return this.#list.readable();
  }

  /** Called before a row is written to: what a list says of it is out of date. */
  forget(id: string): void {
    this.#written.add(id);
  }

  /** The list to read from, `undefined` for a read that is the only one so far. */
  #join(maxAgeMs: number): Promise<List | undefined> {
    if (this.#list?.isGood(maxAgeMs)) return Promise.resolve(this.#list);
    this.#reads++;
    this.#moment ??= this.#gather();
    return this.#moment;
  }

  async #gather(): Promise<List | undefined> {
    try {
      await Promise.all([this.source.ready(), sleep(gatherMs)]);
    } finally {
      this.#moment = undefined;
    }
    if (this.#reads === 1) return undefined;
    this.#reads = 0;
    this.#list = new List(this.source.list());
    return this.#list;
  }
}

class List {
  /** By ID, as soon as they are there. */
  #rows: ReadonlyMap<string, Row> | undefined;
  readonly #arrival: Promise<unknown>;

  constructor(private readonly list: ConnectorList) {
    this.#arrival = list.whole.then(
      (rows) => {
        this.#keep(rows);
      },
      () => undefined,
    );
  }

  isGood(maxAgeMs = goodMs): boolean {
    return this.list.ageMs < maxAgeMs;
  }

  async readable(): Promise<ReadableList> {
    const list = await this.list.readable();
    this.#keep(list.rows);
    return list;
  }

  /** `undefined` where the rows are not there in time or can't be had: each can be asked for by itself. */
  async inTime(withinMs = Infinity): Promise<ReadonlyMap<string, Row> | undefined> {
    if (this.#rows === undefined) {
      const { ageMs } = this.list;
      const wait = (checkpointsMs.find((ms) => ms > ageMs) ?? ageMs) - ageMs;
      // A read with a deadline of its own keeps half of it for its GET.
      await Promise.race([this.#arrival, sleep(Math.min(wait, withinMs / 2), undefined, { ref: false })]);
    }
    return this.#rows;
  }

  #keep(rows: readonly Row[]): void {
    this.#rows ??= new Map(rows.map((row) => [row.id, row]));
  }
}
