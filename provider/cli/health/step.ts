/** The steps of a sign-in, as `logto-sso doctor` reports them. */
import { withoutExposed } from "../../connector/exposedSecret";

/** Each step by its name in `--json`, with its label in text. Those of a tenant come first, then those of a connector. */
export const stepLabels = {
  settings: "settings",
  proxy: "proxy",
  token: "token",
  role: "role",
  connectors: "connectors",
  switch: "switch",
  connector: "connector",
  email: "email",
  config: "config",
  domains: "domains",
  "identity-provider": "reachable",
  issuer: "issuer",
  endpoints: "endpoints",
  metadata: "metadata",
  certificates: "certificate",
  "request-signing": "signing",
  "idp-initiated": "portal",
  discovery: "discovery",
  credentials: "credentials",
  "redirect-uri": "redirect URI",
  "sign-in": "sign-in",
  organizations: "member of",
} as const;

export type StepName = keyof typeof stepLabels;
export const stepNames = Object.keys(stepLabels) as StepName[];

export type Status = "pass" | "fail" | "unknown";

export interface Step {
  readonly step: StepName;
  /** `unknown`: it cannot be determined from here. */
  readonly status: Status;
  /** Sentences that say why it has this status. */
  readonly message: string;
  /** The advice on what to do. A step that passes has one if it will fail soon, or is unusual. */
  readonly remedy?: string;
}

export const pass = (step: StepName, message: string, remedy?: string) => of("pass", step, message, remedy);
export const fail = (step: StepName, message: string, remedy?: string) => of("fail", step, message, remedy);
export const unknown = (step: StepName, message: string, remedy?: string) =>
  of("unknown", step, message, remedy);

export const allUnknown = (steps: readonly StepName[], message: string) =>
  steps.map((step) => unknown(step, message));

function of(status: Status, step: StepName, message: string, remedy: string | undefined): Step {
  // Both texts can quote what Logto has.
  return {
    step,
    status,
    message: withoutExposed(message),
    ...(remedy === undefined ? {} : { remedy: withoutExposed(remedy) }),
  };
}

/** Whether a step needs no attention. */
export function isFine({ status, remedy }: Step): boolean {
  return status === "pass" && remedy === undefined;
}
