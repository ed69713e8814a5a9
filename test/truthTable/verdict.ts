/** Whether what the commands say of a connector is what its users meet. Pure. */
import type { SignInCase } from "./signInCase";

type Word = "pass" | "fail" | "unknown";

export interface Observation {
  readonly preview: "ok" | "warning" | "error";
  /** `undefined` where the preview refused it. */
  readonly up: "ok" | "error" | undefined;
  /** What `doctor --email` says; `undefined` where Logto has no such connector. */
  readonly doctor: Word | undefined;
  /** What `doctor --email --probe` says. */
  readonly probe: Word | undefined;
  /** The classes that `drift --probe` finds of it; `undefined` where the stack does not have it. */
  readonly drift: readonly string[] | undefined;
  /** Where a sign-in ends: `undefined` where it succeeds. */
  readonly failsAt: string | undefined;
  /** Whether something was changed after the deployment. */
  readonly isChangedLater: boolean;
}

/** The classes of findings with which nobody can sign in. */
const stopping: ReadonlySet<string> = new Set([
  "unusable",
  "not-served",
  "sso-disabled",
  "idp-unreachable",
  "credentials-rejected",
  "redirect-not-registered",
  "sign-in-refused",
]);

/** Returns where the commands contradict a sign-in. */
export function contradictions(of: SignInCase, seen: Observation): string[] {
  const { preview, up, doctor, probe, drift, failsAt } = seen;
  const works = failsAt === undefined;
  const stops = drift?.some((findingClass) => stopping.has(findingClass));
  // What only a sign-in shows, no command can know.
  const isSeen = of.beyondSight === undefined;
  const isDeclared =
    of.atProvider !== true &&
    of.byAddress !== true &&
    of.isIncomplete !== true &&
    of.isSwitchedOff !== true &&
    !seen.isChangedLater;
  return [
    ...(works && preview === "error" ? ["the preview refuses what works"] : []),
    ...(!works && isDeclared && preview === "ok" && up === "ok" ? ["the preview is silent"] : []),
    ...(works && doctor === "fail" ? ["doctor fails what works"] : []),
    ...(!works && of.atProvider !== true && doctor === "pass" ? ["doctor passes what fails"] : []),
    ...(works && probe === "fail" ? ["doctor --probe fails what works"] : []),
    ...(!works && isSeen && probe === "pass" ? ["doctor --probe passes what fails"] : []),
    ...(works && stops === true ? ["drift reports what works"] : []),
    ...(!works && isSeen && of.byAddress !== true && stops === false && probe !== "unknown"
      ? ["drift is silent"]
      : []),
  ];
}

/** Whether the commands leave it open how a sign-in ends. */
export function isUnknown(of: SignInCase, { probe, failsAt }: Observation): boolean {
  return probe === "unknown" || (of.beyondSight !== undefined && probe === "pass" && failsAt !== undefined);
}
