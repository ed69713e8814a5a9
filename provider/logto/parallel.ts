/** Work over a list of any length that sends requests: a few at a time. */

/**
 * How many items are under way at a time: fewer than the connections of an agent (`agents.ts`), so that no request spends its
 * timeout waiting for one, and requests that hang leave some free.
 */
export const maxParallel = 12;

/** Maps a list, and returns the results in its order. Once an item fails, none is begun any more. */
export async function mapInParallel<Item, Result>(
  items: Iterable<Item>,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  // An ES module, which Pulumi's SDK depends on as well. Loaded when it is needed: most runs of a provider send no such list.
  const { default: pMap } = await import("p-map");
  return await pMap(items, map, { concurrency: maxParallel });
}
