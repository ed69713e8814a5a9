// npm run chaos: both parts at the same time, since the first is mostly waiting. Arguments name scenarios of the second;
// --plugin runs the first part with the plugin instead, in processes of its own.
import { startPlugin } from "./engine/host";
import { runFaults } from "./host/chaos";
import { runMatrix } from "./pulumi/identityMatrix";

const scenarios = process.argv.slice(2);
const parts = scenarios.includes("--plugin")
  ? [runFaults(startPlugin)]
  : scenarios.length > 0
    ? [runMatrix(scenarios)]
    : [runFaults(), runMatrix()];

Promise.all(parts).then(
  (results) => {
    process.exitCode = results.every(Boolean) ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
