/**
 * A part of `npm run chaos`: some scenarios, each in one mode, for all kinds of resources at once. The scenarios take the modes in
 * turn. They run one after the other, since an error of an inline program is one of its process.
 */
import { findCli } from "../engine";
import { passed, runScenario } from "./identityMatrix";
import { modes } from "./identityScenarios";

jest.setTimeout(240_000);
beforeAll(() => findCli(), 600_000); // takes minutes the first time

const names = ["renamed", "another tenant"];

test.each(
  names.map((scenario, index) => ({
    scenario,
    mode: modes[index % modes.length] ?? "plain",
  })),
)(
  "$scenario, $mode: no object is lost or duplicated, and the stack converges",
  async ({ scenario, mode }) => {
    const cells = await runScenario(scenario, mode);
    expect(cells.filter((cell) => !passed(cell))).toEqual([]);
  },
);
