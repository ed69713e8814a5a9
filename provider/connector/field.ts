/** The kinds of fields that a resource is made of, and the rules that a field can have. Types only. */

interface AnyField {
  /** The field must be given. */
  readonly required?: true;
  /** The value is never shown, and encrypted in the state. */
  readonly secret?: true;
  /** The value that Logto has when the field is left out. */
  readonly default?: unknown;
  /** A value that Logto treats like an absent field. */
  readonly equalsAbsent?: unknown;
  /** The name of the resource is taken when the field is left out. */
  readonly defaultsToResourceName?: true;
  /** A different value replaces the resource. */
  readonly replaces?: true;
  /** The field matters when the resource is created only: it is neither sent to Logto nor compared. */
  readonly createOnly?: true;
  /** A change of this input may change the output. */
  readonly follows?: string;
  /** The field's keys are merged into this other field, and it is not kept by itself. */
  readonly mergedInto?: string;
  /** Logto cannot clear the field: left out of the program, it is not managed and stays as it is. */
  readonly unmanagedIfAbsent?: true;
  /** Only identity providers of this protocol have the field. */
  readonly protocol?: Protocol;
  /** The field exists only while the flag `key` has this value; Logto silently drops it otherwise. */
  readonly onlyIf?: { readonly key: string; readonly is: boolean };
}

export type Protocol = "oidc" | "saml";

/** Must not be empty where it is `required`. */
export interface StringField extends AnyField {
  readonly type: "string";
  readonly maxLength?: number;
  /**
   * The form of the text: `issuer` is the URL of an OIDC identity provider, `verbatim` a text that somebody else compares
   * character by character, `image` the URL of an image, `id` an ID of Logto, `uri` an address of any scheme to which a browser
   * is sent, `samlAttribute` the name of an attribute in a SAML assertion, `color` a color of CSS in hexadecimal digits.
   * `imageUrl` is an `image` that Logto accepts as a whole URL only.
   */
  readonly format?:
    | "url"
    | "uri"
    | "issuer"
    | "certificate"
    | "samlMetadata"
    | "samlAttribute"
    | "verbatim"
    | "image"
    | "imageUrl"
    | "color"
    | "id";
}
interface BooleanField extends AnyField {
  readonly type: "boolean";
}
interface EnumField extends AnyField {
  readonly type: "enum";
  readonly values: readonly string[];
}
/** A moment: RFC 3339 in programs and states, milliseconds since the epoch in Logto's API. */
interface TimestampField extends AnyField {
  readonly type: "timestamp";
}
/** A set of email domains, in lower case. */
interface DomainsField extends AnyField {
  readonly type: "domains";
  /** Logto stores any text, and compares it as it is: the domains are kept as they are written. */
  readonly asWritten?: true;
}
/** A set of texts, none of them empty. */
export interface SetField extends AnyField {
  readonly type: "set";
  /** What an element is, with its article, such as `a role`. */
  readonly of: string;
}
export interface ObjectField extends AnyField {
  readonly type: "object";
  readonly fields: Fields;
  /** Exactly one of these sets of fields must be given, completely. */
  readonly oneOf?: readonly (readonly string[])[];
  /** The rule for the fields together: `attributeMapping` maps the attributes of a SAML assertion. */
  readonly rule?: "attributeMapping";
}
/** Any keys, with values of any kind unless `values` says which. */
interface MapField extends AnyField {
  readonly type: "map";
  readonly values?: "string";
}
/** The name of an identity provider in Logto's API, which decides the type of the resource's `config`. */
interface ProviderNameField extends AnyField {
  readonly type: "providerName";
}
/** A connector's config; its fields depend on the resource's `providerName`. */
interface ConfigField extends AnyField {
  readonly type: "config";
}

export type Field =
  | StringField
  | BooleanField
  | EnumField
  | TimestampField
  | DomainsField
  | SetField
  | ObjectField
  | MapField
  | ProviderNameField
  | ConfigField;
export type Fields = Readonly<Record<string, Field>>;

/** Whether a field is part of what a resource is in Logto: sent, compared and kept in the state. */
export type IsProperty<F> = F extends { createOnly: true } | { mergedInto: string } ? false : true;

export function isProperty(field: Field): boolean {
  return field.createOnly !== true && field.mergedInto === undefined;
}
