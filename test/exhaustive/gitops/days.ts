/** Good and bad days of a repository's jobs: drift, wrong credentials, a Logto that is down. And what each report says of drift. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logto } from "../../logto";
import type { Repository } from "./repository";

/** Somebody adds a domain in the console. */
export function editByHand(logto: Logto): void {
  logto.named("Acme").domains = ["acme.com", "by-hand.com"];
}

/** Fails unless a form of the report says so. */
export function expectReported(text: string): void {
  for (const pattern of [/Acme/, /domains/, /changed/, /pulumi up --refresh/]) expect(text).toMatch(pattern);
}

/** Fails unless the HTML report is in a folder. */
export function expectHtmlReport(folder: string): string {
  const page = readFileSync(join(folder, "drift.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  expect(page).not.toContain("canary");
  return page;
}

/**
 * Does something on two days on which no check or deployment can be completed, after each of which all is well again.
 *
 * @param work gets what the output says then
 */
export async function onBadDays(
  logto: Logto,
  { stack }: Repository,
  work: (says: RegExp) => Promise<void>,
): Promise<void> {
  await stack.setConfig({ "logto:clientSecret": { secret: "canary-wrong" } });
  await work(/logto:clientSecret/);
  await stack.setConfig({ "logto:clientSecret": { secret: "canary-m2m" } });

  logto.faults.arm("503", { method: "GET", path: /./ }, Infinity);
  await work(/503/);
  logto.faults.disarm();
}
