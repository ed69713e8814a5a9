/** Reads the SAML metadata at the URLs of connectors, as Logto does at every sign-in. It sends no secret. */
import type { ApiConnector } from "../../connector/apiConnector";
import { secretsOf } from "../../connector/configSecrets";
import { readSamlMetadata } from "../../connector/samlMetadata";
import { mapInParallel } from "../../logto/parallel";
import { redactor } from "../../logto/redaction";
import { createSend, getDocument, isAllowed, reasonOf, type SendProbe, withDeadline } from "./requests";

/** What is at a metadata URL. */
export type MetadataProbe =
  | { readonly found: "metadata"; readonly xml: string; readonly movedTo?: string }
  /** A response that Logto cannot use: the reason continues a sentence about the URL. */
  | { readonly found: "something else"; readonly reason: string }
  | { readonly found: "nothing"; readonly reason: string };

/**
 * Reads the metadata of the connectors that have a metadata URL. It throws nothing.
 *
 * @param timeoutMs for each
 */
export async function probeMetadata<Target extends { readonly connector: ApiConnector }>(
  targets: readonly Target[],
  timeoutMs: number,
): Promise<Map<Target, MetadataProbe>> {
  const having = targets.flatMap((target) => {
    const { metadataUrl } = target.connector.config ?? {};
    return typeof metadataUrl === "string" ? [{ target, metadataUrl }] : [];
  });
  if (having.length === 0) return new Map();
  const send = await createSend();
  return new Map(
    await mapInParallel(having, async ({ target, metadataUrl }) => {
      return [target, await readMetadata(send, metadataUrl, target.connector, timeoutMs)] as const;
    }),
  );
}

async function readMetadata(
  send: SendProbe,
  metadataUrl: string,
  { config = {} }: ApiConnector,
  timeoutMs: number,
): Promise<MetadataProbe> {
  const redact = redactor(secretsOf(config));
  if (!isAllowed(metadataUrl, metadataUrl))
    return { found: "nothing", reason: "it is not an https:// address" };
  try {
    const { status, text, movedTo } = await withDeadline(timeoutMs, (signal) =>
      getDocument(send, metadataUrl, signal),
    );
    if (status !== 200) return { found: "something else", reason: `responds with ${status}` };
    const read = readSamlMetadata(text);
    return "message" in read
      ? {
          found: "something else",
          reason: `responds with a document that ${redact(read.message).replace(/\.$/, "")}`,
        }
      : { found: "metadata", xml: text, ...(movedTo === undefined ? {} : { movedTo }) };
  } catch (error) {
    return { found: "nothing", reason: reasonOf(error, timeoutMs, redact) };
  }
}
