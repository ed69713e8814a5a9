/** The API of the sign-in page, `/api/experience`: who signs in or is registered (Logto: routes/experience). */
import { z } from "zod/v3";
import type { Authorization, Interaction } from "./authorization";
import type { Connectors } from "./connectors";
import { verifiedIdentity } from "./enterpriseSso";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import type { Organizations } from "./organizations";
import type { SignInExperience } from "./signInExperience";
import type { SsoIdentity, User, Users } from "./users";

const eventGuard = z.object({ interactionEvent: z.enum(["SignIn", "Register", "ForgotPassword"]) });
const identifyGuard = z.object({ verificationId: z.string() });

export class Experience {
  constructor(
    private readonly authorization: Authorization,
    private readonly signInExperience: SignInExperience,
    private readonly connectors: Connectors,
    private readonly users: Users,
    private readonly organizations: Organizations,
  ) {}

  readonly start = (call: ApiRequest): ApiResponse => {
    const interaction = this.authorization.interactionOf(call);
    interaction.event = guard(eventGuard, call.body).interactionEvent;
    delete interaction.attempt;
    delete interaction.link;
    delete interaction.userId;
    return { status: 204 };
  };

  readonly setEvent = (call: ApiRequest): ApiResponse => {
    const interaction = this.startedOf(call);
    const { interactionEvent } = guard(eventGuard, call.body);
    // A link registers users in any mode.
    if (interaction.link === undefined) this.#guardEvent(interactionEvent);
    interaction.event = interactionEvent;
    return { status: 204 };
  };

  readonly get = (call: ApiRequest): ApiResponse => {
    const { event, userId } = this.startedOf(call);
    return { status: 200, body: { interactionEvent: event, userId } };
  };

  /** Finds or registers the user whom a connector has verified. */
  readonly identify = (call: ApiRequest): ApiResponse => {
    const interaction = this.startedOf(call);
    const { verificationId } = guard(identifyGuard, call.body);
    if (interaction.link?.verificationId === verificationId)
      return this.#identifyByLink(interaction, interaction.link);
    const identity = verifiedIdentity(interaction, verificationId);
    this.#guardEvent(interaction.event);
    if (interaction.event === "Register") {
      interaction.userId = this.#register(identity).id;
      return { status: 201, body: "Created" };
    }
    const known = this.users.byIdentity(identity);
    this.#setUser(interaction, known ?? this.#related(identity));
    if (known === undefined) interaction.newIdentity = identity;
    const { syncProfile } = this.connectors.find(identity.ssoConnectorId);
    if (syncProfile && typeof identity.detail.name === "string")
      interaction.syncedName = identity.detail.name;
    return { status: 204 };
  };

  /** Finds or registers the user of a link. One whose domain a connector has must sign in through the connector. */
  #identifyByLink(interaction: Interaction, { email }: { readonly email: string }): ApiResponse {
    const known = this.users.byEmail(email);
    if (interaction.event === "Register") {
      if (this.signInExperience.offeredFor(email).length > 0) throw new ApiError(422, "session.sso_enabled");
      if (known !== undefined) throw new ApiError(422, "user.email_already_in_use");
      const missingProfile = this.signInExperience.missing();
      if (missingProfile.length > 0) throw new ApiError(422, "user.missing_profile", { missingProfile });
      const user = this.users.insert({ primaryEmail: email });
      this.organizations.joinByEmail(user.id, email);
      interaction.userId = user.id;
      return { status: 201, body: "Created" };
    }
    if (known === undefined) throw new ApiError(404, "user.user_not_exist");
    this.#setUser(interaction, known);
    return { status: 204 };
  }

  #setUser(interaction: Interaction, { id }: User): void {
    if (interaction.userId !== undefined && interaction.userId !== id)
      throw new ApiError(409, "session.identity_conflict");
    interaction.userId = id;
  }

  /** Writes what the sign-in has changed, and returns where the browser continues. */
  readonly submit = (call: ApiRequest): ApiResponse => {
    const interaction = this.startedOf(call);
    const { userId, newIdentity, syncedName } = interaction;
    if (userId === undefined) throw new ApiError(404, "session.identifier_not_found");
    const user = this.users.find(userId);
    user.lastSignInAt = Date.now();
    user.name = syncedName ?? user.name;
    if (newIdentity !== undefined) this.#link(user, newIdentity);
    interaction.isSubmitted = true;
    return { status: 200, body: { redirectTo: this.authorization.resumeUrl(interaction) } };
  };

  /** Returns the session of a request, which has begun with PUT. */
  startedOf(call: ApiRequest): Interaction {
    const interaction = this.authorization.interactionOf(call);
    if (interaction.event === undefined) throw new ApiError(404, "session.interaction_not_found");
    return interaction;
  }

  /** The sign-in mode can exclude registration or signing in. */
  #guardEvent(event: Interaction["event"]): void {
    const { signInMode } = this.signInExperience;
    const isForbidden =
      (event === "SignIn" && signInMode === "Register") || (event === "Register" && signInMode === "SignIn");
    if (isForbidden) throw new ApiError(403, "auth.forbidden");
  }

  /** Returns the user with the email address of an identity that is new, to whom Logto adds it. */
  #related({ detail: { email } }: SsoIdentity): User {
    const user = typeof email === "string" ? this.users.byEmail(email) : undefined;
    if (user === undefined) throw new ApiError(404, "user.sso_identity_not_exist");
    return user;
  }

  #register(identity: SsoIdentity): User {
    const { email, name } = identity.detail;
    if (typeof email === "string" && this.users.byEmail(email) !== undefined)
      throw new ApiError(422, "user.email_already_in_use");
    if (this.users.byIdentity(identity) !== undefined)
      throw new ApiError(422, "user.identity_already_in_use");
    const user = this.users.insert({
      primaryEmail: typeof email === "string" ? email : null,
      name: typeof name === "string" ? name : null,
    });
    this.#link(user, identity);
    return user;
  }

  /** Adds an identity to a user, who joins the organizations of its connector just in time. */
  #link(user: User, identity: SsoIdentity): void {
    user.ssoIdentities.push(identity);
    this.organizations.joinByConnector(user.id, identity.ssoConnectorId);
  }
}
