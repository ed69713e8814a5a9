/** Declarations for a reader at a terminal, in which certificates and metadata are shortened. Pure. */
import type { Connector } from "../../connector/canonical";
import type { Field } from "../../connector/field";
import { configFields } from "../../connector/identityProviders";
import { shortened } from "../../untrustedText";
import type { Destination } from "./destination";

const longFormats: readonly unknown[] = ["certificate", "samlMetadata"];
const maxLength = 50;

/** Returns the destination, which declares connectors so. What it writes is no longer of use. */
export function withShortTexts(destination: Destination): Destination {
  return {
    ...destination,
    declare: (connector, ...more) => destination.declare(withShort(connector), ...more),
  };
}

/** Whether a certificate or metadata of a connector is shortened. */
export function hasLongText({ config = {} }: Connector): boolean {
  return Object.entries(config).some(([key, value]) => isLong(key, value));
}

function withShort(connector: Connector): Connector {
  const { config } = connector;
  if (config === undefined) return connector;
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => [
    key,
    isLong(key, value) ? shortened(value.replace(/\s+/g, " "), maxLength) : value,
  ]);
  return { ...connector, config: Object.fromEntries(entries) };
}

function isLong(key: string, value: unknown): value is string {
  const field: Field | undefined = Object.hasOwn(configFields, key) ? configFields[key] : undefined;
  const format = field !== undefined && "format" in field ? field.format : undefined;
  return longFormats.includes(format) && typeof value === "string" && value.length > maxLength;
}
