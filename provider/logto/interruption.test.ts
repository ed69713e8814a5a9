/** The end of all waiting of a client, when the engine interrupts the run. */
import { clientOf, failure, apiConnector } from "../../test/scriptedClient";
import type { ScriptedResponse } from "../../test/scriptedServer";
import { useVirtualTime } from "../../test/virtualTime";

useVirtualTime();

/** Returns a client whose waiting ends after a second. */
async function interruptedClient(response: ScriptedResponse, more: Record<string, string> = {}) {
  const controller = new AbortController();
  const config = { "logto:timeoutSeconds": "3600", ...more };
  const parts = await clientOf([response], { config, interruption: controller.signal });
  setTimeout(() => {
    controller.abort();
  }, 1000);
  return parts;
}

test.each([
  ["a rate limit", { status: 429, headers: { "retry-after": "600" }, body: { message: "slow down" } }],
  ["a retry", { status: 503, headers: { "retry-after": "600" }, body: { message: "no" } }],
] satisfies [string, ScriptedResponse][])(
  "an interruption ends the waiting for %s, with its cause",
  async (_what, response) => {
    const { client, calledPaths } = await interruptedClient(response);
    const begun = Date.now();
    expect(await failure(client.updateConnector("id1", {}))).toMatchObject({ status: response.status });
    expect(Date.now() - begun).toBe(1000);
    expect(calledPaths().filter((call) => call.startsWith("PATCH"))).toHaveLength(1);
    expect(await failure(client.updateConnector("id1", {}))).toMatchObject({
      code: "interrupted",
      outcome: "not applied",
    });
  },
);

test("an interruption leaves a change a second to be answered, and a read nothing", async () => {
  const { client } = await interruptedClient({ afterMs: 1500, body: apiConnector });
  const [changed, read] = await Promise.allSettled([
    client.updateConnector("id1", {}),
    client.getConnector("id1"),
  ]);
  expect(changed).toMatchObject({ value: apiConnector });
  expect(read).toMatchObject({ reason: { code: "interrupted" } });
});

test("an interruption ends the waiting for the own rate", async () => {
  const { client } = await interruptedClient({ body: apiConnector }, { "logto:maxRequestsPerSecond": "1" });
  const begun = Date.now();
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, () => client.updateConnector("id1", {})),
  );
  expect(results.at(-1)).toMatchObject({ reason: { code: "interrupted", outcome: "not applied" } });
  expect(Date.now() - begun).toBe(1000);
});
