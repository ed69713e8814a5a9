/** Tenants in which identity providers hang: Logto contacts each one for a list, without a timeout. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiConnector } from "../connector/apiConnector";
import { failure } from "../../test/scriptedClient";
import { type Logto, startLogto } from "../../test/logto";
import { LogtoClient } from "./client";
import { ConnectorList, type ListSource } from "./connectorList";
import { LogtoError } from "./errors";
import { useVirtualTime } from "../../test/virtualTime";
import { readSettings, stackSettings } from "./settings";

useVirtualTime();

let logto: Logto;
afterEach(() => logto.close());

const oidc = (path: string) => ({
  clientId: "c",
  clientSecret: "canary-config",
  issuer: `${logto.idp}/${path}`,
});

/** Creates a client of a tenant of `count` connectors; those at the positions `hanging` have an identity provider that hangs. */
async function tenantOf(count: number, hanging: readonly number[], timeoutSeconds = 3) {
  logto = await startLogto();
  for (let index = 0; index < count; index++) {
    const config = hanging.includes(index) ? oidc("hangs/idp") : index % 10 === 0 ? oidc("acme") : {};
    logto.connectors.insert({ providerName: "OIDC", connectorName: `customer-${index}`, config });
  }
  const values: Record<string, string> = {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-m2m",
    "logto:timeoutSeconds": String(timeoutSeconds),
  };
  return new LogtoClient(readSettings(stackSettings((key) => values[key], {})));
}

const namesExcept = (count: number, hanging: readonly number[]) =>
  Array.from({ length: count }, (_, index) => index)
    .filter((index) => !hanging.includes(index))
    .map((index) => `customer-${index}`)
    .sort();

test("a list that responds is one request", async () => {
  const client = await tenantOf(150, []);
  expect(await client.listReadableConnectors()).toMatchObject({ unreadable: 0, connectors: { length: 150 } });
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "GET /api/sso-connectors"]);
});

test.each([
  [1, [0]],
  [3, [1]],
  [12, [0, 11]],
  [13, [12]],
  [95, [94]],
  [100, [0, 50]],
  [101, [100]],
  [250, [7, 8, 199, 249]],
])("of %i connectors, all but those at %j are read", async (count, hanging) => {
  const client = await tenantOf(count, hanging);
  const { connectors, unreadable } = await client.listReadableConnectors();
  expect(connectors.map(({ connectorName }) => connectorName).sort()).toEqual(namesExcept(count, hanging));
  expect(unreadable).toBe(hanging.length);
  // The token, the list, the total, and each page once.
  expect(client.requests).toBeLessThanOrEqual(3 + Math.ceil(count / 100) + Math.ceil(count / 10) + count);
});

test.each([
  [12, { 1: 12 }],
  [13, { 10: 2 }],
  [100, { 10: 10 }],
  [101, { 100: 2 }],
])("of %i connectors, pages are as large as is useful: %j", async (count, expected) => {
  const sizes: Record<number, number> = {};
  const connectors = Array.from({ length: count }, (_, index) => ({ id: `id${index}` }) as ApiConnector);
  logto = await startLogto();
  const list = new ConnectorList({
    timeoutMs: 3000,
    list: () => Promise.reject(new LogtoError({ method: "GET", path: "" }, { code: "timeout", message: "" })),
    page: (number, size) => {
      if (number < 1000) sizes[size] = (sizes[size] ?? 0) + 1;
      return Promise.resolve({
        total: count,
        connectors: connectors.slice((number - 1) * size, number * size),
      });
    },
  });
  expect(await list.readable()).toEqual({ connectors, unreadable: 0 });
  expect(sizes).toEqual(expected);
});

test("a list that arrives in time is the only request", async () => {
  const connectors = [{ id: "id1" } as ApiConnector];
  const page = jest.fn(() => Promise.reject(new Error("no page is asked for")));
  const list = new ConnectorList({ timeoutMs: 3000, list: () => Promise.resolve(connectors), page });
  expect(await list.readable()).toEqual({ connectors, unreadable: 0 });
  expect(page).not.toHaveBeenCalled();
});

test("as many pages as identity providers that hang do not make Node.js warn of a leak", async () => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => warnings.push(message);
  process.on("warning", onWarning);
  const hanging = Array.from({ length: 12 }, (_, index) => index);
  const client = await tenantOf(12, hanging, 2);
  expect(await client.listReadableConnectors()).toEqual({ connectors: [], unreadable: 12 });
  process.off("warning", onWarning);
  expect(warnings.filter((text) => text.includes("listeners"))).toEqual([]);
});

test("a list that is slow although no identity provider hangs is read in pages", async () => {
  const client = await tenantOf(30, []);
  logto.faults.arm("hang", "list");
  expect(await client.listReadableConnectors()).toMatchObject({ unreadable: 0, connectors: { length: 30 } });
});

test("a connector that breaks the whole list with a 500 is the only one missing", async () => {
  const client = await tenantOf(30, []);
  // Logto accepts it, and then can't list it (`test/logto/rules.test.ts`: "toString is accepted as a provider …").
  logto.connectors.insert({ providerName: "toString", connectorName: "broken" });
  const { connectors } = await client.listReadableConnectors();
  expect(connectors).toHaveLength(30);
});

test("an error that concerns the whole tenant is reported unchanged", async () => {
  const client = await tenantOf(3, []);
  logto.faults.arm("403", "list", Infinity);
  expect(await failure(client.listReadableConnectors())).toMatchObject({ code: "auth.forbidden" });
  logto.faults.disarm();
  logto.faults.arm("hang", "list", Infinity);
  expect(await failure(client.listReadableConnectors())).toMatchObject({ code: "timeout" });
});

test("connectors that may have moved while pages were read are counted as missing", async () => {
  const client = await tenantOf(40, [39]);
  logto.beforeAnswer = ({ path }) => {
    const moving = logto.named("customer-0");
    if (
      !path.includes("page_size=10") ||
      logto.log.filter(({ path }) => path.includes("page_size=10")).length < 4
    )
      return;
    logto.beforeAnswer = () => undefined;
    // PostgreSQL writes a changed row behind the others.
    logto.connectors.rows.delete(moving.id);
    logto.connectors.rows.set(moving.id, moving);
  };
  const { connectors, unreadable } = await client.listReadableConnectors();
  expect(connectors.length + unreadable).toBeGreaterThanOrEqual(40);
});

describe("a list that does not arrive in time", () => {
  const connector = { id: "id1", connectorName: "Acme" } as ApiConnector;
  const failed = (code: "timeout" | "too-large" | "not-logto") =>
    Promise.reject(new LogtoError({ method: "GET", path: "" }, { code, message: code }));

  /** A tenant of one connector. */
  const listFrom = (list: ListSource["list"], page: () => Promise<ApiConnector[]>) =>
    new ConnectorList({
      timeoutMs: 3000,
      list,
      page: async (number) => ({ total: 1, connectors: number === 1 ? await page() : [] }),
    });
  const onlyConnector = () => Promise.resolve([connector]);
  const timedOut = async () => {
    await sleep(600);
    return failed("timeout");
  };

  test("since it is too large is read in pages", async () => {
    const list = listFrom(() => failed("too-large"), onlyConnector);
    expect(await list.readable()).toEqual({ connectors: [connector], unreadable: 0 });
  });

  test("has its own error where the pages fail as well", async () => {
    const list = listFrom(
      () => failed("too-large"),
      () => failed("not-logto"),
    );
    await expect(list.readable()).rejects.toMatchObject({ code: "too-large" });
  });

  test("is taken nevertheless if it arrives before the pages", async () => {
    const list = listFrom(() => sleep(1500).then(onlyConnector), timedOut);
    expect(await list.readable()).toEqual({ connectors: [connector], unreadable: 0 });
  });

  test("is cancelled when the pages have arrived", async () => {
    let signal: AbortSignal | undefined;
    const hanging = (given: AbortSignal) => {
      signal = given;
      return new Promise<never>(() => undefined);
    };
    expect(await listFrom(hanging, onlyConnector).readable()).toEqual({
      connectors: [connector],
      unreadable: 0,
    });
    expect(signal?.aborted).toBe(true);
  });
});

describe("a look-up by name", () => {
  test("finds another connector", async () => {
    const client = await tenantOf(20, [7]);
    expect(await client.findConnector("customer-3")).toMatchObject({ connectorName: "customer-3" });
    expect(await client.findTakenConnector("customer-3")).toMatchObject({ connectorName: "customer-3" });
  });

  test.each(["customer-7", "customer-20"])("does not claim that there is no %s", async (connectorName) => {
    const client = await tenantOf(20, [7]);
    const lookups = [client.findConnector(connectorName), client.findTakenConnector(connectorName)];
    for (const error of await Promise.all(lookups.map(failure))) {
      expect(error.code).toBe("incomplete-list");
      expect(error.message).toContain(
        `did not show whether a connector "${connectorName}" exists: 1 of the tenant's`,
      );
    }
  });

  test("claims that there is none if all can be read", async () => {
    const client = await tenantOf(20, []);
    expect(await client.findConnector("customer-20")).toBeUndefined();
    expect(await client.findTakenConnector("customer-20")).toBeUndefined();
  });

  test("shares its pages with the look-ups of the same moment and, if it finds the connector, with later ones", async () => {
    const client = await tenantOf(20, [7]);
    const lists = await Promise.all([1, 2, 3].map(() => client.sharedConnectors()));
    expect(lists.map(({ unreadable, connectors }) => [unreadable, connectors.length])).toEqual(
      Array(3).fill([1, 19]),
    );
    const before = client.requests;
    expect(await client.findListedConnector("customer-4")).toBeDefined();
    expect(await client.findTakenConnector("customer-3")).toBeDefined();
    expect(client.requests).toBe(before + 1);
  });
});
