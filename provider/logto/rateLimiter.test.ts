import { getEventListeners } from "node:events";
import { useVirtualTime } from "../../test/virtualTime";
import { createThrottle, RateLimiter } from "./rateLimiter";

useVirtualTime();

test("requests are sent at the rate, in batches of a tenth of a second", async () => {
  const limiter = new RateLimiter(await createThrottle(20));
  const begun = Date.now();
  const times: number[] = [];
  const send = () => limiter.acquire().then(() => times.push(Date.now() - begun));
  await Promise.all(Array.from({ length: 7 }, send));
  expect(times).toEqual([0, 0, 100, 100, 200, 200, 300]);
});

test("the longest pause counts, and is over when it is", async () => {
  const limiter = new RateLimiter(undefined);
  expect(await limiter.acquire()).toBe(0);
  limiter.pauseFor(500);
  limiter.pauseFor(200);
  expect(await limiter.acquire()).toBe(500);
  expect(await limiter.acquire()).toBe(0);
});

test("an interruption ends all waiting, and nothing keeps listening for one", async () => {
  const controller = new AbortController();
  const limiter = new RateLimiter(await createThrottle(1));
  for (let sent = 0; sent < 3; sent++) await limiter.acquire(controller.signal);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  const waiting = [limiter.acquire(controller.signal), limiter.acquire(controller.signal)];
  limiter.pauseFor(60_000);
  const begun = Date.now();
  controller.abort();
  await Promise.all(waiting);
  await limiter.acquire(controller.signal);
  expect(Date.now() - begun).toBeLessThan(10);
});
