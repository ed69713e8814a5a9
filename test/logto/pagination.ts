/** Logto's pages: where they are optional, asked for by `page` or `page_size`; otherwise the list is one answer. */
import { type Call, internalError, Refusal } from "./answer";

export interface Page {
  /** The rows of this page. */
  cut<Item>(all: readonly Item[]): Item[];
  /** `Total-Number`, and `Link` as Logto builds it: without the `/api` of the path. */
  headers(total: number): Record<string, string>;
}

/** `undefined`: all rows. */
export function pageOf({ query, path }: Call, endpoint: string, isOptional = true): Page | undefined {
  const [page, size] = [one(query, "page"), one(query, "page_size")];
  // An empty text counts as not given.
  if (!page && !size && isOptional) return undefined;
  const number = page ? positive(page, Infinity) : 1;
  const pageSize = size ? positive(size, 100) : 20;
  const offset = (number - 1) * pageSize;

  return {
    cut(all) {
      guardBigint(pageSize);
      guardBigint(offset);
      return all.slice(offset, offset + pageSize);
    },
    headers(total) {
      const [current, last] = [Math.floor(offset / pageSize) + 1, Math.ceil(total / pageSize) || 1];
      const link = (to: number, relation: string) => {
        const values = [...query.keys()].map((key): [string, string] => [key, query.getAll(key).join(",")]);
        const target = new URLSearchParams({ ...Object.fromEntries(values), page: String(to) });
        return `<${endpoint}${path}?${target.toString()}>; rel="${relation}"`;
      };
      const links = [
        link(1, "first"),
        ...(current > 1 ? [link(current - 1, "prev")] : []),
        link(last, "last"),
        ...(current < last ? [link(current + 1, "next")] : []),
      ];
      return { "total-number": String(total), link: links.join(", ") };
    },
  };
}

/** Given twice, it is a list to Logto, and so no number. */
function one(query: URLSearchParams, key: string): string | undefined {
  return query.getAll(key).length > 1 ? "NaN" : (query.get(key) ?? undefined);
}

function positive(text: string, max: number): number {
  const number = Number(text);
  if (number > 0 && number <= max) return number;
  throw new Refusal(400, "guard.invalid_pagination");
}

/**
 * Fractions get as far as the database, which takes whole numbers only: `page=1.5&page_size=2` is well, as its offset
 * is 1 (recorded step "list page fraction").
 */
function guardBigint(number: number): void {
  if (!/^\d+$/.test(String(number))) throw new Refusal(422, "entity.invalid_input");
  if (number >= 2 ** 63) throw internalError();
}
