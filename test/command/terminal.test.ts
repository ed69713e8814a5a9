/** What `logto-sso` shows in a terminal of 80 and of 120 columns, and what it prints to a pipe. */
import { stripVTControlCharacters } from "node:util";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
import { type Logto, startLogto } from "../logto";
import { logtoSso, type Place, startLogtoSso } from "../runCli";
import { type Line, screenOf } from "../screen";
import { startScriptedServer } from "../scriptedServer";

jest.setTimeout(60_000);

const names = [
  "Acme",
  "株式会社アクメ",
  "주식회사 아크메",
  "주식회사".normalize("NFD"),
  "Österreich & Söhne".normalize("NFD"),
  "🎉 Party 🎉",
  "ＦＵＬＬ ｗｉｄｔｈ",
  "العربية",
  "x".repeat(128),
  "株".repeat(64),
];
let logto: Logto;
let place: Place;
let state: string[];
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
  logto.signInExperience.singleSignOnEnabled = true;
  place = placeFor(logto, { TERM: "xterm-256color" });
  const rows = Array.from({ length: 200 }, (_, index) =>
    logto.connectors.insert({
      providerName: (["OIDC", "Okta", "AzureAdOidc", "GoogleWorkspace"] as const)[index % 4] ?? "OIDC",
      connectorName: names[index] ?? `customer-${index}`,
      config:
        index % 50 === 49
          ? {}
          : { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
      domains: Array.from({ length: (index % 3) + 1 }, (_, domain) => `d${domain}.customer-${index}.com`),
    }),
  );
  state = stateIn(place, exportOf(rows.slice(1).map((row) => connectorInState(row))));
  for (const row of rows.slice(1, 11)) {
    row.config.issuer = `${logto.idp}/elsewhere`;
    row.branding = { displayName: `By hand, ${row.connectorName}` };
  }
});
afterEach(() => logto.close());

/** Long words, such as an address to copy, are not broken: only they may be wider than the terminal. */
const brokenLines = (lines: readonly Line[]) =>
  lines
    .filter(({ isRest }, index) => isRest && lines[index - 1]?.text.trim().includes(" "))
    .map(({ text }) => text);

async function inTerminal(args: readonly string[], columns: number, env: NodeJS.ProcessEnv = {}) {
  const { stdout } = await logtoSso(place, args, { columns, env, mayFail: true });
  return { raw: stdout, lines: await screenOf(stdout, columns) };
}

const color = /\u001b\[\d+m/;

describe.each([80, 120])("%i columns", (columns) => {
  test("list has one line for each connector, and its columns are aligned", async () => {
    const { raw, lines } = await inTerminal(["list"], columns);
    expect(lines.filter(({ isRest }) => isRest)).toEqual([]);
    const [head, ...rows] = lines.filter(({ text }) => text !== "");
    expect([head?.text.split(/ +/), rows.length]).toEqual([
      ["NAME", "ID", "PROVIDER", "DOMAINS", "STATUS"],
      200,
    ]);
    for (const row of rows) {
      const connector = [...logto.connectors.rows.values()].find(({ id }) => row.text.includes(id));
      expect(row.cellsBefore(connector?.id ?? "")).toBe(head?.cellsBefore("ID"));
      expect(row.cellsBefore(connector?.providerName ?? "")).toBe(head?.cellsBefore("PROVIDER"));
      const status = Object.keys(connector?.config ?? {}).length === 0 ? "no config" : "reached";
      expect(row.cellsBefore(status)).toBe(head?.cellsBefore("STATUS"));
    }
    expect(raw).toMatch(color);
  });

  test.each([
    ["drift", () => ["drift", ...state]],
    ["doctor", () => ["doctor", ...state]],
    ["an error", () => ["drift", "--state", "missing.json", "--stack", "株式会社アクメ"]],
    ["doctor about one connector", () => ["doctor", "--name", "株式会社アクメ", ...state]],
  ])("%s breaks lines between words only", async (_, args) => {
    const { raw, lines } = await inTerminal(args(), columns);
    expect(lines.length).toBeGreaterThan(1);
    expect(brokenLines(lines)).toEqual([]);
    expect(raw).toMatch(color);
  });
});

test("there are colors in terminals only, unless they are asked for or forbidden", async () => {
  const withColors = async (env: NodeJS.ProcessEnv, columns?: number) => {
    const { stdout } = await logtoSso(place, ["list"], { env, columns });
    expect(stripVTControlCharacters(stdout)).toContain("Acme");
    return color.test(stdout);
  };
  expect(await withColors({})).toBe(false);
  expect(await withColors({ FORCE_COLOR: "1" })).toBe(true);
  expect(await withColors({ NO_COLOR: "1" }, 80)).toBe(false);
  expect(await withColors({ FORCE_COLOR: "0" }, 80)).toBe(false);
  expect(await withColors({ TERM: "dumb" }, 80)).toBe(false);
  expect(await withColors({ NO_COLOR: "" }, 80)).toBe(true);
});

test("progress is shown while a tenant is slow, and erased at the end", async () => {
  let answer: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (answer = resolve));
  const server = await startScriptedServer(async ({ path }) => {
    if (path === "/oidc/token")
      return { body: { access_token: "canary-token", expires_in: 3600, scope: "all" } };
    await released;
    return { body: [] };
  });
  const env = { LOGTO_ENDPOINT: server.url };
  const running = startLogtoSso(place, ["list"], { columns: 80, env });
  await running.waitForStdout(/Reading the tenant … 1 s/);
  answer();
  const { stdout } = await running.result;
  await server.close();
  const shown = (await screenOf(stdout, 80)).map(({ text }) => text).filter((text) => text !== "");
  expect(shown).toEqual(["There are no SSO connectors in the tenant."]);
});
