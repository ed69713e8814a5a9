// npm run conformance: sends what was recorded of a real Logto to the stand-in, and compares the answers. With
// `-- --endpoint URL` to a real Logto on the same host, with an empty tenant, so that a newer one is compared with what
// was recorded: LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET name an application with access to its Management API.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { startIdentityProviders } from "./identityProviders";
import { Player } from "./player";
import { comparable, type Step } from "./recording";
import { startLogto } from "./server";

export interface Difference {
  readonly step: string;
  readonly expected: unknown;
  readonly got: unknown;
}

const recordings = join(__dirname, "recordings");

interface Target {
  readonly url: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** Switches `DEV_FEATURES_ENABLED`; missing where the server has it on, and would have to be started again. */
  setDevFeatures?(isOn: boolean): void;
  close?(): Promise<void>;
}

async function standIn(): Promise<Target> {
  const client = { id: "conformance", secret: "canary-conformance" };
  // A real one asks a dead identity provider for 3 s; that it does is a test of its own.
  const logto = await startLogto({ applications: [client], retryDelayMs: 5 });
  return {
    url: logto.url,
    client,
    setDevFeatures: (isOn) => {
      logto.features.idpInitiatedAuth = isOn;
    },
    close: () => logto.close(),
  };
}

function real(endpoint: string): Target {
  const { LOGTO_CLIENT_ID: id, LOGTO_CLIENT_SECRET: secret } = process.env;
  if (!id || !secret)
    throw new Error("Set LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET to those of an application.");
  return { url: new URL(endpoint).origin, client: { id, secret } };
}

/** @param endpoint of a real Logto; else the stand-in answers */
export async function replay(endpoint?: string): Promise<{ steps: number; differences: Difference[] }> {
  const logto = endpoint === undefined ? await standIn() : real(endpoint);
  const idp = await startIdentityProviders();
  try {
    const differences: Difference[] = [];
    let steps = 0;
    for (const file of readdirSync(recordings).filter((name) => name.endsWith(".json"))) {
      const player = new Player(logto, idp.url);
      const recorded = JSON.parse(readFileSync(join(recordings, file), "utf8")) as Step[];
      for (const [index, step] of recorded.entries()) {
        const { name, method, path, devFeatures = true, expect } = step;
        if (!devFeatures && logto.setDevFeatures === undefined) continue;
        logto.setDevFeatures?.(devFeatures);
        const answer = await player.play(step);
        steps++;
        if (expect === undefined) continue;
        const comparison = { step, expected: expect, isOrdered: endpoint === undefined };
        const [expected, got] = [comparable(expect, comparison), comparable(answer, comparison)];
        if (isDeepStrictEqual(got, expected)) continue;
        differences.push({ step: `${file} ${index} ${name}: ${method} ${path}`, expected, got });
      }
    }
    return { steps, differences };
  } finally {
    await logto.close?.();
    await idp.close();
  }
}

if (require.main === module) {
  const { endpoint } = parseArgs({ options: { endpoint: { type: "string" } } }).values;
  replay(endpoint).then(
    ({ steps, differences }) => {
      for (const { step, expected, got } of differences) {
        console.log(`✕ ${step}\n  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(got)}`);
      }
      console.log(`${steps - differences.length} of ${steps} steps as recorded`);
      process.exitCode = differences.length === 0 ? 0 : 1;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
