/** The SAML library of Logto, as far as its stand-in and the identity providers of tests use it. */

/** Its own declarations would bring the types of browsers along. */
interface Samlify {
  readonly IdentityProvider: (settings: object) => SamlIdentityProvider;
  readonly ServiceProvider: (settings: object) => SamlServiceProvider;
  readonly SamlLib: {
    readonly defaultLoginResponseTemplate: { readonly context: string };
    /** Removes the attributes whose value is `undefined`. */
    replaceTagsByValue(template: string, values: Readonly<Record<string, string | undefined>>): string;
  };
  setSchemaValidator(validator: { validate(xml: string): Promise<unknown> }): void;
}
export interface EntityMeta {
  getEntityID(): string | undefined;
  /** Returns the locations by binding if it does not know the binding by this name. */
  getSingleSignOnService(binding: string): Readonly<Record<string, string | string[]>>;
  getX509Certificate(use: "signing"): string | string[] | null;
}
export interface SamlIdentityProvider {
  readonly entityMeta: EntityMeta;
  getMetadata(): string;
  parseLoginRequest(from: SamlServiceProvider, binding: "redirect", request: object): Promise<Parsed>;
  createLoginResponse(
    to: SamlServiceProvider,
    request: Parsed,
    binding: "post",
    user: object,
    fillIn: (template: string) => { readonly id: string; readonly context: string },
  ): Promise<{ readonly context: string }>;
}
export interface SamlServiceProvider {
  createLoginRequest(to: SamlIdentityProvider, binding: "redirect"): { readonly context: string };
  parseLoginResponse(from: SamlIdentityProvider, binding: "post", request: object): Promise<Parsed>;
}
interface Parsed {
  readonly extract: {
    readonly request?: { readonly id?: string };
    readonly issuer?: string;
    readonly nameID?: string;
    readonly attributes?: Readonly<Record<string, string | string[]>>;
  };
}

/** Loads the library at its first use only, since that takes longer than the start of the stand-in. */
export function samlify(): Samlify {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const library = require("samlify") as Samlify;
  library.setSchemaValidator({ validate: validateSchema });
  return library;
}

/**
 * Logto validates messages against the XML schemas of SAML. Of them, this is what a test can influence: the ID of a request,
 * whose type is xs:NCName, so that it can't be empty (seen with Logto 1.42).
 */
function validateSchema(xml: string): Promise<string> {
  const given = [...xml.matchAll(/\sInResponseTo\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  const isValid = given.every(([, double = "", single = ""]) =>
    /^\s*[\p{L}_][\p{L}\p{M}\p{N}._·-]*\s*$/u.test(double + single),
  );
  return isValid ? Promise.resolve("") : Promise.reject(new Error("ERR_EXCEPTION_VALIDATE_XML"));
}
