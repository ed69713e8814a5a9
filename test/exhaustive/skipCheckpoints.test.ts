/** Killed with and without `PULUMI_SKIP_CHECKPOINTS`: the steps of docs/large-deployments.md converge, and nothing is doubled. */
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { eachWithLogto, killHost, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
  stack = await stackOf(logto, programWith("Acme"), { env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
});

const twelve = Array.from({ length: 12 }, (_, index) => `customer-${index}`).sort();
const programWith = (displayName: string) => ({
  js: `const logto = require("pulumi-logto-sso");
    const config = { clientId: "client", clientSecret: "canary-config", issuer: "${logto.idp}/acme" };
    for (const name of ${JSON.stringify(twelve)}) {
      new logto.SsoConnector(name, { providerName: "OIDC", config, branding: { displayName: "${displayName}" } });
    }`,
});

const rows = () => [...logto.connectors.rows.values()];
const inState = () =>
  stack.export().deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector")) ?? [];
const pendingOperations = () => stack.export().deployment.pending_operations ?? [];

/** Runs a command, and kills the CLI, or the provider's host, as soon as the tenant is like this. */
async function killedWhen(command: "up" | "destroy", isReached: () => boolean, what: "CLI" | "host" = "CLI") {
  const running = stack.start([command, "--yes", "--skip-preview", "--parallel", "1"]);
  let isKilled = false;
  logto.beforeAnswer = () => {
    if (isKilled || !isReached()) return;
    isKilled = true;
    if (what === "host") killHost(stack);
    else running.process.kill("SIGKILL");
  };
  const { code } = await running.result;
  logto.beforeAnswer = () => undefined;
  expect([isKilled, code === 0]).toEqual([true, false]);
}

const cancel = () => stack.pulumi(["cancel", "--yes"]);

async function recover(): Promise<void> {
  await cancel();
  await stack.setConfig({ "logto:adopt": "identical" });
  await stack.refresh(["--clear-pending-creates"]);
  await stack.up();
  await stack.removeConfig("logto:adopt");
  expect(pendingOperations()).toEqual([]);
}

function expectConverged(displayName: string): void {
  expect(
    rows()
      .map(({ connectorName }) => connectorName)
      .sort(),
  ).toEqual(twelve);
  expect(changed(displayName).length).toBe(12);
  expect(
    inState()
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...logto.connectors.rows.keys()].sort());
}

const changed = (displayName: string) =>
  rows().filter(({ branding }) => branding.displayName === displayName);

test("killed during creates, changes and deletes, it converges, and nothing is doubled", async () => {
  await killedWhen("up", () => rows().length === 5);
  expect(inState()).toEqual([]);
  await cancel();
  await stack.setConfig({ "logto:adopt": "identical" });
  await killedWhen("up", () => rows().length === 8, "host");
  await killedWhen("up", () => rows().length === 12);
  await recover();
  expectConverged("Acme");

  await stack.writeProgram(programWith("Globex"));
  await killedWhen("up", () => changed("Globex").length === 5);
  await recover();
  expectConverged("Globex");
  await stack.up(["--refresh", "--expect-no-changes"]);

  await killedWhen("destroy", () => rows().length === 7);
  expect(inState().length).toBe(12);
  await cancel();
  await stack.destroy();
  expect([rows(), inState()]).toEqual([[], []]);
});

test("killed while the state is written at every step, no operation stays pending", async () => {
  stack = await stackOf(logto, programWith("Acme"));
  await killedWhen("up", () => rows().length === 5);
  expect(pendingOperations().length).toBeGreaterThan(0);
  await recover();
  expectConverged("Acme");
});
