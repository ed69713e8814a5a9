/** Checks states for drift in this process. How the command `logto-sso drift` prints and exits is tested in drift.test.ts. */
import { defaultFailOn } from "../../provider/cli/drift/command";
import { check, type CheckOptions } from "../../provider/cli/drift/check";
import type { Finding } from "../../provider/cli/drift/finding";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { describeError } from "../../provider/cli/io/commandError";
import { placeFor, stateIn } from "../exportedState";
import type { Logto } from "../logto";
import { inThisProcess } from "../runCli";

type Checked = Pick<DriftReport, "findings" | "tenants"> &
  Partial<DriftReport> & {
    /** The error of a check that could not be completed. */
    readonly error?: string;
  };

/**
 * @param text the content of the file
 * @param logto the tenant of the environment
 */
export async function checkState(
  text: string,
  logto: Pick<Logto, "url"> | undefined,
  { expiryDays = 30, probe = false, baseline }: Partial<CheckOptions> = {},
): Promise<Checked> {
  const place = placeFor(logto);
  const [, state = ""] = stateIn(place, text);
  try {
    const options = { state, expiryDays, probe, baseline, failOn: defaultFailOn, rules: [] };
    return await inThisProcess(place, () => check(options));
  } catch (error) {
    return { error: describeError(error), findings: [], tenants: [] };
  }
}

export const brief = ({ class: kind, connector, path }: Finding) =>
  [kind, connector.name, ...(path === undefined ? [] : [path])].join(" ");
