/** Links by which users sign in without a connector, with the right email address only (Logto: routes/one-time-tokens.ts). */
import { z } from "zod/v3";
import { newId } from "./database";
import type { Experience } from "./experience";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";

const createGuard = z.object({ email: z.string().min(1).max(128) });
const verifyGuard = z.object({
  identifier: z.object({ type: z.literal("email"), value: z.string().regex(/^\S+@\S+\.\S+$/) }),
  token: z.string().min(1),
});
const lifetimeMs = 10 * 60 * 1000;

interface OneTimeToken {
  readonly email: string;
  isConsumed: boolean;
}

export class OneTimeTokens {
  readonly #tokens = new Map<string, OneTimeToken>();

  constructor(private readonly experience: Experience) {}

  readonly create = ({ body }: ApiRequest): ApiResponse => {
    const { email } = guard(createGuard, body);
    const [token, createdAt] = [newId(32), Date.now()];
    this.#tokens.set(token, { email, isConsumed: false });
    const ids = { tenantId: "default", id: newId(21), email, token };
    const times = { createdAt, expiresAt: createdAt + lifetimeMs };
    return { status: 201, body: { ...ids, context: {}, status: "active", ...times } };
  };

  /** Takes the token of a link that a user has opened. */
  readonly verify = (call: ApiRequest): ApiResponse => {
    const interaction = this.experience.startedOf(call);
    const { identifier, token } = guard(verifyGuard, call.body);
    const known = this.#tokens.get(token);
    if (known === undefined) throw new ApiError(404, "one_time_token.token_not_found");
    if (known.email !== identifier.value) throw new ApiError(400, "one_time_token.email_mismatch");
    if (known.isConsumed) throw new ApiError(400, "one_time_token.token_consumed");
    known.isConsumed = true;
    const verificationId = newId(21);
    interaction.link = { verificationId, email: known.email };
    return { status: 200, body: { verificationId } };
  };
}
