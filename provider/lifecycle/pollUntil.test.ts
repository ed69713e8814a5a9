import { useVirtualTime } from "../../test/virtualTime";
import { pollUntil } from "./pollUntil";

useVirtualTime();

test("an interruption ends the waiting", async () => {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort();
  }, 1000);
  const begun = Date.now();
  const polling = pollUntil(() => Promise.resolve(undefined), 60_000, controller.signal);
  await expect(polling).rejects.toBeDefined();
  expect(Date.now() - begun).toBe(1000);
});
