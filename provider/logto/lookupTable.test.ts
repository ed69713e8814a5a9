/** Look-ups: which of them may be answered from a list, and the requests of the others. */
import { type Logto, startLogto } from "../../test/logto";
import { useVirtualTime } from "../../test/virtualTime";
import { LogtoClient } from "./client";
import { lookups } from "./lookupTable";
import { readSettings, stackSettings } from "./settings";

useVirtualTime();

let logto: Logto;
let client: LogtoClient;
let ids: string[];
beforeEach(async () => {
  logto = await startLogto();
  ids = Array.from({ length: 100 }, (_, index) => insert(`customer-${index}`));
  const values: Record<string, string> = {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-m2m",
  };
  client = new LogtoClient(readSettings(stackSettings((key) => values[key], {})));
});
afterEach(() => logto.close());

/** As another process does. */
const insert = (connectorName: string) => logto.connectors.insert({ providerName: "OIDC", connectorName }).id;

const byName = (connectorName: string, maxAgeMs?: number) =>
  lookups.getSsoConnector(client, { connectorName }, maxAgeMs === undefined ? {} : { maxAgeMs });
const byId = (id = "", maxAgeMs?: number) =>
  lookups.getSsoConnector(client, { id }, maxAgeMs === undefined ? {} : { maxAgeMs });
const count = async () =>
  ((await lookups.getSsoConnectors(client, {})) as { connectors: unknown[] }).connectors.length;

const token = "POST /oidc/token";
const list = "GET /api/sso-connectors";
const get = "GET /api/sso-connectors/:id";

describe("without a dependency", () => {
  test("a hundred by name, at once and one after the other, are one list", async () => {
    const names = ids.map((_, index) => `customer-${index}`);
    await Promise.all(names.map((name) => byName(name)));
    for (const name of names) expect(await byName(name)).toMatchObject({ connectorName: name });
    expect(logto.takeLog()).toEqual([token, list]);
  });

  test("lists of a moment are one, also with look-ups by name and by ID", async () => {
    expect(await Promise.all([count(), count(), count(), byName("customer-1"), byId(ids[2])])).toHaveLength(
      5,
    );
    expect(logto.takeLog()).toEqual([token, list]);
  });

  test("a list has what was created since the last one", async () => {
    expect(await count()).toBe(100);
    insert("new");
    expect(await count()).toBe(101);
    expect(logto.takeLog()).toEqual([token, list, list]);
  });

  test("that there is no connector of a name is said by a list that is not older", async () => {
    await byName("customer-0");
    await expect(byName("new")).rejects.toThrow(
      /^Logto has no SSO connector with the name "new"\. Check the name, .*option `provider`\)\. \[not-found\]$/,
    );
    const id = insert("new");
    expect(await byName("new")).toMatchObject({ id });
    expect(logto.takeLog()).toEqual([token, list, list, list]);
  });

  test("of a name in another case, those are named that there are", async () => {
    insert("ACME");
    insert("acme");
    await expect(byName("Acme")).rejects.toThrow(
      'Logto has no SSO connector with the name "Acme", but "ACME", "acme": names are case-sensitive. [not-found]',
    );
  });

  test("a connector is looked up by one of both", async () => {
    for (const args of [{}, { id: ids[0], connectorName: "customer-0" }])
      await expect(lookups.getSsoConnector(client, args)).rejects.toThrow(
        "A look-up takes either id or connectorName.",
      );
    expect(logto.takeLog()).toEqual([]);
  });

  test("after a list that failed, the next one is asked for", async () => {
    logto.faults.arm("403", "list");
    await expect(count()).rejects.toMatchObject({ status: 403 });
    expect(await byName("customer-0")).toMatchObject({ id: ids[0] });
    expect(await count()).toBe(100);
  });
});

describe("with a dependency", () => {
  test("nothing is answered from before the question, at one request more", async () => {
    await byName("customer-0");
    Object.assign(logto.named("customer-0"), { domains: ["new.com"] });
    logto.takeLog();
    expect(await byName("customer-0")).toMatchObject({ domains: [] });
    expect(await byId(ids[0])).toMatchObject({ domains: [] });
    expect(logto.takeLog()).toEqual([]);
    expect(await byName("customer-0", 0)).toMatchObject({ domains: ["new.com"] });
    expect(logto.takeLog()).toEqual([list]);
    expect(await byId(ids[0], 0)).toMatchObject({ domains: ["new.com"] });
    expect(logto.takeLog()).toEqual([get]);
  });

  test("those by ID are single requests one after the other, and one list at once", async () => {
    for (const id of ids.slice(0, 3)) await byId(id, 0);
    expect(logto.takeLog()).toEqual([token, get, get, get]);
    await Promise.all(ids.map((id) => byId(id, 0)));
    expect(logto.takeLog()).toEqual([list]);
  });
});

describe("after a write by the same process", () => {
  beforeEach(async () => {
    await count();
    logto.takeLog();
  });

  test("an update is seen, and costs one request", async () => {
    await client.updateConnector(ids[0] ?? "", { domains: ["new.com"] });
    expect(await byId(ids[0])).toMatchObject({ domains: ["new.com"] });
    expect(await byName("customer-0")).toMatchObject({ domains: ["new.com"] });
    // The list has the update, and serves the others again.
    expect(await byId(ids[0])).toMatchObject({ domains: ["new.com"] });
    expect(logto.takeLog()).toEqual(["PATCH /api/sso-connectors/:id", get, list]);
  });

  test("another name is found, and the old one is not", async () => {
    await client.updateConnector(ids[0] ?? "", { connectorName: "renamed" });
    expect(await byName("renamed")).toMatchObject({ id: ids[0] });
    await expect(byName("customer-0")).rejects.toThrow("no SSO connector");
  });

  test("a deleted connector is not found", async () => {
    await client.deleteConnector(ids[0] ?? "");
    await expect(byId(ids[0])).rejects.toThrow("no SSO connector");
    await expect(byName("customer-0")).rejects.toThrow("no SSO connector");
  });

  test("an update is seen although its answer was lost", async () => {
    logto.faults.arm("200 with other JSON after", "update");
    await expect(client.updateConnector(ids[0] ?? "", { domains: ["new.com"] })).rejects.toThrow();
    expect(await byName("customer-0")).toMatchObject({ domains: ["new.com"] });
  });

  test("a connector gets the name of one that another process has deleted", async () => {
    logto.connectors.rows.delete(ids[0] ?? "");
    await client.updateConnector(ids[1] ?? "", { connectorName: "customer-0" });
    expect(await byName("customer-0")).toMatchObject({ id: ids[1] });
  });

  test("a new connector takes the place of one that another process has deleted", async () => {
    logto.connectors.rows.delete(ids[0] ?? "");
    const { id } = await client.createConnector({
      providerName: "OIDC",
      connectorName: "customer-0",
      domains: [],
      branding: {},
      syncProfile: false,
      enableTokenStorage: false,
    });
    expect(await byName("customer-0")).toMatchObject({ id });
  });
});

test("connectors are listed in the order of their names, whatever order Logto has", async () => {
  for (const name of ["b", "a", "c"]) insert(name);
  const { connectors } = await lookups.getSsoConnectors(client, {});
  const names = (connectors as { connectorName: string }[]).map(({ connectorName }) => connectorName);
  expect(names).toEqual([...names].sort());
  expect(names).toHaveLength(103);
});

test.each([
  [{ connectorName: 5 }, "connectorName of a look-up must be a string, not of the type number"],
  [{ id: null }, "id of a look-up must be a string, not null"],
])(
  "the arguments %p, as a program in JavaScript can pass them, are an error without a request",
  async (args, message) => {
    const lookUp = lookups.getSsoConnector(client, args as unknown as { id: string });
    await expect(lookUp).rejects.toThrow(message);
    expect(logto.takeLog()).toEqual([]);
  },
);
