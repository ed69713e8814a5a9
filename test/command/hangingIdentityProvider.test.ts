/** `logto-sso` if one identity provider hangs. With states from files, without the Pulumi CLI. */
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { logtoSso } from "../runCli";
import { inVirtualTime } from "../virtualTime";
import { brief, checkState } from "./checkState";
import { connectorInState, explicitProvider, exportOf, placeFor, stateIn } from "../exportedState";
import { type Logto, startLogto } from "../logto";

jest.setTimeout(120_000);
let logto: Logto;
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
  logto.signInExperience.singleSignOnEnabled = true;
});
afterEach(() => logto.close());

const insertWith = (issuer: string) => (connectorName: string) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}${issuer}` },
    domains: [`${connectorName.replaceAll(" ", "-")}.com`],
  });
const insert = insertWith("/acme");
const insertHanging = insertWith("/hangs/acme");
const several = (count: number) => Array.from({ length: count }, (_, index) => insert(`customer-${index}`));

/** The requests that got no response, without the path of all connectors. */
const unanswered = () =>
  logto.log
    .filter(({ status }) => status === 0)
    .map(({ path }) => path.replace("/api/sso-connectors", ""))
    .sort();

test("drift compares the other connectors, and does not report its connector as missing", async () => {
  const provider = explicitProvider("eu", logto.url, { "logto:timeoutSeconds": "6" });
  const rows = [...several(30), insertHanging("hangs"), insert("gone")];
  logto.connectors.rows.delete(logto.named("gone").id);
  logto.named("customer-7").syncProfile = true;
  insertHanging("hangs by hand");
  insert("by hand");
  const place = placeFor(undefined);
  const state = exportOf([provider, ...rows.map((row) => connectorInState(row, provider))]);
  const args = ["drift", "--format", "json", ...stateIn(place, state)];
  const { code, stdout, stderr } = await logtoSso(place, args, { mayFail: true });
  expect([code, stderr]).toEqual([2, ""]);
  const { findings, tenants } = JSON.parse(stdout) as DriftReport;
  expect(findings.map(({ class: kind, connector }) => `${kind} ${connector.name}`).sort()).toEqual([
    "changed customer-7",
    "idp-unreachable hangs",
    "missing gone",
    "unmanaged by hand",
  ]);
  expect(findings.find(({ connector }) => connector.name === "hangs")?.message).toContain("not compared");
  expect(tenants).toMatchObject([{ connectors: 32, unreadable: 2 }]);
  // The connectors that hang are the 31st and the 32nd. What waits for them is requested once, and the rest meanwhile.
  expect(unanswered()).toEqual([
    "",
    `/${logto.named("hangs").id}`,
    "?page=31&page_size=1",
    "?page=32&page_size=1",
    "?page=4&page_size=10",
  ]);
});

test("of more connectors that hang than there are connections, none is missing, and the one that is gone is", async () => {
  const hanging = Array.from({ length: 40 }, (_, index) => insertHanging(`hangs-${index}`));
  const rows = [...hanging, insert("gone")];
  logto.connectors.rows.delete(logto.named("gone").id);
  const state = exportOf(rows.map((row) => connectorInState(row)));
  const { findings } = await inVirtualTime(() => checkState(state, logto));
  const others = findings.filter(({ class: kind }) => kind !== "idp-unreachable");
  expect(others.map(brief)).toEqual(["missing gone"]);
  expect(findings).toHaveLength(41);
});

test("list prints the other connectors", async () => {
  several(30);
  insertHanging("hangs");
  const place = placeFor(logto);
  const [table, json] = await Promise.all([logtoSso(place, ["list"]), logtoSso(place, ["list", "--json"])]);
  expect(table.stdout.split("\n").filter((line) => line.startsWith("customer-"))).toHaveLength(30);
  expect(table.stdout).toContain("1 connector of the tenant could not be read");
  const { connectors, unreadable } = JSON.parse(json.stdout) as { connectors: unknown[]; unreadable: number };
  expect([connectors.length, unreadable]).toEqual([30, 1]);
  const pages = ["", "?page=31&page_size=1", "?page=4&page_size=10"];
  expect(unanswered()).toEqual(pages.flatMap((page) => [page, page])); // once by each command
});
