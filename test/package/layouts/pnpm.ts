import { join } from "node:path";

/** The command, which is among the dependencies of this repository. */
export const pnpm = join(__dirname, "..", "..", "..", "node_modules", ".bin", "pnpm");
