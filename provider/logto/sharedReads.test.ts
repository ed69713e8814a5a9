import { type Logto, startLogto } from "../../test/logto";
import { useVirtualTime } from "../../test/virtualTime";
import type { ApiConnector } from "../connector/apiConnector";
import { LogtoClient } from "./client";
import { ConnectorList } from "./connectorList";
import { ConnectorReads } from "./connectorReads";
import { readSettings, stackSettings } from "./settings";

useVirtualTime();

let logto: Logto;
afterEach(() => logto.close());

/** Creates a tenant of `count` connectors without a config, and a client of it. */
async function tenantOf(count: number, config: Record<string, string> = {}) {
  logto = await startLogto();
  const ids = Array.from({ length: count }, (_, index) => {
    return logto.connectors.insert({ providerName: "OIDC", connectorName: `customer-${index}` }).id;
  });
  const values: Record<string, string> = {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-m2m",
    ...config,
  };
  return { ids, client: new LogtoClient(readSettings(stackSettings((key) => values[key], {}))) };
}

const token = "POST /oidc/token";
const list = "GET /api/sso-connectors";
const get = "GET /api/sso-connectors/:id";

/** Reads as the engine does, several at a time. */
async function readAll(client: LogtoClient, ids: readonly string[], parallel = 8) {
  const names: unknown[] = [];
  const next = ids.entries();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const [index, id] of next) names[index] = (await client.readConnector(id))?.connectorName;
    }),
  );
  return names;
}

test.each([2, 20, 1000])("%i reads are one list", async (count) => {
  const { ids, client } = await tenantOf(count);
  expect(await readAll(client, ids)).toEqual(ids.map((_, index) => `customer-${index}`));
  expect(logto.takeLog()).toEqual([token, list]);
});

test("3,000 reads in a tenant of 5,000 are one list", async () => {
  const { ids, client } = await tenantOf(5000);
  expect(new Set(await readAll(client, ids.slice(0, 3000))).size).toBe(3000);
  expect(logto.takeLog()).toEqual([token, list]);
});

test("a single read is a GET; further reads, one after the other, share a list", async () => {
  const { ids, client } = await tenantOf(5);
  await readAll(client, ids.slice(0, 1));
  expect(logto.takeLog()).toEqual([token, get]);
  expect(await readAll(client, ids, 1)).toHaveLength(5);
  expect(logto.takeLog()).toEqual([list]);
});

test("a connector that the list lacks is read by a GET, and nothing that Logto adds to one is kept", async () => {
  const { ids, client } = await tenantOf(3);
  logto.connectors.rows.delete(ids[1] ?? "");
  expect(await readAll(client, ids)).toEqual(["customer-0", undefined, "customer-2"]);
  expect(logto.takeLog()).toEqual([token, list, get]);
  expect(await client.readConnector(ids[0] ?? "")).not.toHaveProperty("providerLogo");
});

test("only connectors that were written are read again", async () => {
  const { ids, client } = await tenantOf(3);
  await readAll(client, ids);
  await client.updateConnector(ids[0] ?? "", { connectorName: "renamed" });
  await client.deleteConnector(ids[1] ?? "");
  logto.takeLog();
  expect(await readAll(client, ids)).toEqual(["renamed", undefined, "customer-2"]);
  expect(logto.takeLog()).toEqual([get, get]);
});

/** Longer than reads wait for the list, and short. */
const deadline = (seconds: number) => ({ "logto:timeoutSeconds": String(seconds) });

test("if the list hangs, connectors are read one by one", async () => {
  const { ids, client } = await tenantOf(100, deadline(4));
  logto.faults.arm("hang", "list", Infinity);
  expect(await readAll(client, ids)).toEqual(ids.map((_, index) => `customer-${index}`));
  expect(logto.takeLog().filter((request) => request === list)).toHaveLength(1);
});

test("reads do not wait for a list that takes longer than reading one by one", async () => {
  const { ids, client } = await tenantOf(3, deadline(2));
  logto.faults.arm("hang after", "list");
  expect(await readAll(client, ids.slice(0, 2))).toEqual(["customer-0", "customer-1"]);
  expect(logto.takeLog()).toEqual([token, list, get, get]);
  // A look-up by name goes on by pages, and nothing goes on behind the test.
  expect(await client.sharedConnectors()).toMatchObject({ unreadable: 0, connectors: { length: 3 } });
});

test.each(["500", "403", "200 with HTML"] as const)(
  "reads succeed although the list fails with %s",
  async (fault) => {
    const { ids, client } = await tenantOf(4);
    logto.faults.arm(fault, "list", Infinity);
    expect(await readAll(client, ids)).toEqual(ids.map((_, index) => `customer-${index}`));
    expect(logto.takeLog()).toEqual([token, list, get, get, get, get]);
  },
);

test("a failed sign-in is the error of every read", async () => {
  const { ids, client } = await tenantOf(3, { "logto:clientSecret": "canary-wrong" });
  const results = await Promise.allSettled(ids.map((id) => client.readConnector(id)));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(logto.takeLog()).toEqual([token]);
});

test("look-ups of taken names share a list, and use only the ID from it", async () => {
  const { client } = await tenantOf(20);
  const names = Array.from({ length: 20 }, (_, index) => `customer-${index}`);
  for (const name of names)
    expect(await client.findTakenConnector(name)).toMatchObject({ connectorName: name });
  expect(logto.takeLog()).toEqual([token, list, ...Array<string>(19).fill(get)]);
  // Since the list: one was renamed, one is new.
  logto.named("customer-3").connectorName = "renamed";
  const { id } = logto.connectors.insert({ providerName: "OIDC", connectorName: "customer-3" });
  expect(await client.findTakenConnector("customer-3")).toMatchObject({ id });
});

test("a connector is not taken from a list that was begun while it was written", async () => {
  const connector = { id: "a", connectorName: "a", providerName: "OIDC" } as ApiConnector;
  let domains = ["old.com"];
  const currentConnector = () => Promise.resolve({ ...connector, domains });
  const source = {
    timeoutMs: 1000,
    list: async () => [await currentConnector()],
    page: () => Promise.reject(new Error()),
  };
  const reads = new ConnectorReads({
    ready: () => Promise.resolve(),
    get: currentConnector,
    list: () => new ConnectorList(source),
    nameOf: ({ connectorName }) => connectorName,
  });
  await reads.write(["a"], async () => {
    expect(await reads.list()).toMatchObject({ connectors: [{ domains: ["old.com"] }] });
    domains = ["new.com"];
  });
  expect(await reads.read("a")).toMatchObject({ domains });
  expect(await reads.findListed("a")).toBeUndefined();
});

test("a read with a maximum age uses a new list or a GET if the last list is older", async () => {
  const { ids, client } = await tenantOf(3);
  const [first = "", second = "", third = ""] = ids;
  await readAll(client, ids);
  logto.named("customer-1").domains = ["new.com"];
  logto.takeLog();
  expect(await client.readConnector(second, { maxAgeMs: 60_000 })).toMatchObject({ domains: [] });
  expect(logto.takeLog()).toEqual([]);
  expect(await client.readConnector(second, { maxAgeMs: 0 })).toMatchObject({ domains: ["new.com"] });
  expect(logto.takeLog()).toEqual([get]);
  const many = [first, second, third].map((id) => client.readConnector(id, { maxAgeMs: 0 }));
  expect((await Promise.all(many))[1]).toMatchObject({ domains: ["new.com"] });
  expect(logto.takeLog()).toEqual([list]);
});

test("a read with a time limit ends within it, even while it waits for a list", async () => {
  const { ids, client } = await tenantOf(3);
  const hangs = { clientId: "c", clientSecret: "canary-config", issuer: `${logto.idp}/hangs/x` };
  logto.named("customer-1").config = hangs;
  const limits = { maxAgeMs: 5000, withinMs: 300 };
  const begun = Date.now();
  const results = await Promise.allSettled(ids.map((id) => client.readConnector(id, limits)));
  expect(Date.now() - begun).toBe(limits.withinMs);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: { code: "timeout" } });
  await expect(client.readConnector(ids[1] ?? "", limits)).rejects.toMatchObject({ code: "timeout" });
});
