import type { Values } from "../values";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import type { Run } from "./tableLifecycle";

/** Updates share a list, including that of a refresh in the same run (`pulumi up --refresh`). */
const maxAgeMs = 30_000;
/** Longer than Logto takes if the identity provider is down, which is about 3.5 s (test/logto/recordings/README.md). */
const maxReadMs = 5000;

/**
 * Reads the config of a connector as Logto has it, before some keys of it are changed; `undefined` if that fails. Logto
 * contacts the identity provider of the old config before it answers, and one that hangs may be the very reason for the change:
 * that must not delay it for long.
 */
export async function readConfig(client: LogtoClient, id: string, run: Run): Promise<Values | undefined> {
  try {
    const withinMs = Math.min(maxReadMs, (client.settings.timeoutSeconds * 1000) / 3);
    return (await client.readConnector(id, { maxAgeMs, withinMs }))?.config;
  } catch (error) {
    if (!(error instanceof LogtoError)) throw error;
    // Usually for one reason, whichever connector the request is about.
    const reason = error.message.replaceAll(id, "ID");
    run.session.notifyTogether(
      id,
      (ids) =>
        `The config was updated without reading it first, of SSO connector ${ids}: ${reason} Keys of it that were ` +
        "changed in Logto since the last refresh are overwritten.",
    );
    return undefined;
  }
}
