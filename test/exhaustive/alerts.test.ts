/** The alert rules of examples/gitops, evaluated by Prometheus' own code on what `logto-sso drift --watch` really serves. */
import { join } from "node:path";
import { generate } from "selfsigned";
import { goProgram } from "../engine/goProgram";
import { run } from "../engine";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
import { type Logto, samlMetadata, startLogto } from "../logto";
import { startLogtoSso } from "../runCli";

jest.setTimeout(600_000);
let alerts: string;
beforeAll(async () => {
  const module = join(__dirname, "..", "engine", "alerts");
  alerts = await goProgram({ name: "alerts", module });
});

const rules = join(__dirname, "..", "..", "examples", "gitops", "prometheus", "rules.yaml");

interface Evaluation {
  readonly problems: readonly string[];
  /** The minutes in which each alert fires. */
  readonly firing: Readonly<Record<string, readonly number[]>>;
}

async function evaluate(start: number, scrapes: readonly string[]): Promise<Evaluation> {
  const input = JSON.stringify({ start, scrapes });
  const { code, stdout, stderr } = await run(alerts, [rules], { input });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Evaluation;
}

const lastSuccess = /^(logto_sso_drift_last_success_timestamp_seconds) (.+)$/m;
/** What the endpoint serves in each of some minutes, while the checks succeed. */
const healthy = (text: string, minutes: number, from = 0) =>
  Array.from({ length: minutes }, (_, minute) =>
    text.replace(
      lastSuccess,
      (_line, name: string, time: string) => `${name} ${Number(time) + 60 * (from + minute)}`,
    ),
  );
/** What it serves while none succeeds any more: the time stays. */
const stuck = (text: string, minutes: number) => Array.from({ length: minutes }, () => text);
const down = (minutes: number) => stuck("", minutes);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const none = { LogtoSsoDrift: [], LogtoSsoCertificateExpiring: [], LogtoSsoDriftUnknown: [] };

test("alerts fire for what they are about, and for nothing else", async () => {
  const logto = await startLogto();
  logto.signInExperience.singleSignOnEnabled = true;
  const { good, drifted, expiring, unknown } = await scrapesOf(logto);
  await logto.close();
  const start = Math.floor(Number(lastSuccess.exec(good)?.[2]));

  expect(await evaluate(start, healthy(good, 180))).toEqual({ problems: [], firing: none });
  expect(
    await evaluate(start, [...healthy(good, 10), ...healthy(drifted, 30, 10), ...healthy(good, 20, 40)]),
  ).toEqual({
    problems: [],
    firing: { ...none, LogtoSsoDrift: range(25, 39) },
  });
  expect((await evaluate(start, healthy(expiring, 90))).firing).toEqual({
    ...none,
    LogtoSsoCertificateExpiring: range(60, 89),
  });
  // The checks fail, or hang: after an hour and five minutes.
  expect((await evaluate(start, stuck(good, 90))).firing).toEqual({
    ...none,
    LogtoSsoDriftUnknown: range(66, 89),
  });
  // No check has succeeded yet.
  expect((await evaluate(start, stuck(unknown, 10))).firing).toEqual({
    ...none,
    LogtoSsoDriftUnknown: range(5, 9),
  });
  // The process is gone, and comes back.
  expect(
    (await evaluate(start, [...healthy(good, 10), ...down(20), ...healthy(good, 5, 30)])).firing,
  ).toEqual({
    ...none,
    LogtoSsoDriftUnknown: range(15, 29),
  });
});

/** What a watch serves without drift, with drift, with a certificate that has expired, and before the first success. */
async function scrapesOf(logto: Logto) {
  const place = placeFor(logto);
  const insert = (connectorName: string, metadata: string) =>
    logto.connectors.insert({
      ...{ connectorName, providerName: "SAML", domains: [`${connectorName}.com`] },
      config: { metadata },
    });
  const rows = [
    insert("acme", samlMetadata("urn:acme", "https://idp.acme.com/sso", await certificateOf(100))),
  ];
  /** @param says what the watch prints after its first check */
  const scrape = async (says: RegExp) => {
    const state = stateIn(place, exportOf(rows.map((row) => connectorInState(row))));
    edit();
    const watch = startLogtoSso(place, ["drift", "--watch", "300", "--metrics", "0", ...state]);
    const url = await watch.waitForStdout(/Serving metrics on (\S+)/);
    await Promise.race([watch.waitForStdout(says), watch.waitForStderr(says)]);
    const text = await (await fetch(url)).text();
    watch.process.kill();
    await watch.result;
    return text;
  };
  let edit: () => unknown = () => undefined;
  const good = await scrape(/Nothing found/);
  edit = () => logto.named("acme").domains.push("by-hand.com");
  const drifted = await scrape(/1 of which fails/);
  edit = () => undefined;
  rows.push(
    insert("globex", samlMetadata("urn:globex", "https://idp.globex.example/sso", await certificateOf(-1))),
  );
  const expiring = await scrape(/1 finding, 0 of which/);
  logto.faults.arm("403", "list", Infinity);
  const unknown = await scrape(/error: /);
  return { good, drifted, expiring, unknown };
}

async function certificateOf(days: number): Promise<string> {
  const from = Date.now() - 200 * 86_400_000;
  const to = Date.now() + days * 86_400_000;
  const { cert } = await generate([{ name: "commonName", value: "idp.acme.com" }], {
    ...{ keySize: 2048, notBeforeDate: new Date(from), notAfterDate: new Date(to) },
  });
  return cert;
}
