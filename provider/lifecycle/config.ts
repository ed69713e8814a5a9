/** What the resources that hold a config have in common: its secrets, and its place in errors. */
import { unknown, type Values } from "../connector/connector";
import { isSecretConfigKey } from "../connector/fields";

/** Wraps the secrets of a config among the properties. */
export function hideConfig(properties: Values, secret: (value: unknown) => unknown): Values {
  const hideAll = (group: unknown) =>
    typeof group !== "object" || group === null
      ? group
      : Object.fromEntries(
          Object.entries(group).map(([key, value]) => [key, isSecretConfigKey(key) ? secret(value) : value]),
        );
  const { config, ...rest } = properties;
  return {
    ...rest,
    ...(config === undefined ? {} : { config: config === unknown ? config : hideAll(config) }),
  };
}

/** Told where Logto, which drops without a word what it does not know, does not hold what was sent. */
export function droppedMessage(
  done: "create" | "update",
  subject: string,
  missing: readonly string[],
): string {
  return (
    `Logto took the ${done} of ${subject}, but does not hold what was sent in ${missing.join(", ")}. ` +
    "This Logto may be too old to know it: take it out, or upgrade Logto."
  );
}
