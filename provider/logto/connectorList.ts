/**
 * The list of a tenant's connectors. Logto contacts the identity provider of each row that it returns, without a timeout
 * (measured), so that one that hangs blocks the whole list. For a page it contacts only those of its rows.
 */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiConnector } from "../connector/apiConnector";
import { quote } from "../untrustedText";
import { LogtoError } from "./errors";
import { mapInParallel, maxParallel } from "./parallel";

export const connectorsPath = "/api/sso-connectors";

/** The part of a list that can be read. */
export interface ReadableList {
  readonly rows: ApiConnector[];
  /** How many connectors are missing: those whose identity provider hangs. */
  readonly unreadable: number;
}

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Where the rows come from. */
export interface ListSource {
  /** How long reading the list may take. */
  readonly timeoutMs: number;
  readonly list: (signal: AbortSignal) => Promise<ApiConnector[]>;
  /** @param number from 1 */
  readonly page: (number: number, size: number, limits: Limits) => Promise<Page>;
}

export interface Page {
  readonly rows: ApiConnector[];
  /** Number of rows on all pages. */
  readonly total: number;
}

/** Shares of the timeout: before pages are tried, for a page, and for each of the last pages, which have one row. */
const shares = { list: 1 / 3, page: 1 / 15, row: 1 / 5 };

/** One list, requested when it is constructed. */
export class ConnectorList {
  readonly #begun = Date.now();
  readonly #done = new AbortController();
  readonly #whole: Promise<ApiConnector[]>;
  #readable: Promise<ReadableList> | undefined;
  /** The rows by ID, as soon as they have arrived. */
  rows: ReadonlyMap<string, ApiConnector> | undefined;
  /** Resolves when the whole list has arrived or failed, as it does where one identity provider hangs. */
  readonly arrival: Promise<void>;

  constructor(private readonly source: ListSource) {
    // Every request under way listens, more than the ten from which on Node.js warns of a leak.
    setMaxListeners(0, this.#done.signal);
    this.#whole = source.list(this.#done.signal);
    this.arrival = this.#whole.then(this.#keep, () => undefined);
  }

  get ageMs(): number {
    return Date.now() - this.#begun;
  }

  /** Resolves with the whole list if it arrives in time, else with what pages return. */
  async readable(): Promise<ReadableList> {
    const list = await (this.#readable ??= this.#read());
    this.#keep(list.rows);
    return list;
  }

  readonly #keep = (rows: readonly ApiConnector[]): void => {
    this.rows ??= new Map(rows.map((row) => [row.id, row]));
  };

  async #read(): Promise<ReadableList> {
    const { signal } = this.#done;
    const patienceMs = this.source.timeoutMs * shares.list - this.ageMs;
    let failure: unknown;
    const whole = this.#whole.then(
      (rows) => ({ rows, unreadable: 0 }),
      (error: unknown) => {
        if (!mayBeOneRow(error)) throw error;
        failure = error;
        return undefined;
      },
    );
    try {
      const inTime = await Promise.race([whole, sleep(Math.max(0, patienceMs), undefined, { signal })]);
      if (inTime !== undefined) return inTime;
      // Where pages fail as well, it was not one row: the failure of the list is what counts.
      const pages = this.#pages().catch((error: unknown) => {
        throw failure ?? error;
      });
      // The list may still arrive.
      return await Promise.race([whole.then((list) => list ?? pages), pages]);
    } finally {
      this.#done.abort();
    }
  }

  /** Reads pages of 100, those that fail in pages of 10, and those row by row; small tenants begin with smaller pages. */
  async #pages(): Promise<ReadableList> {
    const { timeoutMs, page } = this.source;
    const { signal } = this.#done;
    const rows = new Map<string, ApiConnector>();
    const totals: number[] = [];
    let received = 0;
    const remainingMs = () => timeoutMs - this.ageMs;
    const read = async (number: number, size: number, share: number) => {
      const limits = { timeoutMs: Math.min(timeoutMs * share, remainingMs()), signal };
      const response = await page(number, size, limits);
      for (const row of response.rows) rows.set(row.id, row);
      received += response.rows.length;
      totals.push(response.total);
      return response.total;
    };

    // A page beyond the last row, for which Logto contacts no identity provider.
    const total = await read(1_000_000, 100, shares.list);
    const sizes = total <= maxParallel ? [1] : total <= 100 ? [10, 1] : [100, 10, 1];
    let unread = [{ start: 0, end: total }];
    for (const size of sizes) {
      const share = size === 1 ? shares.row : shares.page;
      const pages = unread.flatMap((range) => pagesOf(range, size));
      const failed = await mapInParallel(pages, async (range) => {
        if (remainingMs() <= 0 || signal.aborted) return [range];
        return read(range.start / size + 1, size, share).then(
          () => [],
          (error: unknown) => {
            if (mayBeOneRow(error)) return [range];
            throw error;
          },
        );
      });
      unread = failed.flat();
    }
    // Pages have no order (Logto's code): a row that is written meanwhile moves behind the others, so that it is seen twice
    // and another one not at all; a deleted row has the same effect.
    const skipped = received - rows.size + Math.max(...totals) - Math.min(...totals);
    return { rows: [...rows.values()], unreadable: unread.length + skipped };
  }
}

/** Rows of the tenant by their position. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function pagesOf({ start, end }: Range, size: number): Range[] {
  return Array.from({ length: Math.ceil((end - start) / size) }, (_, index) => {
    const first = start + index * size;
    return { start: first, end: Math.min(first + size, end) };
  });
}

/** Whether a request may succeed without one of its rows: not where Logto rejects it or can't be reached. */
function mayBeOneRow(error: unknown): boolean {
  if (!(error instanceof LogtoError)) return false;
  return error.code === "timeout" || error.code === "too-large" || (error.status ?? 0) >= 500;
}

/**
 * Returns the connector with a name, which is unique in a tenant and case-sensitive; `undefined` where there surely is none.
 *
 * @throws LogtoError where that is not known
 */
export function findByName(
  connectorName: string,
  { rows, unreadable }: ReadableList,
): ApiConnector | undefined {
  const row = rows.find((one) => one.connectorName === connectorName);
  if (row !== undefined || unreadable === 0) return row;
  throw new LogtoError(
    { method: "GET", path: connectorsPath },
    {
      code: "incomplete-list",
      message:
        `GET ${connectorsPath} did not show whether a connector ${quote(connectorName)} exists: ${unreadable} of the tenant's ` +
        "connectors can't be read, because Logto waits without a timeout for an identity provider that does not respond. " +
        "Restore that identity provider, or delete its connector.",
    },
  );
}
