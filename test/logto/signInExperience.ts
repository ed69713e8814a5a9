/** The sign-in experience of a tenant: whether single sign-on is enabled, and which connectors a user is offered. */
import { randomUUID } from "node:crypto";
import { z } from "zod/v3";
import type { Connectors } from "./connectors";
import type { Row } from "./database";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { identityProviderOf, isKnown, logo } from "./identityProviders";

const patchGuard = z.object({ singleSignOnEnabled: z.boolean().optional() });
const emailGuard = z.object({ email: z.string().email() });

export class SignInExperience {
  /** Whether users are offered connectors at all. A new tenant of a self-hosted Logto has it off (recorded). */
  singleSignOnEnabled = false;
  readonly #sessions = new Set<string>();

  constructor(private readonly connectors: Connectors) {}

  readonly get = (): ApiResponse => ({
    status: 200,
    // Two of some 35 keys (Logto's code: the whole row).
    body: { tenantId: "default", singleSignOnEnabled: this.singleSignOnEnabled },
  });

  readonly patch = ({ body }: ApiRequest): ApiResponse => {
    const { singleSignOnEnabled } = guard(patchGuard, body);
    // Logto builds an UPDATE without any column (recorded).
    if (singleSignOnEnabled === undefined) throw new ApiError(422, "entity.invalid_input");
    this.singleSignOnEnabled = singleSignOnEnabled;
    return this.get();
  };

  /** Returns the settings of the sign-in page, without a token. */
  readonly page = (): ApiResponse => ({
    status: 200,
    body: {
      signInMode: "SignInAndRegister",
      singleSignOnEnabled: this.singleSignOnEnabled,
      ssoConnectors: this.#offered().map(({ id, providerName, branding }) => ({
        id,
        connectorName: branding.displayName ?? identityProviderOf(providerName).name,
        logo: branding.logo ?? logo(providerName),
        darkLogo: branding.darkLogo ?? logo(providerName),
      })),
    },
  });

  /** Starts a sign-in session, which the browser continues with its cookies. */
  authorize(query: URLSearchParams): ApiResponse {
    const session = randomUUID();
    this.#sessions.add(session);
    const names = ["_logto", "_interaction", "_interaction_resume"];
    return {
      status: 303,
      headers: {
        location: `/sign-in?app_id=${query.get("client_id") ?? ""}`,
        "set-cookie": names.flatMap((name) => [`${name}=${session}`, `${name}.sig=${session}`]),
      },
    };
  }

  readonly start = (call: ApiRequest): ApiResponse => {
    this.sessionOf(call);
    return { status: 204 };
  };

  readonly lookUp = (call: ApiRequest): ApiResponse => ({
    status: 200,
    body: { connectorIds: this.#idsFor(call) },
  });

  /** The look-up of older sign-in pages. */
  readonly legacyLookUp = (call: ApiRequest): ApiResponse => ({ status: 200, body: this.#idsFor(call) });

  /** Returns the ID of the session that the browser's cookies name. */
  sessionOf({ cookie = "" }: ApiRequest): string {
    const [, session = ""] = /(?:^|; )_interaction=([^;]*)/.exec(cookie) ?? [];
    if (this.#sessions.has(session)) return session;
    throw new ApiError(400, "session.not_found", undefined, {
      error: "invalid_request",
      error_description: "interaction session id cookie not found",
    });
  }

  #idsFor(call: ApiRequest): string[] {
    this.sessionOf(call);
    const { email } = guard(emailGuard, Object.fromEntries(call.query));
    const domain = email.slice(email.indexOf("@") + 1).toLowerCase();
    return this.#offered()
      .filter(({ domains }) => domains.includes(domain))
      .map(({ id }) => id);
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
