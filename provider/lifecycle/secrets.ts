/** The secrets of a resource, by its table. */
import { unknown, type Values } from "../values";
import { isSecretConfigKey } from "../connector/identityProviders";
import type { Resource } from "../connector/resources";

/** Marks the secrets among the properties, by the mark of a front end. */
export function markSecrets(
  { inputs, outputs }: Resource,
  properties: Values,
  secret: (value: unknown) => unknown,
): Values {
  const marked = { ...properties };
  for (const [field, { type, secret: isSecret }] of Object.entries({ ...inputs, ...outputs })) {
    const value = properties[field];
    if (value === undefined) continue;
    if (isSecret === true) marked[field] = secret(value);
    else if (type === "config" && value !== unknown)
      marked[field] = configWithSecrets(value as Values, secret);
  }
  return marked;
}

/** A config's secrets are marked one by one, so that previews show its other keys. */
function configWithSecrets(config: Values, secret: (value: unknown) => unknown): Values {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, isSecretConfigKey(key) ? secret(value) : value]),
  );
}
