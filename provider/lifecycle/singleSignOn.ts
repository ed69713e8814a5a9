/** `SingleSignOn`: the one setting of the sign-in experience that decides whether users are offered connectors. */
import type { Values } from "../values";
import { resources, type Resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import type { SingleSignOn } from "../logto/signInExperience";
import { requireId } from "./compositeId";
import type { Verbs } from "./tableLifecycle";
import { verifyApplied } from "./verifyApplied";

const { idFormat: id, noun } = resources.singleSignOn;

export const singleSignOn: Verbs<Resources["singleSignOn"]> = {
  onCheck: ({ enabled }, run) => {
    if (typeof enabled === "boolean") run.session.declareSingleSignOn(enabled);
  },

  create: async (client, { enabled }) => ({ id, outputs: await apply(client, enabled) }),

  async read(client, given) {
    requireId(given, id);
    return { outputs: toState(await client.signInExperience.get()) };
  },

  update: (client, _id, _state, { enabled }) => apply(client, enabled),

  delete: () => Promise.resolve(),

  deleteNotice:
    "Enterprise SSO stays in Logto as it is, enabled or disabled, when its SingleSignOn is deleted. To disable it, run " +
    "`pulumi up` with `enabled: false` first.",
};

/**
 * Sends a PATCH only if the switch is not as declared. A lost answer needs no care: the PATCH can be sent again, and nothing is
 * made that could be orphaned.
 */
async function apply(client: LogtoClient, enabled: boolean): Promise<Values> {
  const current = await client.signInExperience.get();
  if (current.singleSignOnEnabled === enabled) return toState(current);
  const state = toState(await client.signInExperience.setSingleSignOn(enabled));
  verifyApplied(`the ${noun}`, id, { enabled }, state);
  return state;
}

function toState({ singleSignOnEnabled, ...rest }: SingleSignOn): Values {
  return { enabled: singleSignOnEnabled, ...rest };
}
