import { setImmediate as turn } from "node:timers/promises";
import { createAgent } from "./agents";
import { mapInParallel, maxParallel } from "./parallel";

/** Maps numbers from 0, each in some turns of the event loop, and returns how many were under way at a time and begun. */
async function under(count: number, fails: (number: number) => boolean = () => false) {
  const seen = { most: 0, begun: 0, results: [] as number[], error: undefined as unknown };
  let now = 0;
  const numbers = Array.from({ length: count }, (_, number) => number);
  try {
    seen.results = await mapInParallel(numbers, async (number) => {
      seen.begun++;
      seen.most = Math.max(seen.most, ++now);
      for (let turns = 0; turns <= number % 3; turns++) await turn();
      now--;
      if (fails(number)) throw new Error(`${number} fails`);
      return number * 2;
    });
  } catch (error) {
    seen.error = error;
  }
  return seen;
}

test("of a long list, a few items are under way at a time: fewer than there are connections", async () => {
  expect(await under(1000)).toEqual({
    most: maxParallel,
    begun: 1000,
    results: Array.from({ length: 1000 }, (_, number) => number * 2),
    error: undefined,
  });
  expect(maxParallel).toBeLessThan(createAgent("https://logto.acme.com").agent.maxSockets);
});

test("a short and an empty list are mapped", async () => {
  expect((await under(3)).results).toEqual([0, 2, 4]);
  expect((await under(0)).results).toEqual([]);
});

test("once an item fails, no other one is begun", async () => {
  const { error, begun } = await under(1000, (number) => number === 20);
  expect(error).toEqual(new Error("20 fails"));
  expect(begun).toBeLessThan(20 + 2 * maxParallel);
});
