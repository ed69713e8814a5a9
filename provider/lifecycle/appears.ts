import { setTimeout as sleep } from "node:timers/promises";

/** Looks for something until it is there or `withinMs` are over. */
export async function appears<Thing>(
  look: () => Promise<Thing | undefined>,
  withinMs: number,
): Promise<Thing | undefined> {
  const until = Date.now() + withinMs;
  for (let pause = 250; ; pause *= 2) {
    const thing = await look();
    if (thing !== undefined || Date.now() >= until) return thing;
    await sleep(Math.min(pause, Math.max(until - Date.now(), 0)));
  }
}
