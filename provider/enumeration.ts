const maxItems = 5;

/** Returns items for a sentence, the first of them if there are many: `a, b and c`, or `a, b, c, d, e and 2 more`. Pure. */
export function enumerated(items: readonly string[]): string {
  const more = items.length - maxItems;
  const all = more > 0 ? [...items.slice(0, maxItems), `${more} more`] : items;
  return [all.slice(0, -1).join(", "), ...all.slice(-1)].filter((part) => part !== "").join(" and ");
}
