/** Many reads by one list. */
import { setTimeout as sleep } from "node:timers/promises";
import { bareRow, type Row } from "../connector/row";

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

interface Source {
  /** Settles when requests can be made: reads that come until then are of one moment. */
  ready(): Promise<unknown>;
  get(id: string): Promise<Row | undefined>;
  list(): Promise<Row[]>;
}

/**
 * Reads of rows by ID, as many as there are of them: the reads of a moment share one list, and the next ones use it as
 * well; a single read is a GET. What the list does not hold, or does not hold any more, is a GET too.
 */
export class SharedReads {
  #list: List | undefined;
  #moment: Promise<List | undefined> | undefined;
  #reads = 0;
  readonly #written = new Set<string>();

  constructor(private readonly source: Source) {}

  /** `undefined` where there is no such row: never on the word of a list alone, for it means to create it anew. */
  async read(id: string): Promise<Row | undefined> {
    const list = await this.#join();
    const row = (await list?.inTime())?.get(id);
    return row === undefined || this.#written.has(id) ? this.source.get(id) : row;
  }

  /** A row by its name, which is known to be taken: a list that was asked for before it was taken does not do. */
  async find(connectorName: string): Promise<Row | undefined> {
    if (this.#list?.isGood()) {
      const known = named(connectorName, await this.#list.rows.catch(() => undefined));
      const row = known && (await this.source.get(known.id));
      if (row?.connectorName === connectorName) return row;
    }
    this.#list = new List(this.source.list());
    return named(connectorName, await this.#list.rows);
  }

  /** Every row, by a list that is good yet or a new one. */
  async all(): Promise<Row[]> {
    this.#list = this.#list?.isGood() ? this.#list : new List(this.source.list());
    return [...(await this.#list.rows).values()];
  }

  /** Called before a row is written to: what a list says of it is out of date. */
  forget(id: string): void {
    this.#written.add(id);
  }

  /** The list to read from, `undefined` for a read that is the only one so far. */
  #join(): Promise<List | undefined> {
    if (this.#list?.isGood()) return Promise.resolve(this.#list);
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
    this.#list = new List(this.source.list());
    return this.#list;
  }
}

class List {
  readonly #begun = Date.now();
  /** By ID; rejects with what the list failed with. */
  readonly rows: Promise<ReadonlyMap<string, Row>>;
  #arrived: ReadonlyMap<string, Row> | undefined;

  constructor(rows: Promise<Row[]>) {
    this.rows = rows.then((all) => {
      this.#arrived = new Map(all.map((row) => [row.id, bareRow(row)]));
      return this.#arrived;
    });
    this.rows.catch(() => undefined);
  }

  isGood(): boolean {
    return Date.now() - this.#begun < goodMs;
  }

  /** `undefined` where the rows are not there in time or can't be had: each can be asked for by itself. */
  async inTime(): Promise<ReadonlyMap<string, Row> | undefined> {
    if (this.#arrived !== undefined) return this.#arrived;
    const elapsed = Date.now() - this.#begun;
    const wait = (checkpointsMs.find((ms) => ms > elapsed) ?? elapsed) - elapsed;
    return Promise.race([this.rows.catch(() => undefined), sleep(wait, undefined, { ref: false })]);
  }
}

function named(connectorName: string, rows: ReadonlyMap<string, Row> = new Map()): Row | undefined {
  return [...rows.values()].find((row) => row.connectorName === connectorName);
}
