import { useVirtualTime } from "../../test/virtualTime";
import { ProcessEnd } from "./processEnd";

useVirtualTime();

const signals = ["SIGINT", "SIGBREAK"] as const;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

let begun: number;
let showLast: jest.Mock<Promise<void>, []>;
let end: ProcessEnd;
/** The events so far, with the milliseconds since the test began. */
let log: string[];
const record = (what: string) => log.push(`${what} ${Date.now() - begun}`);
let listeners: (readonly [signal: NodeJS.Signals, listener: NodeJS.SignalsListener])[];

beforeEach(() => {
  [begun, log] = [Date.now(), []];
  jest.spyOn(process, "exit").mockImplementation((() => record("exit")) as () => never);
  showLast = jest.fn(() => Promise.resolve());
  end = new ProcessEnd(() => showLast());
  const before = signals.flatMap((signal) => process.listeners(signal));
  end.listen();
  listeners = signals.flatMap((signal) =>
    process
      .listeners(signal)
      .filter((listener) => !before.includes(listener))
      .map((listener) => [signal, listener] as const),
  );
});
afterEach(() => {
  for (const [signal, listener] of listeners) process.off(signal, listener);
  jest.restoreAllMocks();
});

function send(signal: NodeJS.Signals): void {
  for (const [its, listener] of listeners) if (its === signal) listener(signal);
}

/** A call that takes so long. */
const call = (ms: number, writes = true) => end.keepAlive(() => sleep(ms).then(() => "result"), writes);

test.each(signals)("%s ends a process in which nothing happens", async (signal) => {
  send(signal);
  await sleep(1);
  expect(log).toEqual(["exit 0"]);
});

test("without a signal the process goes on", async () => {
  expect(await call(10)).toBe("result");
  end.waitFor(Promise.resolve());
  await sleep(10_000);
  expect(log).toEqual([]);
});

test("the result of a write has a moment to reach the engine", async () => {
  await call(10);
  await sleep(50);
  send("SIGINT");
  await sleep(1000);
  expect(log).toEqual(["exit 110"]);
});

test("a read loses nothing", async () => {
  await call(10, false);
  await sleep(50);
  send("SIGINT");
  await sleep(1000);
  expect(log).toEqual(["exit 60"]);
});

test("a call that the signal meets is finished, and one that fails as well", async () => {
  const failing = end.keepAlive(async () => {
    await sleep(500);
    throw new Error("no");
  }, true);
  const calls = Promise.allSettled([failing, call(200)]);
  await sleep(100);
  send("SIGINT");
  await calls;
  record("done");
  await sleep(5000);
  expect(log).toEqual(["done 500", "exit 1500"]);
});

test("a call that comes while the process is about to end is finished", async () => {
  const first = call(100);
  await sleep(50);
  send("SIGINT");
  await first;
  await sleep(900);
  await call(300);
  await sleep(5000);
  expect(log).toEqual(["exit 2300"]);
});

test("a signal after a call does not shorten the time of its result", async () => {
  const first = call(100);
  await sleep(50);
  send("SIGINT");
  await first;
  await sleep(500);
  send("SIGINT");
  await sleep(5000);
  expect(log).toEqual(["exit 1100"]);
});

test("the end waits for what no call waits for, and for no longer", async () => {
  end.waitFor(sleep(700));
  send("SIGINT");
  await sleep(5000);
  expect(log).toEqual(["exit 700"]);
});

test("what is said last is said before the end, and a call meanwhile is finished", async () => {
  showLast.mockImplementation(() => sleep(200).then(() => void record("shown")));
  send("SIGINT");
  await sleep(100);
  await call(500);
  await sleep(5000);
  expect(log).toEqual(["shown 200", "shown 1800", "exit 1800"]);
});
