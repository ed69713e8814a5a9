/**
 * npm run acceptance: what the package promises, on a whole Logto with real sign-ins, through the real Pulumi CLI and both front
 * ends. Without arguments, on new stand-ins.
 */
import { generate } from "selfsigned";
import { findCli } from "../engine";
import { startIdentityProviders } from "../logto/idpServers";
import { type TenantAccess, withWebApplication } from "../managementApi";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { type SamlApplication, type SamlProvider, startSamlProvider } from "../samlProvider";
import type { SignInTarget } from "../signIn";
import {
  checkAllResources,
  checkDriftOfOtherResources,
  checkOtherResources,
  type Surroundings,
} from "./allResources";
import { accessFrom, accessUsage } from "./arguments";
import { checkCommands } from "./commands";
import { checkAdoptedOrganization, customersIn, prepareCustomer } from "./customer";
import { connectorsOf } from "./connector";
import { Deployment, PackedPackage } from "./deployment";
import { checkFields } from "./fields";
import { checkImports } from "./imports";
import { checkInterruption } from "./interruption";
import type { FrontEnd } from "./program";
import { checkSignIns } from "./signIns";
import { expectEqual, Steps } from "./steps";
import { checkTenants } from "./tenants";
import { TestedTenant } from "./testedTenant";
import { runMain } from "../runMain";

const usage = `Usage: npm run acceptance -- [--endpoint URL --client ID:SECRET]... [--front-end NAME]

${accessUsage}
Repeat --endpoint and --client to deploy to several tenants from one program as well.`;

interface IdentityProviders {
  readonly oidc: OidcProvider;
  readonly saml: SamlProvider;
  /** The address of identity providers that answer below any path, and at which nobody signs in. */
  readonly any: string;
  close(): Promise<unknown>;
}

async function main(): Promise<boolean> {
  const access = await accessFrom(process.argv.slice(2), usage, 2);
  if (access === undefined) return true;
  await findCli();
  const idps = await startIdps();
  const packed = await PackedPackage.make();
  const steps = new Steps((line) => {
    console.log(line);
  }, showProgress);
  try {
    for (const frontEnd of access.frontEnds) {
      console.log(
        `\n${frontEnd === "plugin" ? "The plugin, from YAML" : "The classes, from the packed package"}`,
      );
      await withTenants(access.tenants, idps, async ([tenant]) => {
        const deployment = await Deployment.create(frontEnd, tenant.access, packed);
        try {
          await withWebApplication(tenant.api, (target) =>
            checkWithUsers(steps, deployment, tenant, idps, target),
          );
          await checkWithout(steps, frontEnd, deployment, tenant, access.tenants.slice(1), idps.any);
        } finally {
          await deployment.dispose();
        }
      });
    }
  } finally {
    await packed.remove();
    await idps.close();
    await access.close();
  }
  return steps.end();
}

/** Opens the tenants, and leaves them as they were. */
async function withTenants(
  [first, ...others]: readonly [TenantAccess, ...TenantAccess[]],
  { any }: IdentityProviders,
  work: (tenants: readonly [TestedTenant, ...TestedTenant[]]) => Promise<void>,
): Promise<void> {
  const tenants = [new TestedTenant(first), ...others.map((other) => new TestedTenant(other))] as const;
  try {
    for (const tenant of tenants) await tenant.open(`${any}/acme`, `${any}/saml/metadata`);
    await work(tenants);
  } finally {
    for (const tenant of tenants) await tenant.close();
  }
}

/** The checks in which users sign in. */
async function checkWithUsers(
  steps: Steps,
  deployment: Deployment,
  tenant: TestedTenant,
  { oidc, saml }: IdentityProviders,
  target: SignInTarget,
): Promise<void> {
  let client = await oidc.register(["https://logto.acme.test/callback"]);
  const application: SamlApplication = {};
  const metadataUrl = saml.register(application);
  const surroundings: Surroundings = {
    oidc: { issuer: oidc.issuer, clientId: client.client_id, clientSecret: client.client_secret },
    saml: { metadataUrl },
    organizationId: await tenant.organization("acceptance"),
    customer: await prepareCustomer(tenant),
    application: target.webApplication,
    register: async ({ redirectUri, ...ofSaml }) => {
      client = await oidc.register([redirectUri], client);
      Object.assign(application, ofSaml);
    },
  };
  await checkAllResources(steps, deployment, tenant, surroundings);
  await checkCommands(steps, deployment);
  await checkSignIns(steps, deployment, tenant, surroundings, target, saml.startPage(metadataUrl));
  await checkOtherResources(steps, deployment, tenant, surroundings);
  await checkDriftOfOtherResources(steps, deployment, tenant, surroundings);
  await steps.run("pulumi destroy deletes all of it", async () => {
    await deployment.destroy();
    const { length } = await connectorsOf(tenant.api);
    expectEqual([length, await customersIn(tenant.api)], [0, []], "What is left in Logto");
  });
}

/** The checks of connectors at which nobody signs in. */
async function checkWithout(
  steps: Steps,
  frontEnd: FrontEnd,
  deployment: Deployment,
  tenant: TestedTenant,
  others: readonly TenantAccess[],
  idp: string,
): Promise<void> {
  const { cert } = await generate([{ name: "commonName", value: "other.acme.test" }], { keySize: 2048 });
  await checkFields(steps, deployment, tenant, idp, cert.replaceAll("\r", ""));
  await checkImports(steps, frontEnd, deployment, tenant, idp);
  await checkAdoptedOrganization(steps, deployment, tenant);
  await checkInterruption(steps, deployment, tenant, idp);
  if (others.length > 0) await checkTenants(steps, deployment, tenant, others, idp);
}

/** Shows on a terminal what runs, in one line that the next one replaces. */
function showProgress(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${step.slice(0, process.stderr.columns - 1)}`);
}

async function startIdps(): Promise<IdentityProviders> {
  const [oidc, saml] = [await startOidcProvider(), await startSamlProvider()];
  const any = await startIdentityProviders();
  return { oidc, saml, any: any.url, close: () => Promise.all([oidc.close(), saml.close(), any.close()]) };
}

runMain(main);
