/** `logto-sso list`, `drift` and `doctor` on a stack with which everything is as it should be. */
import { domains } from "./allResources";
import type { Deployment } from "./deployment";
import { expectContains, expectEqual, type Steps } from "./steps";

export async function checkCommands(steps: Steps, deployment: Deployment): Promise<void> {
  const passes = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await deployment.logtoSso(args);
    expectEqual(code, 0, `The exit code of logto-sso ${args.join(" ")} (${stdout}${stderr})`);
    return stdout;
  };
  await steps.run("`logto-sso list` shows both connectors", async () => {
    const listed = await passes(["list"]);
    for (const name of ["acceptance: OIDC", "acceptance: SAML"]) expectContains(listed, name, "The list");
  });
  await steps.run("`logto-sso drift --probe` finds nothing", () => passes(["drift", "--probe"]));
  await steps.run("`logto-sso doctor --probe` has no failure", () => passes(["doctor", "--probe"]));
  for (const [name, domain] of Object.entries(domains)) {
    await steps.run(`\`logto-sso doctor --email\` finds the ${name.toUpperCase()} connector`, async () => {
      const shown = await passes(["doctor", "--email", `user@${domain}`]);
      expectContains(shown, `acceptance: ${name.toUpperCase()}`, "What doctor says");
    });
  }
}
