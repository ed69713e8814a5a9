/** The sign-in experience of a tenant: whether single sign-on is enabled, and which connectors a user is offered. */
import { z } from "zod/v3";
import type { Authorization } from "./authorization";
import type { Connectors } from "./connectors";
import type { Row } from "./database";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { identityProviderOf, isKnown, logo } from "./identityProviders";

const patchGuard = z.object({
  singleSignOnEnabled: z.boolean().optional(),
  signInMode: z.enum(["SignIn", "Register", "SignInAndRegister"]).optional(),
  signUp: z
    .object({ identifiers: z.array(z.string()), password: z.boolean(), verify: z.boolean() })
    .optional(),
});
const emailGuard = z.object({ email: z.string().email() });

export class SignInExperience {
  /** Whether users are offered connectors at all. A new tenant of a self-hosted Logto has it off (recorded). */
  singleSignOnEnabled = false;
  /** Whether users can sign in, be registered, or both. */
  signInMode: "SignIn" | "Register" | "SignInAndRegister" = "SignInAndRegister";

  /** What users give to register, except those of enterprise SSO. */
  signUp = { identifiers: ["username"], password: true, verify: false };

  constructor(
    private readonly connectors: Connectors,
    private readonly authorization: Authorization,
  ) {}

  readonly get = (): ApiResponse => ({
    status: 200,
    // Four of some 35 keys (Logto's code: the whole row).
    body: {
      tenantId: "default",
      singleSignOnEnabled: this.singleSignOnEnabled,
      signInMode: this.signInMode,
      signUp: this.signUp,
    },
  });

  readonly patch = ({ body }: ApiRequest): ApiResponse => {
    const given = guard(patchGuard, body);
    // Logto builds an UPDATE without any column (recorded).
    if (Object.keys(given).length === 0) throw new ApiError(422, "entity.invalid_input");
    Object.assign(this, given);
    return this.get();
  };

  /** Returns the settings of the sign-in page, without a token. */
  readonly page = (): ApiResponse => ({
    status: 200,
    body: {
      signInMode: this.signInMode,
      singleSignOnEnabled: this.singleSignOnEnabled,
      ssoConnectors: this.#offered().map(({ id, providerName, branding }) => ({
        id,
        connectorName: branding.displayName ?? identityProviderOf(providerName).name,
        logo: branding.logo ?? logo(providerName),
        darkLogo: branding.darkLogo ?? logo(providerName),
      })),
    },
  });

  readonly lookUp = (call: ApiRequest): ApiResponse => ({
    status: 200,
    body: { connectorIds: this.#idsFor(call) },
  });

  /** The look-up of older sign-in pages. */
  readonly legacyLookUp = (call: ApiRequest): ApiResponse => ({ status: 200, body: this.#idsFor(call) });

  #idsFor(call: ApiRequest): string[] {
    this.authorization.interactionOf(call);
    const { email } = guard(emailGuard, Object.fromEntries(call.query));
    return this.offeredFor(email).map(({ id }) => id);
  }

  /** Returns the connectors for an email address. */
  offeredFor(email: string): Row[] {
    const domain = email.slice(email.indexOf("@") + 1).toLowerCase();
    return this.#offered().filter(({ domains }) => domains.includes(domain));
  }

  /** Returns what a user who has an email address, but no more, lacks to be registered without enterprise SSO. */
  missing(): string[] {
    const { identifiers, password } = this.signUp;
    return [...identifiers.filter((one) => one !== "email"), ...(password ? ["password"] : [])];
  }

  /** Returns the connectors with a valid config and at least one domain; no other is offered (recorded). */
  #offered(): Row[] {
    if (!this.singleSignOnEnabled) return [];
    return [...this.connectors.rows.values()].filter(
      ({ providerName, config, domains }) =>
        isKnown(providerName) &&
        identityProviderOf(providerName).config.safeParse(config).success &&
        domains.length > 0,
    );
  }
}
