/**
 * The list of a tenant's connectors. Logto contacts the identity provider of each row that it gives, without a deadline of
 * its own (measured), so that one that hangs holds the whole list up for ever. A page contacts only those of its rows.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../connector/row";
import { quote } from "../untrustedText";
import { LogtoError } from "./errors";

export const connectorsPath = "/api/sso-connectors";

/** A list as far as it can be read. */
export interface ReadableList {
  readonly rows: Row[];
  /** How many connectors are missing: those whose identity provider hangs. */
  readonly unreadable: number;
}

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Where the rows come from. */
export interface ListSource {
  /** How long the whole may take. */
  readonly timeoutMs: number;
  readonly list: (signal: AbortSignal) => Promise<Row[]>;
  /** @param number from 1 */
  readonly page: (number: number, size: number, limits: Limits) => Promise<Page>;
}

interface Page {
  readonly rows: Row[];
  /** How many rows all pages have together. */
  readonly total: number;
}

/** In deadlines: before pages are tried, and for a page; the last ones, of one row each, are given longer. */
const shares = { list: 1 / 3, page: 1 / 15, row: 1 / 5 };
/** Pages that are read at a time: most of the connections, since those that hang take some of them. */
const atATime = 12;

/** One list, asked for when it is made. */
export class ConnectorList {
  readonly #begun = Date.now();
  readonly #done = new AbortController();
  #readable: Promise<ReadableList> | undefined;
  /** All rows; rejects where one identity provider hangs. */
  readonly whole: Promise<Row[]>;

  constructor(private readonly source: ListSource) {
    this.whole = source.list(this.#done.signal);
    this.whole.catch(() => undefined);
  }

  get ageMs(): number {
    return Date.now() - this.#begun;
  }

  /** The whole list where it comes in time, else what pages give. */
  readable(): Promise<ReadableList> {
    return (this.#readable ??= this.#read());
  }

  async #read(): Promise<ReadableList> {
    const { signal } = this.#done;
    const patienceMs = this.source.timeoutMs * shares.list - this.ageMs;
    let failure: unknown;
    const whole = this.whole.then(
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
      // Where pages can't be had either, it was not one row: what was asked for is what failed.
      const pages = this.#pages().catch((error: unknown) => {
        throw failure ?? error;
      });
      // It may come yet.
      return await Promise.race([whole.then((list) => list ?? pages), pages]);
    } finally {
      this.#done.abort();
    }
  }

  /** Pages of 100, those that are not answered in pages of 10, and those row by row; small tenants begin further on. */
  async #pages(): Promise<ReadableList> {
    const { timeoutMs, page } = this.source;
    const { signal } = this.#done;
    const rows = new Map<string, Row>();
    const totals: number[] = [];
    let given = 0;
    const leftMs = () => timeoutMs - this.ageMs;
    const read = async (number: number, size: number, share: number) => {
      const limits = { timeoutMs: Math.min(timeoutMs * share, leftMs()), signal };
      const answer = await page(number, size, limits);
      for (const row of answer.rows) rows.set(row.id, row);
      given += answer.rows.length;
      totals.push(answer.total);
      return answer.total;
    };

    // Beyond the last row: no identity provider is contacted for it.
    const total = await read(1_000_000, 100, shares.list);
    const sizes = total <= atATime ? [1] : total <= 100 ? [10, 1] : [100, 10, 1];
    let unread = [{ start: 0, end: total }];
    for (const size of sizes) {
      const share = size === 1 ? shares.row : shares.page;
      const pages = unread.flatMap((range) => pagesOf(range, size));
      unread = await failing(pages, async ({ start }) => {
        if (leftMs() <= 0 || signal.aborted) return false;
        return read(start / size + 1, size, share).then(
          () => true,
          (error: unknown) => {
            if (mayBeOneRow(error)) return false;
            throw error;
          },
        );
      });
    }
    // Pages have no order (Logto's code): a row that is written to meanwhile moves behind the others, which then is seen
    // twice, and another one not at all; so it is where one is deleted.
    const skipped = given - rows.size + Math.max(...totals) - Math.min(...totals);
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

/** Those of the pages that are not answered, for what may be the fault of one row. */
async function failing(pages: readonly Range[], isRead: (page: Range) => Promise<boolean>): Promise<Range[]> {
  const failed: Range[] = [];
  const queue = pages.values();
  const work = async () => {
    for (const page of queue) if (!(await isRead(page))) failed.push(page);
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return failed;
}

/** Whether the same can be asked for without the row that it is the fault of: not where nothing can be had of Logto. */
function mayBeOneRow(error: unknown): boolean {
  if (!(error instanceof LogtoError)) return false;
  return error.code === "timeout" || error.code === "too-large" || (error.status ?? 0) >= 500;
}

/**
 * The row of this name, which is unique in a tenant, by exact case; `undefined` where there surely is none.
 *
 * @throws LogtoError where that is not known
 */
export function rowNamed(connectorName: string, { rows, unreadable }: ReadableList): Row | undefined {
  const row = rows.find((one) => one.connectorName === connectorName);
  if (row !== undefined || unreadable === 0) return row;
  throw new LogtoError(
    { method: "GET", path: connectorsPath },
    {
      code: "incomplete-list",
      message:
        `GET ${connectorsPath} does not say whether there is a connector ${quote(connectorName)}: ${unreadable} of the ` +
        "tenant's connectors can't be read, because Logto waits without end for an identity provider that does not answer. " +
        "Bring it back, or delete its connector.",
    },
  );
}
