/** All resources in one program, with identity providers that people really sign in at. */
import { fieldOf } from "./fieldChanges";
import type { WebApplication } from "../signIn";
import { connectorNamed } from "./connector";
import { changeCustomerByHand, type Customer, customerResources, expectCustomer } from "./customer";
import type { Deployment } from "./deployment";
import { type Program, secret } from "./program";
import { expectEqual, type Steps } from "./steps";
import type { TestedTenant } from "./testedTenant";

export const domains = { oidc: "oidc.acme.test", saml: "saml.acme.test" };

/** What exists before the program. */
export interface Surroundings {
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };
  readonly saml: { readonly metadataUrl: string };
  readonly organizationId: string;
  readonly customer: Customer;
  readonly application: WebApplication;
  /** Registers Logto at the identity providers, by the outputs of the program. */
  register(outputs: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * Declares all that a Logto has.
 *
 * @param isChanged whether the fields of the resources beside the connectors have other values
 */
export function wholeProgram(
  surroundings: Surroundings,
  { features }: TestedTenant,
  isChanged = false,
): Program {
  const { oidc, saml, organizationId } = surroundings;
  const signs = features["signing keys"];
  const key = (active: boolean) => ({
    type: "SamlSigningKey",
    properties: { connectorId: "${saml.id}", active },
    options: { deletedWith: "${saml}" },
  });
  return {
    resources: {
      sso: { type: "SingleSignOn", properties: { enabled: !isChanged } },
      oidc: {
        type: "SsoConnector",
        properties: {
          providerName: "OIDC",
          connectorName: "acceptance: OIDC",
          domains: [domains.oidc],
          config: {
            issuer: oidc.issuer,
            clientId: oidc.clientId,
            clientSecret: secret(oidc.clientSecret),
          },
        },
      },
      saml: {
        type: "SsoConnector",
        properties: { providerName: "SAML", connectorName: "acceptance: SAML", domains: [domains.saml] },
      },
      ...(signs && { key: key(!isChanged), ...(isChanged && { nextKey: key(true) }) }),
      samlConfig: {
        type: "SsoConnectorConfig",
        properties: {
          connectorId: "${saml.id}",
          providerName: "SAML",
          config: { metadataUrl: saml.metadataUrl, ...(signs && { signAuthnRequest: true }) },
        },
        ...(signs && { options: { dependsOn: ["${key}"] } }),
      },
      membership: {
        type: "OrganizationSsoConnector",
        properties: { organizationId, connectorId: "${oidc.id}" },
      },
      ...customerResources(surroundings.customer, isChanged),
      ...(features["IdP-initiated sign-in"] && {
        idpInitiated: {
          type: "SsoConnectorIdpInitiatedAuth",
          properties: { connectorId: "${saml.id}", ...idpInitiatedInputs(surroundings, isChanged) },
          options: { dependsOn: ["${samlConfig}"] },
        },
      }),
    },
    outputs: {
      oidcId: "${oidc.id}",
      redirectUri: "${oidc.redirectUri}",
      samlId: "${saml.id}",
      entityId: "${saml.spEntityId}",
      assertionConsumerServiceUrl: "${saml.assertionConsumerServiceUrl}",
      ...(signs && { certificate: "${key.certificate}" }),
    },
  };
}

function idpInitiatedInputs({ application }: Surroundings, isChanged: boolean) {
  const { id: defaultApplicationId, redirectUri } = application;
  return isChanged
    ? {
        autoSendAuthorizationRequest: false,
        defaultApplicationId,
        clientIdpInitiatedAuthCallbackUri: "myapp://start",
      }
    : {
        autoSendAuthorizationRequest: true,
        defaultApplicationId,
        redirectUri,
        authParameters: { scope: "openid profile email" },
      };
}

export async function checkAllResources(
  steps: Steps,
  deployment: Deployment,
  tenant: TestedTenant,
  surroundings: Surroundings,
): Promise<void> {
  const { api, features } = tenant;
  await steps.run("create all resources in one pulumi up", async () => {
    await tenant.setSwitch(false);
    await deployment.up(wholeProgram(surroundings, tenant));
    const { singleSignOnEnabled } = await api.call<{ singleSignOnEnabled: boolean }>("GET", "/sign-in-exp");
    expectEqual(singleSignOnEnabled, true, "The switch");
    const oidc = await connectorNamed(api, "acceptance: OIDC");
    expectEqual(fieldOf(oidc, "config.clientSecret"), surroundings.oidc.clientSecret, "The client secret");
    const saml = await connectorNamed(api, "acceptance: SAML");
    expectEqual(fieldOf(saml, "config.metadataUrl"), surroundings.saml.metadataUrl, "The metadata URL");
    const linked = await api.call<{ id: string }[]>(
      "GET",
      `/organizations/${surroundings.organizationId}/jit/sso-connectors`,
    );
    expectEqual(
      linked.map(({ id }) => id),
      [oidc.id],
      "The connectors of the organization",
    );
    await expectCustomer(api, surroundings.customer, false);
    if (features["signing keys"]) {
      const keys = await api.call<{ active: boolean }[]>("GET", `/sso-connectors/${saml.id}/signing-keys`);
      expectEqual(
        keys.map(({ active }) => active),
        [true],
        "The signing keys",
      );
    } else {
      steps.skip("create a SamlSigningKey", "signing keys");
    }
    if (features["IdP-initiated sign-in"]) {
      const config = await api.call<{ defaultApplicationId: string }>(
        "GET",
        `/sso-connectors/${saml.id}/idp-initiated-auth-config`,
      );
      expectEqual(config.defaultApplicationId, surroundings.application.id, "The default application");
    } else {
      steps.skip("create an SsoConnectorIdpInitiatedAuth", "IdP-initiated sign-in");
    }
  });
  await surroundings.register(await deployment.outputs());
  await steps.run("a second pulumi up and a refresh change nothing", () => deployment.expectNoChanges());
}

/** Changes of the resources around connectors by hand, each found and repaired. */
export async function checkDriftOfOtherResources(
  steps: Steps,
  deployment: Deployment,
  tenant: TestedTenant,
  surroundings: Surroundings,
): Promise<void> {
  const { api, features } = tenant;
  await steps.run(
    "the switch, the link, the customer and IdP-initiated sign-in change by hand: drift names them, and up --refresh repairs them",
    async () => {
      const oidc = await connectorNamed(api, "acceptance: OIDC");
      const saml = await connectorNamed(api, "acceptance: SAML");
      await tenant.setSwitch(false);
      await api.call("DELETE", `/organizations/${surroundings.organizationId}/jit/sso-connectors/${oidc.id}`);
      const expected = ["changed logto:SingleSignOn", "missing logto:OrganizationSsoConnector"];
      expected.push(...(await changeCustomerByHand(api)));
      if (features["IdP-initiated sign-in"]) {
        await api.call("DELETE", `/sso-connectors/${saml.id}/idp-initiated-auth-config`);
        expected.push("missing logto:SsoConnectorIdpInitiatedAuth");
      }
      const { stdout } = await deployment.logtoSso(["drift", "--format", "json"]);
      const { findings } = JSON.parse(stdout) as {
        findings: { class: string; connector: { urn: string | null } }[];
      };
      const found = findings
        .filter((finding) => ["changed", "missing"].includes(finding.class))
        .map((finding) => `${finding.class} logto:${typeNameOf(finding.connector.urn)}`);
      expectEqual(found.sort(), expected.sort(), "What logto-sso drift finds");
      await deployment.up(wholeProgram(surroundings, tenant), ["--refresh"]);
      await expectCustomer(api, surroundings.customer, false);
      await deployment.expectNoChanges();
      const drift = await deployment.logtoSso(["drift"]);
      expectEqual(drift.code, 0, `The exit code of logto-sso drift (${drift.stdout}${drift.stderr})`);
    },
  );
}

/** Returns the last part of the type in a URN, such as `SsoConnector`. */
function typeNameOf(urn: string | null): string {
  const [, , type = ""] = urn?.split("::") ?? [];
  return type.split(/[:$]/).at(-1) ?? "";
}

/** Changes of the resources around connectors in the program, and back. */
export async function checkOtherResources(
  steps: Steps,
  deployment: Deployment,
  tenant: TestedTenant,
  surroundings: Surroundings,
): Promise<void> {
  const { api, features } = tenant;
  await steps.run(
    "change the fields of the other resources in the program, and take the changes back",
    async () => {
      const { id } = await connectorNamed(api, "acceptance: SAML");
      const activeKeys = async () => {
        const keys = await api.call<{ id: string; active: boolean }[]>(
          "GET",
          `/sso-connectors/${id}/signing-keys`,
        );
        return keys.filter(({ active }) => active).map((key) => key.id);
      };
      const first = features["signing keys"] ? await activeKeys() : [];
      for (const isChanged of [true, false]) {
        await deployment.up(wholeProgram(surroundings, tenant, isChanged));
        const { singleSignOnEnabled } = await api.call<{ singleSignOnEnabled: boolean }>(
          "GET",
          "/sign-in-exp",
        );
        expectEqual(singleSignOnEnabled, !isChanged, "The switch");
        await expectCustomer(api, surroundings.customer, isChanged);
        if (features["signing keys"]) {
          const active = await activeKeys();
          expectEqual([active.length, active[0] === first[0]], [1, !isChanged], "The active key");
        }
        if (features["IdP-initiated sign-in"]) {
          const path = `/sso-connectors/${id}/idp-initiated-auth-config`;
          const config = await api.call<{ clientIdpInitiatedAuthCallbackUri: string | null }>("GET", path);
          const expected = isChanged ? "myapp://start" : null;
          expectEqual(config.clientIdpInitiatedAuthCallbackUri, expected, "The address of the application");
        }
        await deployment.expectNoChanges();
      }
    },
  );
}
