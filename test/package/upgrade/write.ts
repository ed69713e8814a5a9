// npx tsx test/package/upgrade/write.ts: saves a state of the current version of the package. Run it once before a release.
import { writeFileSync } from "node:fs";
import { version } from "../../../package.json";
import { createStack, type StateExport, type StateResource } from "../../engine";
import { startLogto } from "../../logto";
import { accessTo } from "../../tenant";
import { fixtureText, program } from "./fixture";

async function main(): Promise<void> {
  const logto = await startLogto();
  const organization = logto.organizations.make("Acme");
  const stack = await createStack({ program: program(logto, organization), config: accessTo(logto) });
  try {
    await stack.up();
    const { stdout } = await stack.pulumi(["stack", "export", "--show-secrets"]);
    const connectors = [...logto.connectors.rows.values()];
    const { secrets_providers, ...deployment } = (JSON.parse(stdout) as StateExport).deployment;
    const { file, text } = fixtureText(
      {
        version,
        state: {
          version: 3,
          deployment: { ...deployment, resources: deployment.resources?.map(withoutSourcePosition) ?? [] },
        },
        connectors,
        keys: connectors
          .flatMap(({ id }) => logto.signingKeys.of(id))
          .map((key) => ({ ...key, privateKey: "" })),
        organization: { id: organization, links: logto.organizations.linked(organization) },
      },
      logto,
    );
    writeFileSync(file, text);
  } finally {
    await stack.dispose();
    await logto.close();
  }
}

/** Removes where a resource was declared, since it contains paths of the machine. */
function withoutSourcePosition(resource: StateResource): StateResource {
  const { sourcePosition, stackTrace, ...rest } = resource as StateResource & Record<string, unknown>;
  return rest;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
