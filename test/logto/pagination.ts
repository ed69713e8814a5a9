/** Logto's pages: asked for by `page` or `page_size`, otherwise the whole list is one answer. */
import { Refusal } from "./answer";

export interface Page {
  readonly offset: number;
  readonly size: number;
  /** `Total-Number`, and `Link` as Logto builds it: without the `/api` of the path. */
  headers(total: number): Record<string, string>;
}

export function pageOf(query: URLSearchParams, url: string): Page | undefined {
  const [page, size] = [query.get("page"), query.get("page_size")];
  // An empty text counts as not given.
  if (!page && !size) return undefined;
  const number = page ? positive(page, Infinity) : 1;
  const pageSize = size ? positive(size, 100) : 20;
  const offset = (number - 1) * pageSize;

  return {
    offset,
    size: pageSize,
    headers(total) {
      const [current, last] = [Math.floor(offset / pageSize) + 1, Math.ceil(total / pageSize) || 1];
      const link = (to: number, relation: string) => {
        const target = new URLSearchParams(query);
        target.set("page", String(to));
        return `<${url}?${target.toString()}>; rel="${relation}"`;
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

function positive(text: string, max: number): number {
  const number = Number(text);
  if (number > 0 && number <= max) return number;
  throw new Refusal(400, "guard.invalid_pagination");
}
