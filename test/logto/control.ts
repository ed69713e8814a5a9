/** The control interface for other processes: `/_faults` and `/_features`, which do not appear in the log. */
import { type Fault, faults, type Faults, type Target, targets } from "./faults";
import type { Features } from "./features";
import type { ApiResponse } from "./http";

export function controlFaults(armed: Faults, method: string, text: string): ApiResponse {
  if (method === "DELETE") armed.disarm();
  if (method !== "POST") return { status: 200, body: { struck: armed.struck } };
  const given = parse(text);
  const aim = isTarget(given.target) ? given.target : route(given.target);
  if (!isFault(given.fault) || aim === undefined) {
    const message =
      "Specify a fault and a target: one of those listed, or {method, path}, where path is a regular expression.";
    return { status: 400, body: { message, faults: Object.keys(faults), targets: Object.keys(targets) } };
  }
  armed.arm(given.fault, aim, typeof given.times === "number" ? given.times : 1);
  return { status: 204 };
}

/** Returns which features are on, after a POST has switched some of them. */
export function controlFeatures(features: Features, method: string, text: string): ApiResponse {
  const given = method === "POST" ? parse(text) : {};
  const names = Object.keys(features);
  const wrong = Object.entries(given).find(
    ([name, value]) => !names.includes(name) || typeof value !== "boolean",
  );
  if (wrong !== undefined) {
    return { status: 400, body: { message: "Each feature must be true or false.", features: names } };
  }
  return { status: 200, body: Object.assign(features, given) };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function route(target: unknown): { method: string; path: RegExp } | undefined {
  const { method, path } = (target ?? {}) as Record<string, unknown>;
  if (typeof method !== "string" || typeof path !== "string") return undefined;
  try {
    return { method, path: new RegExp(path) };
  } catch {
    return undefined;
  }
}

const isFault = (name: unknown): name is Fault => typeof name === "string" && Object.hasOwn(faults, name);
const isTarget = (name: unknown): name is Target => typeof name === "string" && Object.hasOwn(targets, name);
