/** Lists that Logto answers in pages only. */
import type { CallApi } from "./api";
import { callFor, listOf, type Shape } from "./endpoint";
import { mapInParallel } from "./parallel";
import type { SharedList } from "./sharedReads";

/** The most that Logto gives (Logto: middleware/koa-pagination.ts). */
const pageSize = 100;

/**
 * Reads all pages of a list. An object that is deleted meanwhile can keep another one from being seen: what is not in the list may
 * exist.
 *
 * @param query of the request, besides the page
 */
export async function listPages<Value>(
  call: CallApi,
  path: string,
  shape: Shape<Value>,
  query: Readonly<Record<string, string>> = {},
): Promise<Value[]> {
  const ofPage = listOf(`a list, each ${shape.name}`, shape);
  const read = (page: number) => {
    const parameters = new URLSearchParams({ ...query, page: String(page), page_size: String(pageSize) });
    return callFor(call, "GET", `${path}?${parameters.toString()}`, {
      name: `a page of ${ofPage.name}, with the header Total-Number`,
      parse: (body, total) => {
        const values = ofPage.parse(body);
        return values === undefined || total === undefined ? undefined : { values, total };
      },
    });
  };
  const first = await read(1);
  const others = Array.from({ length: Math.ceil(first.total / pageSize) - 1 }, (_, index) => index + 2);
  const rest = await mapInParallel(others, read);
  return [first, ...rest].flatMap(({ values }) => values);
}

/** One list of all objects of a kind, requested when it is constructed. */
export class PagedList<Item extends { readonly id: string }> implements SharedList<Item> {
  readonly #begun = Date.now();
  byId: ReadonlyMap<string, Item> | undefined;
  readonly arrival: Promise<void>;

  /** @param items rejects with a LogtoError */
  constructor(readonly items: Promise<readonly Item[]>) {
    this.arrival = items.then(
      (all) => {
        this.byId = new Map(all.map((item) => [item.id, item]));
      },
      () => undefined,
    );
  }

  get ageMs(): number {
    return Date.now() - this.#begun;
  }
}
