// npm run conformance: replays the requests that were recorded with a real Logto against the stand-in, and compares
// the responses. With `-- --endpoint URL` it replays them against a real Logto on the same host with an empty tenant,
// to see what a newer version changed: LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET are the credentials of an application
// with access to its Management API.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { startIdentityProviders } from "./idpServers";
import { Player } from "./player";
import { additionsTo, comparable, type Step } from "./recording";
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
  /** Switches `DEV_FEATURES_ENABLED`. A real server has it on and would have to be restarted to switch it. */
  setDevFeatures?(isOn: boolean): void;
  close?(): Promise<void>;
}

async function standIn(): Promise<Target> {
  const client = { id: "conformance", secret: "canary-conformance" };
  // A real Logto retries for 3 s when an identity provider is down, which has a test of its own.
  const logto = await startLogto({ applications: [client], retryDelayMs: 5 });
  return {
    url: logto.url,
    client,
    setDevFeatures: (isOn) => {
      logto.features.idpInitiatedAuth = isOn;
      logto.features.trustedDevices = isOn;
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

/** A replay of all recordings. */
interface Replay {
  readonly steps: number;
  readonly differences: readonly Difference[];
  /** What a real Logto answers beyond the recorded values: the number of steps by path, such as `body.isNew`. */
  readonly additions: ReadonlyMap<string, number>;
}

/** @param endpoint the address of a real Logto; default: a new stand-in, which must not add anything to what is recorded */
export async function replay(endpoint?: string): Promise<Replay> {
  const logto = endpoint === undefined ? await standIn() : real(endpoint);
  const idp = await startIdentityProviders();
  try {
    const differences: Difference[] = [];
    const additions = new Map<string, number>();
    let steps = 0;
    for (const file of readdirSync(recordings).filter((name) => name.endsWith(".json"))) {
      const player = new Player(logto, idp.url);
      const recorded = JSON.parse(readFileSync(join(recordings, file), "utf8")) as Step[];
      for (const [index, step] of recorded.entries()) {
        const { name, method, path, devFeatures = true, expect } = step;
        if (!devFeatures && logto.setDevFeatures === undefined) continue;
        logto.setDevFeatures?.(devFeatures);
        const response = await player.play(step);
        steps++;
        if (expect === undefined) continue;
        const comparison = { step, expected: expect, isOrdered: endpoint === undefined };
        const [expected, got] = [comparable(expect, comparison), comparable(response, comparison)];
        if (isDeepStrictEqual(got, expected)) continue;
        const added = endpoint === undefined ? undefined : additionsTo(expected, got);
        for (const path of added ?? []) additions.set(path, (additions.get(path) ?? 0) + 1);
        if (added !== undefined) continue;
        differences.push({ step: `${file} ${index} ${name}: ${method} ${path}`, expected, got });
      }
    }
    return { steps, differences, additions };
  } finally {
    await logto.close?.();
    await idp.close();
  }
}

if (require.main === module) {
  const { endpoint } = parseArgs({ options: { endpoint: { type: "string" } } }).values;
  replay(endpoint).then(
    ({ steps, differences, additions }) => {
      for (const [path, count] of additions) console.log(`+ ${path} in ${count} steps`);
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
