/** Signed SAML requests: a killed host between the requests that they take. */
import { type Host, startHost } from "../engine/host";
import type { Logto } from "../logto";
import { eachWithLogto, newStack, succeed } from "../provider/inProcess";
import { expectFinished, program } from "../provider/signing";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

test.each(
  [2, 3, 4, 5].flatMap((boundary) => [
    { boundary, split: false },
    { boundary: boundary + 1, split: true },
  ]),
)(
  "after the host is killed at request $boundary (separate config: $split) the next run finishes with one key",
  async ({ boundary, split }) => {
    const engine = newStack(logto);
    const { start } = engine;
    let host: Host;
    engine.start = async (config) => (host = await startHost(config));
    let count = 0;
    logto.beforeAnswer = ({ path }) => {
      if (!path.startsWith("/api/.well-known/") && ++count === boundary) process.kill(host.pid, "SIGKILL");
    };
    expect((await engine.up(program(logto, split))).size).toBeGreaterThan(0);
    logto.beforeAnswer = () => undefined;
    engine.start = start;
    const errors = await engine.up(program(logto, split));
    // If the connector was created but not recorded, its name is taken.
    const isUnrecorded = !split || boundary === 2;
    expect(errors.has("acme")).toBe(isUnrecorded);
    if (isUnrecorded) {
      expect(errors.get("acme")?.message).toContain("add `adopt: true,`");
      await succeed(engine.up(program(logto, split, { adopt: true })));
    }
    await expectFinished(logto, engine, split);
  },
);
