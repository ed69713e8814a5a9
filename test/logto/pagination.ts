/** Logto's pagination. Where it is optional, a request with neither `page` nor `page_size` returns the whole list. */
import { ApiError, type ApiRequest, internalError } from "./http";

export interface Page {
  /** Returns the rows of this page. */
  cut<Item>(all: readonly Item[]): Item[];
  /** Returns `Total-Number` and `Link`, whose paths lack `/api` as in Logto. */
  headers(total: number): Record<string, string>;
}

/** Returns `undefined` for the whole list. */
export function pageOf({ query, path }: ApiRequest, endpoint: string, isOptional = true): Page | undefined {
  const [page, size] = [one(query, "page"), one(query, "page_size")];
  // An empty parameter counts as absent.
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
        const values = [...query.keys()]
          // Koa loses it, because it assigns the parameters to a plain object (seen with Logto 1.42).
          .filter((key) => key !== "__proto__")
          .map((key): [string, string] => [key, query.getAll(key).join(",")]);
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

/** Returns a parameter. One that is given twice is a list to Logto, and so not a number. */
function one(query: URLSearchParams, key: string): string | undefined {
  return query.getAll(key).length > 1 ? "NaN" : (query.get(key) ?? undefined);
}

function positive(text: string, max: number): number {
  const number = Number(text);
  if (number > 0 && number <= max) return number;
  throw new ApiError(400, "guard.invalid_pagination");
}

/**
 * Refuses fractions only where the database does, which takes integers: `page=1.5&page_size=2` is accepted, because its
 * offset is 1 (recorded step "list page fraction").
 */
function guardBigint(number: number): void {
  if (!/^-?\d+$/.test(String(number))) throw new ApiError(422, "entity.invalid_input");
  // An OFFSET below 0, as `page=0.5` results in, is an error that Logto does not expect (seen with Logto 1.42).
  if (number < 0 || number >= 2 ** 63) throw internalError();
}
