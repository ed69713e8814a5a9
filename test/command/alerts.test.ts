/** The alert rules of examples/gitops, evaluated on what `logto-sso drift --watch` really serves. */
import { generate } from "selfsigned";
import { parse } from "yaml";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
import { type Logto, samlMetadata, startLogto } from "../logto";
import { startLogtoSso } from "../runCli";
import { expectValid, read, storeSchema, validator } from "../schemas";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
}
const file = parse(read("examples/gitops/prometheus/rules.yaml")) as { groups: { rules: Rule[] }[] };
const rules = file.groups.flatMap((group) => group.rules);

type Samples = ReadonlyMap<string, number>;
type Evaluate = (value: (series: string) => number, time: number, groups: readonly string[]) => boolean;

/**
 * The forms of expressions that the rules have, and what Prometheus makes of them: nothing compares as true with what a metric does
 * not have, NaN. Try a rule with `promtool test rules` before you add its form.
 */
const forms: readonly (readonly [RegExp, Evaluate])[] = [
  [/^(\w+) == (\d+)$/, (value, _time, [name = "", than]) => value(name) === Number(than)],
  [
    /^sum without \(class\) \((\w+)\{class=~"([\w|-]+)"\}\) > (\d+)$/,
    (value, _time, [name, classes = "", than]) =>
      classes.split("|").reduce((sum, one) => sum + value(`${name}{class="${one}"}`), 0) > Number(than),
  ],
  [/^time\(\) - (\w+) > (\d+)$/, (value, time, [name = "", than]) => time - value(name) > Number(than)],
  [/^absent\((\w+)\)$/, (value, _time, [name = ""]) => Number.isNaN(value(name))],
];

function holds(expression: string, samples: Samples, time: number): boolean {
  const value = (series: string) => samples.get(series) ?? NaN;
  for (const [form, evaluate] of forms) {
    const match = form.exec(expression);
    if (match !== null) return evaluate(value, time, match.slice(1));
  }
  throw new Error(`The form of this expression is not known: ${expression}`);
}

function samplesIn(text: string): Samples {
  const line =
    /^(?:# HELP \w+ \S.*|# TYPE \w+ (?:gauge|counter)|(\w+(?:\{class="[a-z-]+"\})?) (\d[\d.e+-]*))$/;
  const samples = new Map<string, number>();
  for (const one of text.split("\n").slice(0, -1)) {
    const [matched, series, value] = line.exec(one) ?? [];
    if (matched === undefined) throw new Error(`Prometheus does not read this line: ${one}`);
    if (series !== undefined) samples.set(series, Number(value));
  }
  return samples;
}

/** Returns the minutes in which each alert fires, if the endpoint is scraped and each rule is evaluated every minute. */
function firing(start: number, scrapes: readonly string[]): Record<string, readonly number[]> {
  const all = scrapes.map(samplesIn);
  return Object.fromEntries(
    rules.map(({ alert, expr, for: duration }) => {
      const needed = Number.parseInt(duration, 10) * (duration.endsWith("h") ? 60 : 1);
      const minutes = new Set<number>();
      // Each side of an `or` has series of its own, which must last as long.
      for (const side of expr.split(" or ")) {
        let since = 0;
        for (const [minute, samples] of all.entries()) {
          if (!holds(side, samples, start + 60 * minute)) since = minute + 1;
          if (minute - since >= needed) minutes.add(minute);
        }
      }
      return [alert, [...minutes].sort((a, b) => a - b)];
    }),
  );
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

test("Prometheus accepts the rules", () => {
  expectValid(validator(storeSchema("prometheus.rules.json")), file);
  for (const rule of rules) expect(rule.for).toMatch(/^\d+[mh]$/);
});

test("alerts fire for what they are about, and for nothing else", async () => {
  const logto = await startLogto();
  logto.signInExperience.singleSignOnEnabled = true;
  const { good, drifted, expiring, unknown } = await scrapesOf(logto);
  await logto.close();
  const start = Math.floor(Number(lastSuccess.exec(good)?.[2]));

  expect(firing(start, healthy(good, 180))).toEqual(none);
  expect(
    firing(start, [...healthy(good, 10), ...healthy(drifted, 30, 10), ...healthy(good, 20, 40)]),
  ).toEqual({
    ...none,
    LogtoSsoDrift: range(25, 39),
  });
  expect(firing(start, healthy(expiring, 90))).toEqual({
    ...none,
    LogtoSsoCertificateExpiring: range(60, 89),
  });
  // The checks fail, or hang: after an hour and five minutes.
  expect(firing(start, stuck(good, 90))).toEqual({ ...none, LogtoSsoDriftUnknown: range(66, 89) });
  // No check has succeeded yet.
  expect(firing(start, stuck(unknown, 10))).toEqual({ ...none, LogtoSsoDriftUnknown: range(5, 9) });
  // The process is gone, and comes back.
  expect(firing(start, [...healthy(good, 10), ...down(20), ...healthy(good, 5, 30)])).toEqual({
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
  const drifted = await scrape(/; it fails the check/);
  edit = () => undefined;
  rows.push(
    insert("globex", samlMetadata("urn:globex", "https://idp.globex.example/sso", await certificateOf(-1))),
  );
  const expiring = await scrape(/; it does not fail/);
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
