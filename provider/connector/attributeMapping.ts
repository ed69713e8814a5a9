/** The attribute mapping of a SAML connector, as Logto applies it to the attributes of an assertion. Pure. */
import { quote } from "../untrustedText";
import { isAbsent, isObject, pick, type Values } from "../values";
import { withoutExposed } from "./exposedSecret";
import { becomesUnknown } from "./issuer";
import type { Problem, TextProblem } from "./problem";

/** Logto's own mapping, over which that of the config is laid, in Logto's order (Logto: sso/types/saml.ts). */
const defaults: Values = { id: "nameID", email: "email", name: "name" };

function fullMapping(mapping: Values): Values {
  const given = Object.keys(mapping).filter((field) => !isAbsent(mapping[field]));
  return { ...defaults, ...pick(mapping, given) };
}

/**
 * Returns the field that takes the attribute away from another one. Logto turns the mapping round, from attributes to fields, so
 * that of several fields with one attribute only the last has it (Logto: sso/SamlConnector/utils.ts,
 * `getExtendedUserInfoFromRawUserProfile`). An attribute that is not known yet takes none away.
 */
function takerOf(field: string, mapping: Values): string | undefined {
  const fields = Object.keys(mapping);
  const later = fields.slice(fields.indexOf(field) + 1);
  return later
    .reverse()
    .find((other) => typeof mapping[field] === "string" && mapping[other] === mapping[field]);
}

/**
 * Returns what is wrong with a mapping: an error if nobody can sign in, since Logto requires an ID; a warning if users never
 * get their email address. A name cannot be lost, as it is the last of the fields.
 *
 * @param mapping `attributeMapping` of a config; attributes that are not known yet may be of any type but text
 */
export function attributeMappingProblem(mapping: Values): TextProblem | undefined {
  const full = fullMapping(mapping);
  if (full.id === "") return { message: `has no attribute for id. ${outcomes.id}.`, whenNew: true };
  if (takerOf("id", full) !== undefined) return { message: lossMessage("id", full), whenNew: true };
  if (takerOf("email", full) === undefined) return undefined;
  return { message: lossMessage("email", full), isWarning: true };
}

const outcomes = {
  id: 'Without an ID, Logto refuses every sign-in (401 "Invalid SAML assertion")',
  email: "Users sign in without an email address",
};

function lossMessage(field: "id" | "email", full: Values): string {
  const taker = takerOf(field, full) ?? "";
  const attribute = shown(full[field]);
  const isFree = (name: string) => !Object.values(full).includes(name);
  const other = quote(field === "id" && isFree("nameID") ? "nameID" : "ANOTHER_ATTRIBUTE");
  const [first, second] = field === "id" ? [other, attribute] : [attribute, other];
  // An attribute that is mapped to no field keeps its name, which may be that of a field.
  const exception = isFree(field)
    ? `, unless the identity provider sends an attribute named ${field}: then specify ${field}: ${quote(field)}`
    : "";
  return (
    `copies the attribute ${attribute} to both ${field}${byDefault(field, full)} and ${taker}${byDefault(taker, full)}, but Logto ` +
    `copies an attribute to one field only, here ${taker}. ${outcomes[field]}${exception}. Specify an attribute for each, such as ` +
    `{ ${field}: ${first}, ${taker}: ${second} }.`
  );
}

function byDefault(field: string, full: Values): string {
  return full[field] === defaults[field] ? " (by default)" : "";
}

/** Returns a warning of an attribute that is probably meant to be the name ID, for which Logto has one spelling. */
export function nameIdWarning(attribute: string): string | undefined {
  if (attribute.trim() === defaults.id || !/^(?:saml2?:)?name[\s_-]?id$/i.test(attribute.trim()))
    return undefined;
  return (
    `is not the name ID of the assertion, which is ${quote("nameID")} in Logto, but an attribute of this name, which hardly any ` +
    `identity provider sends. Write ${quote("nameID")}.`
  );
}

/**
 * Returns the warning for a config that takes the users' ID from another attribute. Logto knows the users of a connector by it
 * and the issuer (Logto: queries/user-sso-identities.ts).
 */
export function idAttributeChange(state: Values, declared: Values): Problem | undefined {
  const [before, after] = [idAttributeOf(state), idAttributeOf(declared)];
  if (before === undefined || after === undefined || before === after) return undefined;
  return {
    path: "config.attributeMapping",
    message: `the attribute of the users' ID changes from ${shown(before)} to ${shown(after)}. ${becomesUnknown}`,
    isWarning: true,
  };
}

/** Returns the attribute with the ID; `undefined` if it is not known yet, or no user can have one. */
function idAttributeOf({ attributeMapping = {} }: Values): string | undefined {
  if (!isObject(attributeMapping)) return undefined;
  const full = fullMapping(attributeMapping);
  return typeof full.id === "string" && takerOf("id", full) === undefined ? full.id : undefined;
}

function shown(attribute: unknown): string {
  return quote(withoutExposed(String(attribute)));
}
