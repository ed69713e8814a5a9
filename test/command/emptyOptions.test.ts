/** Options with an empty value, as of a variable that a pipeline does not set. */
import { placeFor } from "../exportedState";
import { type Logto, startLogto } from "../logto";
import { logtoSso } from "../runCli";

jest.setTimeout(60_000);
let logto: Logto;
beforeEach(async () => {
  logto = await startLogto();
});
afterEach(() => logto.close());

test.each(["import", "list", "drift", "doctor"])(
  "%s rejects an empty value of each of its options",
  async (command) => {
    const place = placeFor(logto);
    const help = await logtoSso(place, [command, "--help"]);
    const options = [...help.stdout.matchAll(/^ {2}(--[a-z-]+) </gm)].map(([, option = ""]) => option);
    expect(options).toContain("--stack");
    // What would make each of them valid otherwise.
    const others: Readonly<Record<string, readonly string[]>> = {
      "--output": ["--format", "json"],
      "--metrics": ["--watch", "300"],
      "--out": ["--all"],
      "--customers": ["--all"],
    };
    const runs = options.flatMap((option) =>
      ["", " "].map((value) => [...(others[option] ?? []), option, value]),
    );
    const results = await Promise.all(
      runs.map((args) => logtoSso(place, [command, ...args], { mayFail: true })),
    );
    for (const [index, { code, stdout, stderr }] of results.entries()) {
      expect([runs[index], code, stdout]).toEqual([runs[index], 1, ""]);
      expect(stderr).toMatch(/has an empty value|is invalid\. |Unknown finding class: \(empty\)/);
    }
    expect(logto.log).toEqual([]);
  },
);

test("an empty value among others is rejected, too", async () => {
  const place = placeFor(logto);
  const { code, stderr } = await logtoSso(place, ["import", "--name", "Acme", "", "--dry-run"], {
    mayFail: true,
  });
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("option '--name <NAME...>' has an empty value"),
  ]);
});
