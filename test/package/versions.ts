/** The oldest versions that this package works with. They stand in package.json alone. */
import { engines, peerDependencies } from "../../package.json";

/** Returns the lower end of a range, as package.json writes it. */
function lowerEnd(range: string): string {
  const [, version] = /^(?:>=|\^)(\d+(?:\.\d+)+)/.exec(range) ?? [];
  if (version === undefined) throw new Error(`package.json has a range without a lower end: ${range}`);
  return version;
}

/** Returns the first patch release of a version of two numbers. */
function firstPatch(version: string): string {
  return /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
}

export const oldest = {
  node: firstPatch(lowerEnd(engines.node)),
  /** The Pulumi CLI. */
  pulumi: firstPatch(lowerEnd(engines.pulumi)),
  /** `@pulumi/pulumi`. */
  sdk: firstPatch(lowerEnd(peerDependencies["@pulumi/pulumi"])),
  /** Of two numbers, since TypeScript's releases have no patch 0. */
  typescript: lowerEnd(peerDependencies.typescript),
};
