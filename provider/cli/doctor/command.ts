/** `logto-sso doctor`: follows a sign-in step by step, and says which step fails. Read-only. */
import { asDoctorText } from "./textReport";
import { examine, type ExamineOptions } from "./examine";
import { createDoctorReport } from "./doctorReport";
import { CommandError } from "../io/commandError";
import { print, printColored } from "../io/output";
import { withProgress } from "../io/progress";
import { terminalOf } from "../io/terminal";
import { json as jsonOf } from "../io/layout";
import { quote } from "../../untrustedText";

export interface DoctorOptions extends ExamineOptions {
  readonly json?: boolean;
}

/** @returns the exit code: 0 if no step fails, 2 if any does */
export async function doctor({ json, ...options }: DoctorOptions): Promise<number> {
  const { name, email } = options;
  if (email !== undefined && !/^.+@.+$/.test(email)) {
    throw new CommandError(`--email must be an email address, such as user@acme.com (got ${quote(email)}).`);
  }
  const tenants = await withProgress("Examining the tenant", () => examine(options));
  const report = createDoctorReport(tenants, options, Date.now());
  const isComplete = name !== undefined || email !== undefined;
  if (json === true) print(jsonOf(report));
  else printColored(asDoctorText(report, isComplete, await terminalOf(process.stdout)).trimEnd());
  return report.failed ? 2 : 0;
}
