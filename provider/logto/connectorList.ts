/**
 * The list of a tenant's connectors. Logto contacts the identity provider of each connector that it returns, without a timeout
 * (Logto: routes/sso-connector/index.ts), so that one that hangs blocks the whole list. For a page it contacts only those of
 * the page.
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
  readonly connectors: ApiConnector[];
  /** How many connectors are missing: those whose identity provider hangs. */
  readonly unreadable: number;
}

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The requests that a list is read with. */
export interface ListSource {
  /** How long reading the list may take. */
  readonly timeoutMs: number;
  readonly list: (signal: AbortSignal) => Promise<ApiConnector[]>;
  /** @param number the number of the page, from 1 */
  readonly page: (number: number, size: number, limits: Limits) => Promise<Page>;
}

/** A page of a list. */
export interface Page {
  readonly connectors: ApiConnector[];
  /** The number of connectors on all pages. */
  readonly total: number;
}

/** Shares of the timeout: before pages are tried, for a page, and for each of the last pages, which have one connector. */
const shares = { list: 1 / 3, page: 1 / 15, single: 1 / 5 };

/** One list, requested when it is constructed. */
export class ConnectorList {
  readonly #begun = Date.now();
  readonly #done = new AbortController();
  readonly #whole: Promise<ApiConnector[]>;
  #readable: Promise<ReadableList> | undefined;
  /** The connectors by ID, as soon as they have arrived. */
  byId: ReadonlyMap<string, ApiConnector> | undefined;
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
    this.#keep(list.connectors);
    return list;
  }

  readonly #keep = (connectors: readonly ApiConnector[]): void => {
    this.byId ??= new Map(connectors.map((connector) => [connector.id, connector]));
  };

  async #read(): Promise<ReadableList> {
    const { signal } = this.#done;
    const patienceMs = this.source.timeoutMs * shares.list - this.ageMs;
    let failure: unknown;
    const whole = this.#whole.then(
      (connectors) => ({ connectors, unreadable: 0 }),
      (error: unknown) => {
        if (!mayBeDueToOneConnector(error)) throw error;
        failure = error;
        return undefined;
      },
    );
    try {
      const inTime = await Promise.race([whole, sleep(Math.max(0, patienceMs), undefined, { signal })]);
      if (inTime !== undefined) return inTime;
      // Where pages fail as well, it was not one connector: the failure of the list is what counts.
      const pages = this.#pages().catch((error: unknown) => {
        throw failure ?? error;
      });
      // The list may still arrive.
      return await Promise.race([whole.then((list) => list ?? pages), pages]);
    } finally {
      this.#done.abort();
    }
  }

  /** Reads pages of 100, those that fail in pages of 10, and those one by one; small tenants begin with smaller pages. */
  async #pages(): Promise<ReadableList> {
    const { timeoutMs, page } = this.source;
    const { signal } = this.#done;
    const byId = new Map<string, ApiConnector>();
    const totals: number[] = [];
    let received = 0;
    const remainingMs = () => timeoutMs - this.ageMs;
    const read = async (number: number, size: number, share: number) => {
      const limits = { timeoutMs: Math.min(timeoutMs * share, remainingMs()), signal };
      const { connectors, total } = await page(number, size, limits);
      for (const connector of connectors) byId.set(connector.id, connector);
      received += connectors.length;
      totals.push(total);
      return total;
    };

    // A page beyond the last connector, for which Logto contacts no identity provider.
    const total = await read(1_000_000, 100, shares.list);
    const sizes = total <= maxParallel ? [1] : total <= 100 ? [10, 1] : [100, 10, 1];
    let unread = [{ start: 0, end: total }];
    for (const size of sizes) {
      const share = size === 1 ? shares.single : shares.page;
      const pages = unread.flatMap((range) => pagesOf(range, size));
      const failed = await mapInParallel(pages, async (range) => {
        if (remainingMs() <= 0 || signal.aborted) return [range];
        return read(range.start / size + 1, size, share).then(
          () => [],
          (error: unknown) => {
            if (mayBeDueToOneConnector(error)) return [range];
            throw error;
          },
        );
      });
      unread = failed.flat();
    }
    // Pages have no order (Logto: queries/sso-connectors.ts): a connector that is written meanwhile moves behind the others, so
    // that it is seen twice and another one not at all; a deleted one has the same effect.
    const skipped = received - byId.size + Math.max(...totals) - Math.min(...totals);
    return { connectors: [...byId.values()], unreadable: unread.length + skipped };
  }
}

/** Connectors of the tenant, by their positions. */
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

/** Whether a request may succeed without one of its connectors: not where Logto rejects it or can't be reached. */
function mayBeDueToOneConnector(error: unknown): boolean {
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
  { connectors, unreadable }: ReadableList,
): ApiConnector | undefined {
  const connector = connectors.find((candidate) => candidate.connectorName === connectorName);
  if (connector !== undefined || unreadable === 0) return connector;
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
